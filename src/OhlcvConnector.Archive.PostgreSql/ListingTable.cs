using Npgsql;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>
/// What markets list, and listed before. A row is one state of one instrument; it is open until a reading of the market finds another, or none.
/// </summary>
internal static class ListingTable
{
    private const string Columns = """
        exchange, market, symbol, common_symbol, base_asset, quote_asset, settle_asset, contract_size, tick_size, lot_size, expires, listed, is_trading, status,
        first_seen
        """;

    /// <summary>Keeps what a market lists at a moment; nothing where a later reading is kept already.</summary>
    /// <returns>How many states began or ended.</returns>
    public static async Task<int> KeepAsync(NpgsqlConnection connection, IReadOnlyList<Instrument> listed, DateTimeOffset readAt)
    {
        var (exchange, market, read) = (listed[0].Exchange, listed[0].Market.Name(), CandleRow.Time(readAt.ToUnixTimeMilliseconds()));
        await connection.RunAsync(Schema.Lock, CancellationToken.None).ConfigureAwait(false); // who reads listings reads them seldom
        var last = await connection.With("SELECT read_at FROM ohlcv.listing_reading WHERE exchange = $1 AND market = $2", exchange, market)
            .AskAsync<DateTime?>(CancellationToken.None).ConfigureAwait(false);
        if (last >= read)
        {
            return 0;
        }

        var before = (await connection.With(
            $"SELECT {Columns}, id FROM ohlcv.listing WHERE exchange = $1 AND market = $2 AND ended IS NULL", exchange, market)
            .ListAsync(row => (Id: row.GetInt64(15), Instrument: Read(row)), CancellationToken.None).ConfigureAwait(false))
            .ToDictionary(one => one.Instrument.VenueSymbol, StringComparer.Ordinal);
        var (ended, begun) = KeptListing.Compare([.. before.Values.Select(one => one.Instrument)], listed);
        await connection.With("UPDATE ohlcv.listing SET last_seen = $1, ended = $2 WHERE id = ANY($3)",
            last ?? read, read, ended.Select(one => before[one.VenueSymbol].Id).ToArray()).RunAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var one in begun)
        {
            await connection.With($"""
                INSERT INTO ohlcv.listing ({Columns}) VALUES (
                    $1, $2, $3, $4, $5, $6, $7::text, $8::numeric, $9::numeric, $10::numeric, $11::timestamptz, $12::timestamptz, $13, $14::text, $15)
                """,
                one.Exchange, one.Market.Name(), one.VenueSymbol, one.Symbol, one.BaseAsset, one.QuoteAsset, one.SettleAsset, one.ContractSize, one.TickSize,
                one.LotSize, one.ExpiresAt?.UtcDateTime, one.ListedAt?.UtcDateTime, one.IsTrading, one.Status, read).RunAsync(CancellationToken.None)
                .ConfigureAwait(false);
        }

        await connection.With("""
            INSERT INTO ohlcv.listing_reading (exchange, market, read_at) VALUES ($1, $2, $3)
            ON CONFLICT (exchange, market) DO UPDATE SET read_at = excluded.read_at
            """, exchange, market, read).RunAsync(CancellationToken.None).ConfigureAwait(false);
        return KeptListing.CountOf(ended, begun);
    }

    /// <summary>All states, ordered by exchange, market, symbol and time.</summary>
    public static async Task<IReadOnlyList<KeptListing>> AllAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.With($"""
        SELECT {Columns}, coalesce(last_seen, read_at), ended FROM ohlcv.listing JOIN ohlcv.listing_reading USING (exchange, market)
        ORDER BY exchange COLLATE "C", market COLLATE "C", symbol COLLATE "C", first_seen
        """).ListAsync(row => new KeptListing(Read(row), Time(row, 14)!.Value, Time(row, 15)!.Value, Time(row, 16)), cancellationToken).ConfigureAwait(false);

    private static Instrument Read(NpgsqlDataReader row) => new()
    {
        Exchange = row.GetString(0),
        Market = MarketNames.Parse(row.GetString(1)),
        VenueSymbol = row.GetString(2),
        Symbol = row.GetString(3),
        BaseAsset = row.GetString(4),
        QuoteAsset = row.GetString(5),
        SettleAsset = row.IsDBNull(6) ? null : row.GetString(6),
        ContractSize = Number(row, 7),
        TickSize = Number(row, 8),
        LotSize = Number(row, 9),
        ExpiresAt = Time(row, 10),
        ListedAt = Time(row, 11),
        IsTrading = row.GetBoolean(12),
        Status = row.IsDBNull(13) ? null : row.GetString(13),
    };

    private static decimal? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : new DateTimeOffset(row.GetDateTime(column));
}
