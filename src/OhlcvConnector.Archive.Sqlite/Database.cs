using Microsoft.Data.Sqlite;
using OhlcvConnector.Domain;
using SQLitePCL;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>A connection to the file, with its errors in words.</summary>
internal sealed class Database : IDisposable
{
    private const int BusyMs = 5_000;

    private readonly SqliteConnection _connection;
    private readonly string _path;

    private Database(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <summary>SQLite's own.</summary>
    public sqlite3 Handle => _connection.Handle!;

    /// <summary>Opens a connection.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayCreate">Whether the file is made when it is not there.</param>
    /// <param name="isPooled">Whether the connection is kept for the next who asks for one.</param>
    /// <exception cref="ArchiveException">It cannot be opened.</exception>
    public static Database Open(string path, bool mayCreate = false, bool isPooled = true)
    {
        var connection = new SqliteConnection(ConnectionString(path, mayCreate, isPooled));
        try
        {
            connection.Open();
            var database = new Database(connection, path);
            raw.sqlite3_busy_timeout(database.Handle, BusyMs);
            return database;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteErrors.Explain(path, exception.SqliteExtendedErrorCode, exception.Message, exception);
        }
    }

    /// <summary>Closes the connections to a file that nobody uses.</summary>
    public static void Release(string path)
    {
        using var connection = new SqliteConnection(ConnectionString(path, mayCreate: false, isPooled: true));
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>Runs statements that give nothing.</summary>
    public void Run(string sql) => Check(raw.sqlite3_exec(Handle, sql));

    /// <summary>The first column of the first row, as text; null where there is none.</summary>
    public string? Ask(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Step() ? statement.TextOrNull(0) : null;
    }

    /// <summary>The first column of the first row, as a number; 0 where there is none.</summary>
    public long AskNumber(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>Does something in one transaction that writes: all of it, or nothing.</summary>
    public T Write<T>(Func<T> work)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            var result = work();
            Run("COMMIT");
            return result;
        }
        catch
        {
            raw.sqlite3_exec(Handle, "ROLLBACK"); // where the error has done that already, there is nothing to roll back
            throw;
        }
    }

    /// <summary>Reads several things of one moment.</summary>
    public T Read<T>(Func<T> work)
    {
        Run("BEGIN");
        try
        {
            return work();
        }
        finally
        {
            raw.sqlite3_exec(Handle, "ROLLBACK");
        }
    }

    /// <summary>Throws when a call of SQLite's own did not succeed.</summary>
    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Error(code);
        }
    }

    /// <summary>The error of a call of SQLite's own.</summary>
    public ArchiveException Error(int code)
    {
        var extended = raw.sqlite3_extended_errcode(Handle);
        return SqliteErrors.Explain(_path, (extended & 0xff) == (code & 0xff) ? extended : code, raw.sqlite3_errmsg(Handle).utf8_to_string(), null);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static string ConnectionString(string path, bool mayCreate, bool isPooled) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mayCreate ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
        Pooling = isPooled,
    }.ToString();
}
