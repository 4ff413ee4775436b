using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>The indicators of the series, each set calculated once however many want it.</summary>
internal sealed partial class SeriesChannel
{
    /// <summary>Largest number of different sets of indicators that are calculated.</summary>
    public const int MaxSets = 8;

    private readonly Dictionary<string, SeriesIndicators> _indicators = [];

    /// <summary>Starts to calculate indicators, once for all who want the same; each call needs its <see cref="Release(SeriesIndicators)"/>.</summary>
    /// <param name="set">The indicators, which know nothing.</param>
    /// <param name="warmUp">Leads them up to what the channel remembers; called for the first who wants them.</param>
    /// <returns>Null when there are <see cref="MaxSets"/> others.</returns>
    public SeriesIndicators? Acquire(IndicatorSet set, Func<SeriesIndicators, CancellationToken, Task> warmUp)
    {
        lock (_gate)
        {
            var key = string.Join(',', set.Columns);
            if (!_indicators.TryGetValue(key, out var indicators))
            {
                if (_indicators.Count == MaxSets)
                {
                    return null;
                }

                _indicators.Add(key, indicators = new SeriesIndicators(set.Clone()));
                indicators.Begin(warmUp);
            }

            indicators.References++;
            return indicators;
        }
    }

    /// <summary>Gives indicators back; with the last who wants them they end.</summary>
    public void Release(SeriesIndicators indicators)
    {
        lock (_gate)
        {
            if (--indicators.References == 0)
            {
                _indicators.Remove(string.Join(',', indicators.Columns));
                indicators.Dispose();
            }
        }
    }

    /// <summary>Lets indicators go through what is remembered, and with what comes; false when something lies between what they had and that.</summary>
    /// <param name="indicators">The indicators.</param>
    /// <param name="nextMs">The first candle that was not read for them.</param>
    /// <param name="held">The last ones that were, and that they have not had.</param>
    /// <param name="omitsQuiet">True when a candle without trades is left out.</param>
    public bool TryJoin(SeriesIndicators indicators, long nextMs, Queue<PriceQuote> held, bool omitsQuiet)
    {
        lock (_gate)
        {
            if (_coveredFromMs is not { } covered || covered > nextMs)
            {
                return false;
            }

            foreach (var quote in held.Where(quote => quote.OpenMs < covered))
            {
                indicators.Warm(quote, omitsQuiet);
            }

            indicators.Join(_recent, omitsQuiet);
            return true;
        }
    }

    private static Published WithValues(in Published published, SeriesIndicators? indicators) =>
        indicators is null ? published : published with { Values = indicators.Of(published.Quote) };
}
