using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>Leads indicators from the past up to what a series' channel remembers, so that their values are those of a long history.</summary>
/// <param name="past">Reads the past.</param>
/// <param name="clock">The clock of waits.</param>
/// <param name="marketClock">The clock of candles.</param>
/// <param name="omitsQuietCandles">Returns true when a series' exchange publishes nothing for a candle without trades.</param>
internal sealed class IndicatorWarmUp(ReplayReader past, TimeProvider clock, TimeProvider marketClock, Func<Series, bool> omitsQuietCandles)
{
    private const int Attempts = 5;
    private const int HeldBack = 50; // candles that the channel may have by the time they are gone through
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Reads as far back as the indicators say, and a message of the past more, for who wants that.</summary>
    /// <returns>Completes when they are there; where they begin is set at once.</returns>
    public Task RunAsync(SeriesChannel channel, SeriesIndicators indicators, CancellationToken cancellationToken)
    {
        var interval = channel.Series.Interval;
        var firstMs = interval.FloorMs(channel.CoveredFromMs ?? marketClock.GetUtcNow().ToUnixTimeMilliseconds());
        indicators.BeginMs = Math.Max(0, interval.AddMs(indicators.BeginFor(interval, firstMs), -SeriesChannel.CandlesInFrame));
        return Task.Run(() => GoAsync(channel, indicators, cancellationToken), cancellationToken);
    }

    private async Task GoAsync(SeriesChannel channel, SeriesIndicators indicators, CancellationToken cancellationToken)
    {
        var omitsQuiet = omitsQuietCandles(channel.Series);
        var nextMs = indicators.BeginMs;
        var held = new Queue<PriceQuote>();
        for (var attempt = 1; ; attempt++)
        {
            var found = await past.ReadAsync(this, channel, nextMs, CancellationToken.None, cancellationToken).ConfigureAwait(false);
            foreach (var candle in found.Candles)
            {
                held.Enqueue(candle.Quote);
                if (held.Count > HeldBack)
                {
                    indicators.Warm(held.Dequeue(), omitsQuiet);
                }
            }

            nextMs = found.NextMs;
            var isLast = attempt >= Attempts; // history cannot be read: they begin anew with what comes
            if (channel.TryJoin(indicators, isLast ? long.MaxValue : nextMs, held, omitsQuiet))
            {
                return;
            }

            if (channel.CoveredFromMs is null)
            {
                await channel.First.WaitAsync(cancellationToken).ConfigureAwait(false);
                attempt = 0;
            }
            else
            {
                await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
            }

            if (channel.Refusal is not null)
            {
                return;
            }
        }
    }
}
