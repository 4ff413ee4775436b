namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Tables beside the candles in a file, which older programs leave alone.</summary>
internal static class SideTables
{
    /// <summary>Makes the file where it is not there, and the tables in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSimulated">Whether what is kept is simulated; null where that makes no difference.</param>
    /// <param name="tables">What makes the tables.</param>
    /// <param name="now">What time it is.</param>
    /// <returns>The whole path of the file.</returns>
    /// <exception cref="Domain.ArchiveException">It cannot be used.</exception>
    public static string Prepare(string path, bool? isSimulated, string tables, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var full = Path.GetFullPath(path);
        SqliteCandleArchive.MakeFolder(full, mustExist: false);
        using var database = Database.Open(full, mayCreate: true, isPooled: false);
        Schema.Prepare(database, full, isSimulated, now);
        database.Run(tables);
        return full;
    }
}
