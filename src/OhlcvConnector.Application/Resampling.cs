using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Builds longer candles from shorter ones.</summary>
public static class Resampling
{
    /// <summary>
    /// Closed candles of a longer interval, on its UTC grid: <c>connector.StreamAsync("binance", "BTCUSDT").Resample(Interval.Parse("7m"))</c>.
    /// Several series may be mixed; each keeps its own order.
    /// </summary>
    /// <remarks>
    /// <para>Only whole candles come: a first one whose beginning was not read, and a last one whose end was not, are left out.</para>
    /// <para>A candle that a <see cref="PriceQuote.GapBefore"/> of its parts reaches into is left out, and the next one's <see cref="PriceQuote.GapBefore"/>
    /// says so.
    /// A part that is missing without a gap had no trades.</para>
    /// <para>Open candles and revisions give nothing. The source is the least direct of the parts' sources; what one part does not know is null.</para>
    /// </remarks>
    /// <param name="quotes">The shorter candles, each series' in order, as streams and history deliver them.</param>
    /// <param name="interval">The longer interval.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">A candle's interval does not make the longer one; thrown when it is read.</exception>
    public static IAsyncEnumerable<PriceQuote> Resample(
        this IAsyncEnumerable<PriceQuote> quotes, Interval interval, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(quotes);
        return ClosedOf(quotes, interval, cancellationToken);
    }

    /// <summary>Builds whole candles from parts, with the state of those that are still open.</summary>
    /// <param name="parts">The shorter candles.</param>
    /// <param name="series">Returns the series to build of a series of parts.</param>
    /// <param name="wholeFromMs">The first open time that is whole, Unix epoch milliseconds UTC; null for each series' first part's.</param>
    /// <param name="surelyKnownUntilMs">Asked when the parts end: every part that ends by this moment was among them; null when that cannot be said.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async IAsyncEnumerable<PriceQuote> BuildAsync(
        IAsyncEnumerable<PriceQuote> parts,
        Func<Series, Series> series,
        long? wholeFromMs,
        Func<long>? surelyKnownUntilMs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var builders = new Dictionary<Series, CandleBuilder>();
        await foreach (var part in parts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!builders.TryGetValue(part.Series, out var builder))
            {
                builder = new CandleBuilder(series(part.Series), wholeFromMs);
                builders.Add(part.Series, builder);
            }

            if (builder.TryEnd(part, out var ended))
            {
                yield return ended;
            }

            if (builder.TryAdd(part, out var built))
            {
                yield return built;
            }
        }

        foreach (var builder in surelyKnownUntilMs is null ? [] : builders.Values.ToArray())
        {
            if (builder.TryFinish(surelyKnownUntilMs!(), out var last))
            {
                yield return last;
            }
        }
    }

    private static async IAsyncEnumerable<PriceQuote> ClosedOf(
        IAsyncEnumerable<PriceQuote> quotes, Interval interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var quote in BuildAsync(quotes, Longer, wholeFromMs: null, surelyKnownUntilMs: null, cancellationToken).ConfigureAwait(false))
        {
            if (quote.IsClosed)
            {
                yield return quote;
            }
        }

        Series Longer(Series part) => part.Interval.Makes(interval)
            ? new Series(part.Instrument, interval, part.Symbol)
            : throw new ArgumentException($"Candles of {part.Interval} do not make whole candles of {interval}.", nameof(interval));
    }
}
