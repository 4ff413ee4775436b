using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>
/// The answer of a venue's history to one question: what it was asked, and every row that came, the refused ones too. What was not asked for is left out.
/// </summary>
internal sealed class HistoryAnswer
{
    private readonly long[] _opens;

    private HistoryAnswer(long fromMs, long toMs, long venueNowMs, PriceQuote[] candles, RefusedRow[] refused, Interval interval)
    {
        (FromMs, ToMs, VenueNowMs, Candles, Refused) = (fromMs, toMs, venueNowMs, candles, refused);
        _opens = [.. candles.Select(candle => candle.OpenMs).Concat(refused.Where(row => row.OpenMs is not null).Select(row => Place(row, interval)))
            .Where(openMs => openMs >= fromMs && openMs < toMs).Distinct().Order()];
    }

    /// <summary>The range that it speaks of, Unix epoch milliseconds; the end is exclusive.</summary>
    public long FromMs { get; }

    /// <summary>The end of that range.</summary>
    public long ToMs { get; }

    /// <summary>A time at the venue at which it surely had not answered yet.</summary>
    public long VenueNowMs { get; }

    /// <summary>The possible candles, ascending, each once.</summary>
    public PriceQuote[] Candles { get; }

    /// <summary>Rows that are no possible candles.</summary>
    public RefusedRow[] Refused { get; }

    /// <summary>The venue's words when it refuses such a question for good; null when it answered.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Time at which the answer came, a timestamp of the market's clock.</summary>
    public long CameAt { get; init; }

    /// <summary>Number of places of the grid that the answer's rows take.</summary>
    public int Count => _opens.Length;

    /// <summary>The last place that a row takes; null without rows.</summary>
    public long? LastMs => _opens.Length > 0 ? _opens[^1] : null;

    /// <summary>Takes what a decoder left in a batch.</summary>
    public static HistoryAnswer Of(Series series, QuoteBatch batch, long fromMs, long toMs, long venueNowMs, long cameAt)
    {
        var candles = batch.Quotes.ToArray().Where(quote => quote.OpenMs >= fromMs && quote.OpenMs < toMs)
            .GroupBy(quote => quote.OpenMs).Select(same => same.FirstOrDefault(quote => quote.IsClosed, same.First())).OrderBy(quote => quote.OpenMs).ToArray();
        return new HistoryAnswer(fromMs, toMs, venueNowMs, candles, [.. batch.RefusedRows], series.Interval) { CameAt = cameAt };
    }

    /// <summary>Creates the answer of a venue that does not answer such a question.</summary>
    public static HistoryAnswer Refusing(Series series, long fromMs, long toMs, string words) =>
        new(fromMs, toMs, venueNowMs: 0, [], [], series.Interval) { Refusal = words };

    /// <summary>The place on the grid that a refused row takes: the candle that it would be, or the one that it lies in.</summary>
    public static long Place(RefusedRow row, Interval interval) => interval.IsOnGrid(row.OpenMs!.Value) ? row.OpenMs.Value : interval.FloorMs(row.OpenMs.Value);

    /// <summary>
    /// Returns up to where the answer says that nothing is from a moment on, exclusive; the moment itself where it does not say. It is believed about a hole
    /// between two of its rows, and when it shows a neighbour of the hole alone: an answer of several rows may be cut off at either end.
    /// </summary>
    /// <param name="momentMs">The moment.</param>
    /// <param name="mayBeEmpty">True when the venue has shown nothing yet that an empty answer would contradict.</param>
    public long EmptyUntil(long momentMs, bool mayBeEmpty)
    {
        if (Refusal is not null || momentMs < FromMs || momentMs >= ToMs)
        {
            return momentMs;
        }

        var place = Array.BinarySearch(_opens, momentMs);
        var next = place >= 0 ? place : ~place;
        var untilMs = next < _opens.Length ? _opens[next] : ToMs;
        var isBelieved = (next > 0 && next < _opens.Length) || (_opens.Length == 1 && (next == 1 || FromMs == momentMs)) || (_opens.Length == 0 && mayBeEmpty);
        return isBelieved ? untilMs : momentMs;
    }

    /// <summary>Returns true when the answer has any row from a moment on.</summary>
    public bool HasFrom(long momentMs) => _opens.Length > 0 && _opens[^1] >= momentMs;

    /// <summary>The first row from a moment on; null when there is none.</summary>
    public long? FirstFrom(long momentMs)
    {
        var place = Array.BinarySearch(_opens, momentMs);
        place = place >= 0 ? place : ~place;
        return place < _opens.Length ? _opens[place] : null;
    }
}
