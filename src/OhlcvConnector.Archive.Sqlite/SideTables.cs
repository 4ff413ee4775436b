using OhlcvConnector.Domain;

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
    /// <exception cref="ArchiveException">It cannot be used.</exception>
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

    /// <summary>Reads rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sql">The question, with the conditions in it.</param>
    /// <param name="conditions">Have the values.</param>
    /// <param name="read">Reads a row.</param>
    public static List<T> Read<T>(string path, string sql, Conditions conditions, Func<Statement, T> read)
    {
        using var database = Database.Open(path);
        using var rows = new Statement(database, sql);
        conditions.BindTo(rows);
        var found = new List<T>();
        while (rows.Step())
        {
            found.Add(read(rows));
        }

        return found;
    }

    /// <summary>A series of eight columns: exchange, market, the venue's symbol, symbol, base, quote and settle asset, interval.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">The first of them, from 0.</param>
    public static Series SeriesOf(Statement row, int first) => new(
        new Instrument
        {
            Exchange = row.Text(first),
            Market = MarketNames.Parse(row.Text(first + 1)),
            VenueSymbol = row.Text(first + 2),
            Symbol = row.Text(first + 3),
            BaseAsset = row.Text(first + 4),
            QuoteAsset = row.Text(first + 5),
            SettleAsset = row.TextOrNull(first + 6),
        },
        Interval.Parse(row.Text(first + 7)));
}
