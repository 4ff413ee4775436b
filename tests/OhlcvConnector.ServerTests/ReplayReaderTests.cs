using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The past of a series where it meets the present.</summary>
public class ReplayReaderTests
{
    private readonly Series _series = Candles.Minutes();
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0).AddMinutes(1));

    [Fact]
    public async Task A_candle_that_has_just_closed_is_no_gap_but_asked_for_again()
    {
        using var broadcast = new Broadcast(new ServerCounters(), new Senders(moreThreads: 0));
        var channel = new SeriesChannel(_series, memory: 10, broadcast.Changes);
        broadcast.Publish(channel, Candles.Quote(_series, 1), _clock.GetUtcNow());
        var reader = new ReplayReader(new HistoryDesk(new FirstCandle(_series)).For, _clock, _ => false);
        _clock.Advance(TimeSpan.FromSeconds(1));

        var early = await reader.ReadAsync(this, channel, Candles.T0, default, default);

        (early.Candles.Count, early.NextMs, early.Missing).ShouldBe((0, Candles.T0, null));

        _clock.Advance(TimeSpan.FromSeconds(3));
        var later = await reader.ReadAsync(this, channel, early.NextMs, default, default);

        (later.Candles.Count, later.NextMs, later.Missing).ShouldBe((1, Candles.T0 + 60_000, null));
    }

    [Theory]
    [InlineData(true, false, MissingKind.Gap)]
    [InlineData(true, true, MissingKind.Gap)]
    [InlineData(false, true, MissingKind.Gap)]
    [InlineData(true, true, MissingKind.BeforeListing)]
    [InlineData(false, true, MissingKind.BeforeListing)]
    public async Task A_quiet_candle_is_no_hole_and_hides_none(bool omitsQuiet, bool isTold, MissingKind kind)
    {
        using var broadcast = new Broadcast(new ServerCounters(), new Senders(moreThreads: 0));
        var channel = new SeriesChannel(_series, memory: 10, broadcast.Changes);
        _clock.Advance(TimeSpan.FromMinutes(10));
        var reader = new ReplayReader(new HistoryDesk(new WithHole(_series, isTold ? kind : null)).For, _clock, _ => omitsQuiet);

        var past = await reader.ReadAsync(this, channel, Candles.T0, default, default);

        past.Candles.Select(candle => candle.Quote.OpenMs).ShouldBe([Candles.T0, Candles.T0 + 180_000]);
        past.Missing.ShouldBe((omitsQuiet && !isTold) || (isTold && kind == MissingKind.BeforeListing)
            ? null
            : new Gap(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0 + 60_000), DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0 + 180_000),
                isTold ? "lost" : "the exchange's history has no candle here"));
        past.Candles[1].QuietFromMs.ShouldBe(omitsQuiet && past.Missing is null ? Candles.T0 + 60_000 : 0);
    }

    [Fact]
    public void A_live_candle_after_quiet_ones_says_since_when_they_were()
    {
        using var broadcast = new Broadcast(new ServerCounters(), new Senders(moreThreads: 0));
        var channel = new SeriesChannel(_series, memory: 10, broadcast.Changes);
        var client = new BroadcastClient(new ServerCounters());
        broadcast.Publish(channel, Candles.Quote(_series, 1), _clock.GetUtcNow());
        foreach (var candle in (PriceQuote[])[Candles.Closed(_series, 1), Candles.Closed(_series, 4), Candles.Closed(_series, 5),
            Candles.Closed(_series, 8) with { GapBefore = new Gap(default, default, "lost") }])
        {
            broadcast.Publish(channel, candle, _clock.GetUtcNow());
        }

        client.SubscribeFrom(channel, 1, candles => candles.Select(candle => (candle.Sequence, candle.QuietFromMs, candle.Epoch))
            .ShouldBe([(1, 0, channel.Epoch), (2, Candles.T0 + 120_000, channel.Epoch), (3, 0, channel.Epoch), (4, 0, channel.Epoch)]));
        new SeriesChannel(_series, memory: 10, broadcast.Changes).Epoch.ShouldNotBe(channel.Epoch, "its numbers begin anew");
    }

    private sealed class WithHole(Series series, MissingKind? told) : IPriceHistoryRepository
    {
        public async IAsyncEnumerable<PriceQuote> ReadAsync(
            Series of, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return Candles.History(series, 0);
            if (told is { } kind)
            {
                missing?.Invoke(new MissingCandles(of, from.AddMinutes(1), from.AddMinutes(3), "lost", kind));
            }

            yield return Candles.History(series, 3);
        }
    }

    private sealed class FirstCandle(Series series) : IPriceHistoryRepository
    {
        public async IAsyncEnumerable<PriceQuote> ReadAsync(
            Series of, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return Candles.History(series, 0);
        }
    }
}
