using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Puts flat candles where nothing was traded, for those who need a regular grid.</summary>
public static class FlatCandles
{
    /// <summary>
    /// The same candles, with a closed one of <see cref="QuoteSource.Flat"/> for each that is not there between two closed ones because nothing was traded: at
    /// the last close, with volumes of nothing. It comes when the next closed candle does, which says that there was none. Several series may be mixed.
    /// </summary>
    /// <remarks>
    /// A <see cref="PriceQuote.GapBefore"/> stays a hole: what was traded in it is not known, and neither is the price behind it until the next candle, so
    /// flat candles lie only before it.
    /// </remarks>
    /// <param name="quotes">The candles, each series' in order, as streams and history deliver them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static IAsyncEnumerable<PriceQuote> FillFlat(this IAsyncEnumerable<PriceQuote> quotes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(quotes);
        return Fill(quotes, knownUntil: null, cancellationToken);
    }

    /// <summary>The same of one series, with flat candles behind the last one, too.</summary>
    /// <param name="quotes">The candles.</param>
    /// <param name="knownUntil">Asked when they have ended: up to which moment, UTC, nothing is missing behind the last one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static IAsyncEnumerable<PriceQuote> FillFlat(
        this IAsyncEnumerable<PriceQuote> quotes, Func<DateTimeOffset> knownUntil, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(quotes);
        ArgumentNullException.ThrowIfNull(knownUntil);
        return Fill(quotes, knownUntil, cancellationToken);
    }

    private static async IAsyncEnumerable<PriceQuote> Fill(
        IAsyncEnumerable<PriceQuote> quotes, Func<DateTimeOffset>? knownUntil, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = new Dictionary<Series, PriceQuote>();
        await foreach (var quote in quotes.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (quote is { IsClosed: true, IsRevision: false })
            {
                if (last.TryGetValue(quote.Series, out var before))
                {
                    var untilMs = quote.GapBefore is { } gap ? Math.Min(gap.From.ToUnixTimeMilliseconds(), quote.OpenMs) : quote.OpenMs;
                    foreach (var flat in Between(before, untilMs))
                    {
                        yield return flat;
                    }
                }

                last[quote.Series] = quote;
            }

            yield return quote;
        }

        foreach (var end in knownUntil is null ? [] : last.Values.ToArray())
        {
            foreach (var flat in Between(end, knownUntil!().ToUnixTimeMilliseconds()))
            {
                yield return flat;
            }
        }
    }

    /// <summary>The candles behind one that end by a moment.</summary>
    private static IEnumerable<PriceQuote> Between(PriceQuote last, long untilMs)
    {
        for (var openMs = last.CloseMs; last.Interval.NextMs(openMs) <= untilMs; openMs = last.Interval.NextMs(openMs))
        {
            var flat = new PriceQuote(
                last.Series,
                new CandleValues
                {
                    OpenMs = openMs,
                    Open = last.Close,
                    High = last.Close,
                    Low = last.Close,
                    Close = last.Close,
                    Volume = 0,
                    QuoteVolume = 0,
                    TradeCount = 0,
                    IsClosed = true,
                },
                QuoteSource.Flat,
                last.ReceivedAt);
            yield return last.IsFromArchive ? flat.AsArchived() : flat;
        }
    }
}
