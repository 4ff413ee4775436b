using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Candles from rows, and from the text of revisions.</summary>
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
        return Create(series.Series, values, (QuoteSource)row.Long(8), row.Long(10));
    }

    /// <summary>Writes a candle's values and times as one text, in the order of <see cref="Columns"/>, semicolons between them.</summary>
    public static string ToText(in PriceQuote candle) => string.Create(
        CultureInfo.InvariantCulture,
        $"{candle.Open};{candle.High};{candle.Low};{candle.Close};{candle.Volume};{candle.QuoteVolume};{candle.TradeCount};{(int)candle.Source};{candle.EventTime?.ToUnixTimeMilliseconds()};{candle.ReceivedAt.ToUnixTimeMilliseconds()};{candle.BuyVolume}");

    /// <summary>Reads what <see cref="ToText"/> wrote, or wrote before it knew what buyers took.</summary>
    public static PriceQuote OfText(Series series, long openTime, string text)
    {
        var parts = text.Split(';');
        var values = new CandleValues
        {
            OpenMs = openTime * 1000,
            Open = ScaledNumber.OfText(parts[0]),
            High = ScaledNumber.OfText(parts[1]),
            Low = ScaledNumber.OfText(parts[2]),
            Close = ScaledNumber.OfText(parts[3]),
            Volume = parts[4].Length > 0 ? ScaledNumber.OfText(parts[4]) : null,
            QuoteVolume = parts[5].Length > 0 ? ScaledNumber.OfText(parts[5]) : null,
            TradeCount = parts[6].Length > 0 ? long.Parse(parts[6], CultureInfo.InvariantCulture) : null,
            EventMs = parts[8].Length > 0 ? long.Parse(parts[8], CultureInfo.InvariantCulture) : null,
            BuyVolume = parts.Length > 10 && parts[10].Length > 0 ? ScaledNumber.OfText(parts[10]) : null,
            IsClosed = true,
        };
        return Create(series, values, (QuoteSource)int.Parse(parts[7], CultureInfo.InvariantCulture), long.Parse(parts[9], CultureInfo.InvariantCulture));
    }

    private static PriceQuote Create(Series series, in CandleValues values, QuoteSource source, long receivedMs) =>
        PriceQuote.TryCreate(series, values, source, DateTimeOffset.FromUnixTimeMilliseconds(receivedMs), out var candle, out var broken)
            ? candle.AsArchived()
            : throw new ArchiveException(
                ArchiveTrouble.Damaged,
                $"The archive's candle of {series} at {DateTimeOffset.FromUnixTimeMilliseconds(values.OpenMs):u} is no possible one: {broken}. Something else changed the file; 'data check' finds more.");

    private static decimal Number(Statement row, int column, ColumnScale scale) =>
        row.IsText(column) ? ScaledNumber.OfText(row.Text(column)) : ScaledNumber.ToDecimal(row.Long(column), scale.Scale, scale.Digits);
}
