using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>The past of series, replayed from the bus. A revision is a message of its own, behind newer candles: here each candle comes as it closed.</summary>
/// <param name="store">The stream.</param>
/// <param name="clock">The clock that waits are measured with.</param>
/// <param name="market">The clock that candles are measured with.</param>
internal sealed class BusHistory(BusStore store, TimeProvider clock, BusClock market)
{
    private static readonly TimeSpan LateEvery = TimeSpan.FromSeconds(1);
    private const int LateTries = 120; // two minutes, as for exchanges

    /// <inheritdoc cref="IPriceHistoryRepository.ReadAsync"/>
    public async IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, Action<MissingCandles>? missing, bool waitForLate,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = new BusSeries(series, BusSubject.Of(store.Link.Options.Prefix, series), from);
        var toMs = to.ToUnixTimeMilliseconds();
        var atMs = from > DateTimeOffset.UnixEpoch ? place.GoOnMs!.Value : 0;
        for (var tries = 0; ; tries++)
        {
            var newest = await store.NewestAsync(place.Subject, cancellationToken).ConfigureAwait(false);
            market.Reach(newest?.Tail.EndMs ?? 0);
            if (newest is not null && newest.Tail.EndMs > atMs)
            {
                var begin = await store.FindAsync(place.Subject, atMs, newest.Tail, cancellationToken).ConfigureAwait(false);
                var reading = new OrderedReading(store, place.Subject, begin, clock);
                await using (reading.ConfigureAwait(false))
                {
                    while (place.ReadTo < newest.Tail.StreamSequence && atMs < toMs
                        && await reading.NextAsync(cancellationToken).ConfigureAwait(false) is { } record)
                    {
                        if (store.Take(place, record) is not { IsRevision: false } quote || quote.OpenMs >= toMs)
                        {
                            atMs = Math.Max(atMs, record.Tail.EndMs);
                            continue;
                        }

                        if (quote.GapBefore is { } gap)
                        {
                            missing?.Invoke(new MissingCandles(series, gap.From, gap.To, gap.Reason, MissingKind.Gap));
                        }

                        atMs = quote.CloseMs;
                        yield return quote;
                    }
                }
            }

            if (atMs >= toMs || series.Interval.NextMs(series.Interval.FloorMs(atMs)) > market.GetUtcNow().ToUnixTimeMilliseconds() || !waitForLate)
            {
                yield break; // all that has ended is there, or nobody waits for the rest
            }

            if (tries == LateTries)
            {
                var end = Math.Min(toMs, series.Interval.FloorMs(market.GetUtcNow().ToUnixTimeMilliseconds()));
                missing?.Invoke(new MissingCandles(
                    series, DateTimeOffset.FromUnixTimeMilliseconds(atMs), DateTimeOffset.FromUnixTimeMilliseconds(end),
                    "the bus does not have it: is a publisher of this series running?", MissingKind.Gap));
                yield break;
            }

            await Task.Delay(LateEvery, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
