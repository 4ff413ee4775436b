using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Candles from rows.</summary>
internal static class CandleReading
{
    /// <summary>The columns of a candle behind its open time, in their order.</summary>
    public const string Columns = "open, high, low, close, volume, quote_volume, trades, source, event_ms, received_ms, buy_volume";

    /// <summary>Reads a candle from a row of the open time and <see cref="Columns"/>.</summary>
    /// <exception cref="ArchiveException">The row holds no possible candle.</exception>
    public static PriceQuote Read(Statement row, SeriesRow series)
    {
        var (price, volume, quoteVolume) = (series[NumberColumn.Price], series[NumberColumn.Volume], series[NumberColumn.QuoteVolume]);
        var values = new CandleValues
        {
            OpenMs = row.Long(0) * 1000,
            Open = Number(row, 1, price),
            High = Number(row, 2, price),
            Low = Number(row, 3, price),
            Close = Number(row, 4, price),
            Volume = row.IsNull(5) ? null : Number(row, 5, volume),
            QuoteVolume = row.IsNull(6) ? null : Number(row, 6, quoteVolume),
            TradeCount = row.LongOrNull(7),
            EventMs = row.LongOrNull(9),
            BuyVolume = row.IsNull(11) ? null : Number(row, 11, volume),
            IsClosed = true,
        };
        return PriceQuote.TryCreate(
            series.Series, values, (QuoteSource)row.Long(8), DateTimeOffset.FromUnixTimeMilliseconds(row.Long(10)), out var candle, out var broken)
            ? candle.AsArchived()
            : throw new ArchiveException(
                ArchiveTrouble.Damaged,
                $"The archive's candle of {series.Series} at {DateTimeOffset.FromUnixTimeMilliseconds(values.OpenMs):u} is no possible one: {broken}. Something else changed the file; 'data check' finds more.");
    }

    private static decimal Number(Statement row, int column, ColumnScale scale) =>
        row.IsText(column) ? ScaledNumber.OfText(row.Text(column)) : ScaledNumber.ToDecimal(row.Long(column), scale.Scale, scale.Digits);
}
