using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>
/// The answer of a venue's history to one question: what it was asked, and every row that came, the refused ones too. What was not asked for is left out.
/// </summary>
internal sealed class HistoryAnswer
{
    private readonly long[]? _opens; // null where there are no rows but the candles

    private HistoryAnswer(long fromMs, long toMs, long venueNowMs, ArraySegment<PriceQuote> candles, RefusedRow[] refused, Interval interval)
    {
        (FromMs, ToMs, VenueNowMs, Candles, Refused) = (fromMs, toMs, venueNowMs, candles, refused);
        if (refused.Length > 0)
        {
            _opens = [.. candles.Select(candle => candle.OpenMs).Concat(refused.Where(row => row.OpenMs is not null).Select(row => Place(row, interval)))
                .Where(openMs => openMs >= fromMs && openMs < toMs).Distinct().Order()];
        }
    }

    /// <summary>The range that it speaks of, Unix epoch milliseconds; the end is exclusive.</summary>
    public long FromMs { get; }

    /// <summary>The end of that range.</summary>
    public long ToMs { get; }

    /// <summary>A time at the venue at which it surely had not answered yet.</summary>
    public long VenueNowMs { get; }

    /// <summary>The possible candles, ascending, each once.</summary>
    public ArraySegment<PriceQuote> Candles { get; }

    /// <summary>Rows that are no possible candles.</summary>
    public RefusedRow[] Refused { get; }

    /// <summary>The venue's words when it refuses such a question for good; null when it answered.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Time at which the answer came, a timestamp of the market's clock.</summary>
    public long CameAt { get; init; }

    /// <summary>Number of places of the grid that the answer's rows take.</summary>
    public int Count => _opens?.Length ?? Candles.Count;

    /// <summary>The last place that a row takes; null without rows.</summary>
    public long? LastMs => Count > 0 ? OpenMs(Count - 1) : null;

    /// <summary>Takes what a decoder left in a batch, the place where it lies included.</summary>
    public static HistoryAnswer Of(Series series, QuoteBatch batch, long fromMs, long toMs, long venueNowMs, long cameAt)
    {
        var candles = Ascends(batch.Quotes)
            ? batch.Take(FirstFrom(batch.Quotes, fromMs), FirstFrom(batch.Quotes, toMs))
            : batch.Quotes.ToArray().Where(quote => quote.OpenMs >= fromMs && quote.OpenMs < toMs)
                .GroupBy(quote => quote.OpenMs).Select(same => same.FirstOrDefault(quote => quote.IsClosed, same.First()))
                .OrderBy(quote => quote.OpenMs).ToArray();
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

        var next = Next(momentMs);
        var untilMs = next < Count ? OpenMs(next) : ToMs;
        var isBelieved = (next > 0 && next < Count) || (Count == 1 && (next == 1 || FromMs == momentMs)) || (Count == 0 && mayBeEmpty);
        return isBelieved ? untilMs : momentMs;
    }

    /// <summary>Returns true when the answer has any row from a moment on.</summary>
    public bool HasFrom(long momentMs) => LastMs >= momentMs;

    /// <summary>The first row from a moment on; null when there is none.</summary>
    public long? FirstFrom(long momentMs) => Next(momentMs) is var next && next < Count ? OpenMs(next) : null;

    private long OpenMs(int place) => _opens is null ? Candles.AsSpan()[place].OpenMs : _opens[place];

    /// <summary>The place of the first row from a moment on; the number of rows when there is none.</summary>
    private int Next(long momentMs)
    {
        if (_opens is null)
        {
            return FirstFrom(Candles, momentMs);
        }

        var place = Array.BinarySearch(_opens, momentMs);
        return place >= 0 ? place : ~place;
    }

    /// <summary>The index of the first candle from a moment on; the number of candles when there is none.</summary>
    private static int FirstFrom(ReadOnlySpan<PriceQuote> ascending, long momentMs)
    {
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ascending[middle].OpenMs < momentMs ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static bool Ascends(ReadOnlySpan<PriceQuote> quotes)
    {
        for (var i = 1; i < quotes.Length; i++)
        {
            if (quotes[i].OpenMs <= quotes[i - 1].OpenMs)
            {
                return false;
            }
        }

        return true;
    }
}
