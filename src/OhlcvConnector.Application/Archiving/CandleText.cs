using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// A candle's values and times as one text, in which stores keep revisions: open, high, low, close, volume, quote volume, trades, source, event time, time of
/// receipt, volume that buyers took, with semicolons between them; nothing stands for what is not known.
/// </summary>
public static class CandleText
{
    /// <summary>Writes a candle.</summary>
    public static string Of(in PriceQuote candle) => string.Create(
        CultureInfo.InvariantCulture,
        $"{candle.Open};{candle.High};{candle.Low};{candle.Close};{candle.Volume};{candle.QuoteVolume};{candle.TradeCount};{(int)candle.Source};{candle.EventTime?.ToUnixTimeMilliseconds()};{candle.ReceivedAt.ToUnixTimeMilliseconds()};{candle.BuyVolume}");

    /// <summary>Reads what <see cref="Of"/> wrote, or wrote before it knew what buyers took.</summary>
    /// <param name="series">The candle's series.</param>
    /// <param name="openMs">Its open time, Unix epoch milliseconds UTC.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ArchiveException">It is no possible candle.</exception>
    public static PriceQuote Read(Series series, long openMs, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(';');
        try
        {
            var values = new CandleValues
            {
                OpenMs = openMs,
                Open = Number(parts[0]),
                High = Number(parts[1]),
                Low = Number(parts[2]),
                Close = Number(parts[3]),
                Volume = parts[4].Length > 0 ? Number(parts[4]) : null,
                QuoteVolume = parts[5].Length > 0 ? Number(parts[5]) : null,
                TradeCount = parts[6].Length > 0 ? Whole(parts[6]) : null,
                EventMs = parts[8].Length > 0 ? Whole(parts[8]) : null,
                BuyVolume = parts.Length > 10 && parts[10].Length > 0 ? Number(parts[10]) : null,
                IsClosed = true,
            };
            return new PriceQuote(series, values, (QuoteSource)Whole(parts[7]), DateTimeOffset.FromUnixTimeMilliseconds(Whole(parts[9]))).AsArchived();
        }
        catch (Exception exception) when (exception is FormatException or IndexOutOfRangeException or InvalidQuoteException)
        {
            throw new ArchiveException(
                ArchiveTrouble.Damaged, $"The archive's revision of {series} is no possible candle: {text}. Something else changed it.", exception);
        }
    }

    private static decimal Number(string text) =>
        decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
