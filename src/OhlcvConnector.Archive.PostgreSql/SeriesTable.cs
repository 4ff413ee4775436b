using System.Collections.Concurrent;
using Npgsql;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>The series of the archive. What was found once is remembered: a series is never removed, nor its number changed.</summary>
/// <param name="location">The archive, for errors.</param>
internal sealed class SeriesTable(string location)
{
    private const string Columns = """
        id, exchange, market, symbol, interval, common_symbol, base_asset, quote_asset, settle_asset, contract_size, expires, listed, tick_size
        """;

    private readonly ConcurrentDictionary<Series, long> _known = [];

    /// <summary>A series' number; null when the archive does not have it.</summary>
    /// <exception cref="ArchiveException">The archive has it in another spelling.</exception>
    public async Task<long?> FindAsync(NpgsqlConnection connection, Series series, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(series, out var id))
        {
            return id;
        }

        var found = await connection.With(
            $"SELECT {Columns} FROM ohlcv.series WHERE lower(exchange) = lower($1) AND market = $2 AND lower(symbol) = lower($3) AND interval = $4",
            series.Exchange, series.Market.Name(), series.VenueSymbol, series.Interval.ToString()).ListAsync(Read, cancellationToken).ConfigureAwait(false);
        if (found is not [var row])
        {
            return null;
        }

        KeptSeries.CheckSpelling(row.Series, series, location);
        return _known.GetOrAdd(series, row.Id);
    }

    /// <summary>
    /// The numbers of series, those added that are not there, and locked until the transaction ends: who writes a series writes it alone.
    /// </summary>
    public async Task<Dictionary<Series, long>> LockAsync(NpgsqlConnection connection, IEnumerable<Series> series, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<Series, long>();
        var others = new HashSet<Series>();
        foreach (var one in series)
        {
            if (_known.TryGetValue(one, out var id))
            {
                rows[one] = id;
            }
            else
            {
                others.Add(one);
            }
        }

        foreach (var one in others.OrderBy(one => one.ToString(), StringComparer.Ordinal)) // two that add the same wait for each other in one order
        {
            rows[one] = await FindAsync(connection, one, cancellationToken).ConfigureAwait(false)
                ?? await AddAsync(connection, one, cancellationToken).ConfigureAwait(false);
        }

        await connection.With("SELECT id FROM ohlcv.series WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", rows.Values.ToArray())
            .RunAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>All series.</summary>
    public static async Task<IReadOnlyList<Series>> AllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.With($"SELECT {Columns} FROM ohlcv.series").ListAsync(Read, cancellationToken).ConfigureAwait(false);
        return KeptSeries.Ordered(rows.Select(row => row.Series));
    }

    private async Task<long> AddAsync(NpgsqlConnection connection, Series series, CancellationToken cancellationToken)
    {
        var instrument = series.Instrument;
        var id = await connection.With("""
            INSERT INTO ohlcv.series (
                exchange, market, symbol, interval, common_symbol, base_asset, quote_asset, settle_asset, contract_size, expires, listed, tick_size)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text, $9::numeric, $10::timestamptz, $11::timestamptz, $12::numeric) ON CONFLICT DO NOTHING RETURNING id
            """,
            series.Exchange, series.Market.Name(), series.VenueSymbol, series.Interval.ToString(), instrument.Symbol, instrument.BaseAsset,
            instrument.QuoteAsset, instrument.SettleAsset, instrument.ContractSize, instrument.ExpiresAt?.UtcDateTime, instrument.ListedAt?.UtcDateTime,
            instrument.TickSize).AskAsync<long?>(cancellationToken).ConfigureAwait(false);
        return id ?? await FindAsync(connection, series, cancellationToken).ConfigureAwait(false) // another program was first
            ?? throw new ArchiveException(ArchiveTrouble.Busy, $"The archive {location}: '{series}' is being added by another program. Try again.");
    }

    private static (long Id, Series Series) Read(NpgsqlDataReader row)
    {
        var instrument = new Instrument
        {
            Exchange = row.GetString(1),
            Market = MarketNames.Parse(row.GetString(2)),
            VenueSymbol = row.GetString(3),
            Symbol = row.GetString(5),
            BaseAsset = row.GetString(6),
            QuoteAsset = row.GetString(7),
            SettleAsset = row.IsDBNull(8) ? null : row.GetString(8),
            ContractSize = row.IsDBNull(9) ? null : row.GetDecimal(9),
            ExpiresAt = row.IsDBNull(10) ? null : new DateTimeOffset(row.GetDateTime(10)),
            ListedAt = row.IsDBNull(11) ? null : new DateTimeOffset(row.GetDateTime(11)),
            TickSize = row.IsDBNull(12) ? null : row.GetDecimal(12),
        };
        return (row.GetInt64(0), new Series(instrument, Interval.Parse(row.GetString(4)), instrument.VenueSymbol));
    }
}
