using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The past of a series where it meets the present.</summary>
public class PastReaderTests
{
    private readonly Series _series = Candles.Minutes();
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0).AddMinutes(1));

    [Fact]
    public async Task A_candle_that_has_just_closed_is_no_gap_but_asked_for_again()
    {
        using var broadcast = new Broadcast(new ServerCounters(), new Senders(moreThreads: 0));
        var channel = new SeriesChannel(_series, memory: 10, broadcast);
        broadcast.Publish(channel, Candles.Quote(_series, 1), _clock.GetUtcNow());
        var reader = new PastReader(new FirstCandle(_series), _clock, _ => false);
        _clock.Advance(TimeSpan.FromSeconds(1));

        var early = await reader.ReadAsync(channel, Candles.T0, default);

        (early.Candles.Count, early.NextMs, early.Missing).ShouldBe((0, Candles.T0, null));

        _clock.Advance(TimeSpan.FromSeconds(3));
        var later = await reader.ReadAsync(channel, early.NextMs, default);

        (later.Candles.Count, later.NextMs, later.Missing).ShouldBe((1, Candles.T0 + 60_000, null));
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
