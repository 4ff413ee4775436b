using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Candles with values.</summary>
public static class QuoteStreams
{
    /// <summary>Adds indicators' values to candles: <c>connector.StreamAsync("binance", "BTCUSDT").With(new Rsi(14), new Macd())</c>.</summary>
    /// <param name="quotes">The candles, each series' in order.</param>
    /// <param name="indicators">The indicators; each series has its own clones of them, in the state they are in now.</param>
    public static IAsyncEnumerable<ValuedQuote> With(this IAsyncEnumerable<PriceQuote> quotes, params ReadOnlySpan<Indicator> indicators) =>
        quotes.With(IndicatorSet.Of(indicators));

    /// <summary>Adds indicators' values to candles.</summary>
    /// <inheritdoc cref="IndicatorSet.Take" path="/remarks"/>
    /// <param name="quotes">The candles, each series' in order; several series may be mixed.</param>
    /// <param name="set">The indicators; each series has its own clone, in the state it is in now.</param>
    /// <param name="afterGap">The behaviour of the indicators when candles are missing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<ValuedQuote> With(
        this IAsyncEnumerable<PriceQuote> quotes, IndicatorSet set, AfterGap afterGap = AfterGap.Reset,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(quotes);
        ArgumentNullException.ThrowIfNull(set);
        var sets = new Dictionary<Series, IndicatorSet>();
        await foreach (var quote in quotes.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!sets.TryGetValue(quote.Series, out var own))
            {
                sets.Add(quote.Series, own = set.Clone());
            }

            yield return own.Take(quote, afterGap);
        }
    }
}
