using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Reads a series a page at a time, each of one moment of the file, so that a slow reader keeps no old state of the file alive.</summary>
internal sealed class CandleReader : IDisposable
{
    private const int FirstPageRows = 500;
    private const int PageRows = 1_000;

    private readonly Database _database;
    private readonly SeriesTable _table;
    private readonly Statement _rows;
    private readonly Series _series;

    /// <summary>Opens it.</summary>
    public CandleReader(string path, Series series)
    {
        _series = series;
        _database = Database.Open(path);
        _table = new SeriesTable(_database, path);
        _rows = new Statement(_database,
            $"SELECT open_time, {CandleReading.Columns} FROM candle WHERE series = ? AND open_time >= ? AND open_time < ? ORDER BY open_time LIMIT ?");
    }

    /// <summary>What was read last.</summary>
    public PriceQuote[] Page { get; private set; } = [];

    /// <summary>Reads a page: a small one first, for those who want little, and larger ones behind it.</summary>
    /// <param name="from">The first open time, Unix epoch seconds.</param>
    /// <param name="to">The exclusive end.</param>
    /// <returns>How many candles; less than <see cref="Page"/> has room for when those are the last.</returns>
    public int ReadPage(long from, long to) => _database.Read(() =>
    {
        Page = Page.Length == PageRows ? Page : new PriceQuote[Page.Length == 0 ? FirstPageRows : PageRows];
        if (_table.Find(_series) is not { } row) // each time: a column's scale may have grown
        {
            return 0;
        }

        var count = 0;
        _rows.Bind(1, row.Id).Bind(2, from).Bind(3, to).Bind(4, Page.Length);
        try
        {
            while (_rows.Step())
            {
                Page[count++] = CandleReading.Read(_rows, row);
            }

            return count;
        }
        finally
        {
            _rows.Reset();
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _table.Dispose();
        _database.Dispose();
    }
}
