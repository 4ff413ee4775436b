using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>
/// What markets list, and listed before. A row is one state of one instrument; it is open until a reading of the market finds another, or none.
/// </summary>
/// <param name="database">The connection.</param>
internal sealed class ListingTable(Database database) : IDisposable
{
    private const string Columns = """
        exchange, market, symbol, common_symbol, base_asset, quote_asset, settle_asset, contract_size, tick_size, lot_size, expires_ms, listed_ms, is_trading,
        status, first_seen_ms
        """;

    private readonly Statement _lastReading = new(database, "SELECT read_ms FROM listing_reading WHERE exchange = ? AND market = ?");
    private readonly Statement _read = new(database, "INSERT OR REPLACE INTO listing_reading (exchange, market, read_ms) VALUES (?, ?, ?)");
    private readonly Statement _open = new(database,
        $"SELECT {Columns}, id FROM listing WHERE exchange = ? AND market = ? AND ended_ms IS NULL");
    private readonly Statement _end = new(database, "UPDATE listing SET last_seen_ms = ?, ended_ms = ? WHERE id = ?");
    private readonly Statement _begin = new(database, $"INSERT INTO listing ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    /// <summary>Keeps what a market lists at a moment; nothing where a later reading is kept already.</summary>
    /// <returns>How many states began or ended.</returns>
    public int Keep(IReadOnlyList<Instrument> listed, DateTimeOffset readAt)
    {
        var (exchange, market, readMs) = (listed[0].Exchange, listed[0].Market.Name(), readAt.ToUnixTimeMilliseconds());
        var lastMs = _lastReading.Bind(1, exchange).Bind(2, market).Step() ? _lastReading.Long(0) : long.MinValue;
        _lastReading.Reset();
        if (lastMs >= readMs)
        {
            return 0;
        }

        var before = Open(exchange, market);
        var (ended, begun) = KeptListing.Compare([.. before.Values.Select(one => one.Instrument)], listed);
        foreach (var one in ended)
        {
            _end.Bind(1, lastMs).Bind(2, readMs).Bind(3, before[one.VenueSymbol].Id).Run();
        }

        foreach (var one in begun)
        {
            Begin(one, readMs);
        }

        _read.Bind(1, exchange).Bind(2, market).Bind(3, readMs).Run();
        return KeptListing.CountOf(ended, begun);
    }

    /// <summary>All states, ordered by exchange, market, symbol and time.</summary>
    public IReadOnlyList<KeptListing> All()
    {
        using var all = new Statement(database, $"""
            SELECT {Columns}, coalesce(last_seen_ms, read_ms), ended_ms FROM listing JOIN listing_reading USING (exchange, market)
            ORDER BY exchange, market, symbol, first_seen_ms
            """);
        var found = new List<KeptListing>();
        while (all.Step())
        {
            found.Add(new KeptListing(Read(all), Time(all.Long(14)), Time(all.Long(15)), all.LongOrNull(16) is { } ended ? Time(ended) : null));
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lastReading.Dispose();
        _read.Dispose();
        _open.Dispose();
        _end.Dispose();
        _begin.Dispose();
    }

    private Dictionary<string, (long Id, Instrument Instrument)> Open(string exchange, string market)
    {
        var found = new Dictionary<string, (long, Instrument)>(StringComparer.Ordinal);
        _open.Bind(1, exchange).Bind(2, market);
        while (_open.Step())
        {
            found[_open.Text(2)] = (_open.Long(15), Read(_open));
        }

        _open.Reset();
        return found;
    }

    private void Begin(Instrument one, long readMs) => _begin
        .Bind(1, one.Exchange).Bind(2, one.Market.Name()).Bind(3, one.VenueSymbol).Bind(4, one.Symbol).Bind(5, one.BaseAsset).Bind(6, one.QuoteAsset)
        .Bind(7, one.SettleAsset).Bind(8, Text(one.ContractSize)).Bind(9, Text(one.TickSize)).Bind(10, Text(one.LotSize))
        .Bind(11, one.ExpiresAt?.ToUnixTimeMilliseconds()).Bind(12, one.ListedAt?.ToUnixTimeMilliseconds()).Bind(13, one.IsTrading ? 1 : 0)
        .Bind(14, one.Status).Bind(15, readMs).Run();

    private static Instrument Read(Statement row) => new()
    {
        Exchange = row.Text(0),
        Market = MarketNames.Parse(row.Text(1)),
        VenueSymbol = row.Text(2),
        Symbol = row.Text(3),
        BaseAsset = row.Text(4),
        QuoteAsset = row.Text(5),
        SettleAsset = row.TextOrNull(6),
        ContractSize = Number(row.TextOrNull(7)),
        TickSize = Number(row.TextOrNull(8)),
        LotSize = Number(row.TextOrNull(9)),
        ExpiresAt = row.LongOrNull(10) is { } expires ? Time(expires) : null,
        ListedAt = row.LongOrNull(11) is { } listed ? Time(listed) : null,
        IsTrading = row.Long(12) != 0,
        Status = row.TextOrNull(13),
    };

    private static string? Text(decimal? number) => number is { } value ? ScaledNumber.ToText(value) : null;

    private static decimal? Number(string? text) => text is null ? null : ScaledNumber.OfText(text);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
