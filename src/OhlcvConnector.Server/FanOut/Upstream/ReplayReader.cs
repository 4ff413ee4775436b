using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>Closed candles of the past that a subscriber is to get before the live ones.</summary>
/// <param name="Candles">Ascending, each once.</param>
/// <param name="NextMs">Open time of the first closed candle that is still to come.</param>
/// <param name="Missing">The first candles that could not be had, and why; null when nothing is missing.</param>
internal sealed record Past(IReadOnlyList<Published> Candles, long NextMs, Gap? Missing);

/// <summary>Reads a series' past so that it joins what the channel delivers live, without hole or overlap.</summary>
/// <param name="historyOf">The venues' history, in turns, as a client reads it.</param>
/// <param name="marketClock">The clock of candles.</param>
/// <param name="omitsQuietCandles">Returns true when a series' exchange publishes nothing for a candle without trades.</param>
internal sealed class ReplayReader(Func<object, IPriceHistoryRepository> historyOf, TimeProvider marketClock, Func<Series, bool> omitsQuietCandles)
{
    /// <summary>Age of a close up to which its candle may still change at the exchange.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    /// <summary>Age of a close up to which a candle that is missing at the end may be late rather than quiet.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The closed candles from an open time on: as far as they come from history, up to where the channel's memory begins, or up to what is final now.
    /// The rest is the channel's: see <see cref="SeriesChannel.TryGoLive"/>.
    /// </summary>
    /// <param name="client">The client that asks.</param>
    /// <param name="channel">The series, followed already.</param>
    /// <param name="fromMs">The first open time.</param>
    /// <param name="deadline">Ends the reading; what was read by then is given, and the rest called missing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Past> ReadAsync(object client, SeriesChannel channel, long fromMs, CancellationToken deadline, CancellationToken cancellationToken)
    {
        var interval = channel.Series.Interval;
        var nextMs = interval.FloorMs(fromMs) < fromMs ? interval.NextMs(interval.FloorMs(fromMs)) : fromMs;
        var covered = channel.CoveredFromMs;
        if (covered <= nextMs)
        {
            return new Past([], nextMs, Missing: null);
        }

        var found = new List<Published>();
        var told = new Queue<MissingCandles>();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        var omitsQuiet = omitsQuietCandles(channel.Series);
        Gap? missing = null;
        var finalMs = (marketClock.GetUtcNow() - Settle).ToUnixTimeMilliseconds();
        var toMs = covered ?? interval.FloorMs(finalMs);
        try
        {
            await foreach (var quote in historyOf(client).ReadAsync(
                channel.Series, DateTimeOffset.FromUnixTimeMilliseconds(nextMs), DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(toMs, nextMs)),
                missing: told.Enqueue, waitForLate: false, cancellationToken: either.Token).ConfigureAwait(false))
            {
                if (quote.CloseMs > finalMs)
                {
                    break;
                }

                var hole = HoleBefore(quote.OpenMs, nextMs, told, omitsQuiet);
                missing ??= hole;
                found.Add(new Published(quote, Sequence: 0, QuietFromMs: omitsQuiet && hole is null && quote.OpenMs > nextMs && found.Count > 0 ? nextMs : 0));
                nextMs = quote.CloseMs;
            }

            if (nextMs < toMs && covered is not null && interval.NextMs(nextMs) <= finalMs) // else it is too early to tell
            {
                var hole = HoleBefore(toMs, nextMs, told, omitsQuiet);
                missing ??= hole;
                nextMs = hole is not null || toMs <= finalMs - (long)Quiet.TotalMilliseconds ? toMs : nextMs; // else it may only be late
            }
        }
        catch (OhlcvConnectorException exception)
        {
            missing ??= NewGap(nextMs, Math.Max(toMs, nextMs), exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            missing ??= NewGap(nextMs, Math.Max(toMs, nextMs), "the exchange's history did not come in time; it is asked again");
        }

        return new Past(found, nextMs, missing);
    }

    /// <summary>
    /// Returns the gap before a candle; null when nothing is missing. What lies before the listing is not missing; nor is, where the exchange publishes nothing
    /// for a quiet candle, what its history does not call missing.
    /// </summary>
    private static Gap? HoleBefore(long openMs, long nextMs, Queue<MissingCandles> told, bool omitsQuiet)
    {
        if (openMs <= nextMs)
        {
            return null;
        }

        Gap? hole = omitsQuiet ? null : NewGap(nextMs, openMs, "the exchange's history has no candle here");
        while (told.TryPeek(out var part) && part.From.ToUnixTimeMilliseconds() < openMs)
        {
            told.Dequeue();
            hole = part.Kind == MissingKind.Gap ? NewGap(nextMs, openMs, part.Reason)
                : part.To.ToUnixTimeMilliseconds() >= openMs ? null
                : hole;
        }

        return hole;
    }

    /// <summary>The values of closed candles of the past, which follow each other.</summary>
    /// <param name="client">The client that asks.</param>
    /// <param name="series">Their series.</param>
    /// <param name="indicators">The indicators; those that go on live with them, so that they begin where these did.</param>
    /// <param name="candles">The candles, without values.</param>
    /// <param name="going">The indicators that have gone through earlier candles; null to read what comes before these ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The candles with values, and what to go on with.</returns>
    public async Task<(IReadOnlyList<Published> Candles, SeriesIndicators Going)> WithValuesAsync(
        object client, Series series, SeriesIndicators indicators, IReadOnlyList<Published> candles, SeriesIndicators? going,
        CancellationToken cancellationToken)
    {
        var omitsQuiet = omitsQuietCandles(series);
        if (going is null)
        {
            going = new SeriesIndicators(indicators.NewSet());
            var firstMs = candles[0].Quote.OpenMs;
            var own = indicators.BeginFor(series.Interval, firstMs);
            var fromMs = indicators.BeginMs > 0 && indicators.BeginMs <= own ? indicators.BeginMs : own;
            try
            {
                await foreach (var quote in historyOf(client).ReadAsync(
                    series, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(firstMs), waitForLate: false,
                    cancellationToken: cancellationToken).ConfigureAwait(false))
                {
                    going.Warm(quote, omitsQuiet);
                }
            }
            catch (OhlcvConnectorException)
            {
                // they begin with what there is
            }
        }

        going.Join(candles, omitsQuiet);
        return ([.. candles.Select(candle => candle with { Values = going.Of(candle.Quote) })], going);
    }

    private static Gap NewGap(long fromMs, long toMs, string reason) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs), reason);
}
