using System.Net.Sockets;
using Npgsql;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>PostgreSQL's errors in words that say what to do.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>Whether an error is one of the database, or of the way to it.</summary>
    public static bool Is(Exception exception) => exception is NpgsqlException or SocketException or TimeoutException or IOException;

    /// <summary>Explains an error.</summary>
    /// <param name="location">The archive, without its password.</param>
    /// <param name="exception">The error.</param>
    public static ArchiveException Explain(string location, Exception exception)
    {
        var (trouble, words) = exception is PostgresException error ? OfServer(error)
            : (ArchiveTrouble.Busy, "the database cannot be reached. Nothing was written; see whether it runs, and whether host and port are right");
        return new ArchiveException(trouble, $"The archive {location}: {words} ({exception.Message}).", exception);
    }

    private static (ArchiveTrouble Trouble, string Words) OfServer(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.DiskFull => (ArchiveTrouble.Full, "there is no room for more. Nothing was written; make room on its disk"),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            (ArchiveTrouble.Unusable, "the database refuses this user or password"),
        PostgresErrorCodes.InvalidCatalogName => (ArchiveTrouble.Unusable, "there is no such database. 'createdb' makes one"),
        PostgresErrorCodes.InsufficientPrivilege => (ArchiveTrouble.Unusable,
            "this user may not do that. Make it the owner of the database, or of its schema ohlcv"),
        PostgresErrorCodes.ReadOnlySqlTransaction => (ArchiveTrouble.Unusable, "this server, or this user, only reads. Name the primary server"),
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.QueryCanceled =>
            (ArchiveTrouble.Busy, "another program has been writing it for seconds. Nothing was written; try again"),
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow => (ArchiveTrouble.Busy, "the database takes no more at this moment. Nothing was written; try again"),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.IoError =>
            (ArchiveTrouble.Damaged, "it is damaged, or its disk fails. Put back a backup, and fetch what came since ('archive fill')"),
        _ => (ArchiveTrouble.Damaged, "PostgreSQL refuses"),
    };
}
