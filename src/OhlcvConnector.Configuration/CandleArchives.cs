using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.PostgreSql;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Archives by what names them, wherever one is named: a file is SQLite's, <c>postgres://user:password@host/database</c> PostgreSQL's.</summary>
public static class CandleArchives
{
    /// <summary>Opens one, and brings it up to date when it is of an older version.</summary>
    /// <param name="named">The file, or the address.</param>
    /// <param name="isSimulated">Whether simulated candles are to be kept, or real ones: an archive keeps either; null for whichever it keeps.</param>
    /// <param name="mustExist">Whether one that is not there is an error; else it is made.</param>
    /// <param name="clock">The clock that candles are measured with; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static ICandleArchive Open(string named, bool? isSimulated = null, bool mustExist = false, TimeProvider? clock = null) =>
        !PostgreSqlCandleArchive.IsAddress(named) ? SqliteCandleArchive.Open(named, isSimulated, mustExist, clock)
            : ProgramParts.HasServers ? PostgreSqlCandleArchive.Open(named, isSimulated, mustExist, clock)
            : throw new ArchiveException(ArchiveTrouble.Unusable, ProgramParts.Missing("PostgreSQL"));
}
