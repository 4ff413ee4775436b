using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>The series of the file.</summary>
/// <param name="database">The connection.</param>
/// <param name="path">The file, for errors.</param>
internal sealed class SeriesTable(Database database, string path) : IDisposable
{
    private const string Columns = """
        id, exchange, market, symbol, interval, common_symbol, base_asset, quote_asset, settle_asset, contract_size, expires_ms, listed_ms, tick_size,
        price_scale, price_digits, volume_scale, volume_digits, quote_volume_scale, quote_volume_digits
        """;

    private readonly Statement _find = new(database, $"SELECT {Columns} FROM series WHERE exchange = ? AND market = ? AND symbol = ? AND interval = ?");

    /// <summary>Finds a series.</summary>
    /// <returns>Its row; null when the file does not have it.</returns>
    /// <exception cref="ArchiveException">The file has it in another spelling.</exception>
    public SeriesRow? Find(Series series)
    {
        _find.Bind(1, series.Exchange).Bind(2, series.Market.Name()).Bind(3, series.VenueSymbol).Bind(4, series.Interval.ToString());
        try
        {
            if (!_find.Step())
            {
                return null;
            }

            var row = Read(_find);
            KeptSeries.CheckSpelling(row.Series, series, path);
            return row.For(series);
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>Adds a series that is not there.</summary>
    public SeriesRow Add(Series series)
    {
        using var insert = new Statement(database, """
            INSERT INTO series (
                exchange, market, symbol, interval, common_symbol, base_asset, quote_asset, settle_asset, contract_size, expires_ms, listed_ms, tick_size)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        var instrument = series.Instrument;
        insert.Bind(1, series.Exchange).Bind(2, series.Market.Name()).Bind(3, series.VenueSymbol).Bind(4, series.Interval.ToString())
            .Bind(5, instrument.Symbol).Bind(6, instrument.BaseAsset).Bind(7, instrument.QuoteAsset).Bind(8, instrument.SettleAsset)
            .Bind(9, instrument.ContractSize is { } size ? ScaledNumber.ToText(size) : null)
            .Bind(10, instrument.ExpiresAt?.ToUnixTimeMilliseconds())
            .Bind(11, instrument.ListedAt?.ToUnixTimeMilliseconds())
            .Bind(12, instrument.TickSize is { } tick ? ScaledNumber.ToText(tick) : null)
            .Run();
        return new SeriesRow(database.AskNumber("SELECT last_insert_rowid()"), series, new ColumnScale[3]);
    }

    /// <summary>Keeps how a row's numbers are kept.</summary>
    public void Save(SeriesRow row)
    {
        using var update = new Statement(database, """
            UPDATE series
            SET price_scale = ?, price_digits = ?, volume_scale = ?, volume_digits = ?, quote_volume_scale = ?, quote_volume_digits = ? WHERE id = ?
            """);
        var (price, volume, quoteVolume) = (row[NumberColumn.Price], row[NumberColumn.Volume], row[NumberColumn.QuoteVolume]);
        update.Bind(1, price.Scale).Bind(2, price.Digits).Bind(3, volume.Scale).Bind(4, volume.Digits).Bind(5, quoteVolume.Scale).Bind(6,
            quoteVolume.Digits).Bind(7, row.Id).Run();
    }

    /// <summary>All series.</summary>
    public IReadOnlyList<Series> All()
    {
        using var all = new Statement(database, $"SELECT {Columns} FROM series");
        var found = new List<Series>();
        while (all.Step())
        {
            found.Add(Read(all).Series);
        }

        return KeptSeries.Ordered(found);
    }

    /// <inheritdoc/>
    public void Dispose() => _find.Dispose();

    private static SeriesRow Read(Statement row)
    {
        var instrument = new Instrument
        {
            Exchange = row.Text(1),
            Market = MarketNames.Parse(row.Text(2)),
            VenueSymbol = row.Text(3),
            Symbol = row.Text(5),
            BaseAsset = row.Text(6),
            QuoteAsset = row.Text(7),
            SettleAsset = row.TextOrNull(8),
            ContractSize = row.TextOrNull(9) is { } size ? ScaledNumber.OfText(size) : null,
            ExpiresAt = row.LongOrNull(10) is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
            ListedAt = row.LongOrNull(11) is { } listed ? DateTimeOffset.FromUnixTimeMilliseconds(listed) : null,
            TickSize = row.TextOrNull(12) is { } tick ? ScaledNumber.OfText(tick) : null,
        };
        var series = new Series(instrument, Interval.Parse(row.Text(4)), instrument.VenueSymbol);
        return new SeriesRow(row.Long(0), series, [Scale(row, 13), Scale(row, 15), Scale(row, 17)]);
    }

    private static ColumnScale Scale(Statement row, int column) => new((int)row.Long(column), (int)row.Long(column + 1));
}
