using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.LoopbackBinance;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>A series of an hour or a day that falls silent on a connection that lives.</summary>
public class SilenceTests
{
    private const int MaxHeld = 500; // times, should it be another timer
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 5, 0, TimeSpan.Zero);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(297); // of requests, so that one that is under way is known by its timer
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2); // of a test

    [Theory]
    [InlineData("1h")]
    [InlineData("1d")]
    public async Task A_series_whose_candle_goes_on_without_its_stream_is_subscribed_again_within_minutes(string interval)
    {
        var (silent, talker) = (Series("BTCUSDT", Interval.Parse(interval)), Series("ETHUSDT", Interval.Parse(interval)));
        var time = new ManualTimeProvider(Start);
        await using var binance = new LoopbackBinance();
        binance.Klines = request => $"[{Row(silent, Candles.T0, trades: (int)(time.GetUtcNow() - Start).TotalSeconds + 1)}]";
        await RunAsync(binance, time, silent, talker, () => binance.Subscribed.GetValueOrDefault(Topic(silent)) == 2);

        (time.GetUtcNow() - Start).ShouldBeLessThan(TimeSpan.FromMinutes(15));
        binance.Subscribed[Topic(talker)].ShouldBe(1);
        binance.Venue.Handshakes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_quiet_market_is_left_alone_and_costs_few_questions()
    {
        var (silent, talker) = (Series("BTCUSDT", Interval.Parse("1d")), Series("ETHUSDT", Interval.Parse("1d")));
        var time = new ManualTimeProvider(Start);
        await using var binance = new LoopbackBinance();
        binance.Klines = _ => $"[{Row(silent, Candles.T0, trades: 7)}]";
        await RunAsync(binance, time, silent, talker, () => time.GetUtcNow() - Start > TimeSpan.FromMinutes(60));

        binance.Subscribed[Topic(silent)].ShouldBe(1);
        binance.Venue.Requests.Count(request => request.Target.Contains("klines", StringComparison.Ordinal)).ShouldBeInRange(2, 7);
    }

    [Fact]
    public async Task A_connection_on_which_all_fall_silent_is_replaced_within_minutes()
    {
        var (silent, other) = (Series("BTCUSDT", Interval.Parse("1d")), Series("ETHUSDT", Interval.Parse("1d")));
        var time = new ManualTimeProvider(Start);
        await using var binance = new LoopbackBinance();
        binance.Klines = request => $"[{Row(silent, Candles.T0, trades: (int)(time.GetUtcNow() - Start).TotalSeconds + 1)}]";
        await RunAsync(binance, time, silent, other, () => binance.Venue.Handshakes.Count == 2, talks: false);

        (time.GetUtcNow() - Start).ShouldBeLessThan(TimeSpan.FromMinutes(15));
    }

    private static async Task RunAsync(LoopbackBinance binance, ManualTimeProvider time, Series silent, Series talker, Func<bool> until, bool talks = true)
    {
        await using var repositories = binance.Repositories(options =>
        {
            options.TimeProvider = time;
            options.PingInterval = TimeSpan.Zero;
            options.InactivityTimeout = TimeSpan.FromHours(1);
            (options.RestTimeout, options.ConnectTimeout, options.AcknowledgeTimeout) = (Timeout, Timeout, Timeout);
        });
        await using var feed = repositories.Open([silent, talker]);
        var read = 0;
        var reading = DrainAsync(feed, () => Interlocked.Increment(ref read));
        await Eventually.TrueAsync(() => binance.Has(silent) && binance.Has(talker), "both are subscribed");
        await binance.SendAsync(silent, Kline(silent, Candles.T0));
        await binance.SendAsync(talker, Kline(talker, Candles.T0));
        await Eventually.TrueAsync(() => Volatile.Read(ref read) == 2, "both speak");
        var trades = 10;
        while (!until() && time.GetUtcNow() - Start < Longest)
        {
            if (talks)
            {
                await binance.SendAsync(talker, Kline(talker, Candles.T0, trades: ++trades));
            }

            var next = time.GetUtcNow() + (5 * Step);
            var held = 0;
            await Eventually.TrueAsync(
                () =>
                {
                    if (!time.HasTimer(Timeout - Step, Timeout) || ++held > MaxHeld) // what is under way takes no time, however busy the machine is
                    {
                        time.Advance(Step);
                    }

                    return time.GetUtcNow() >= next || until();
                },
                "time passes");
        }

        var ending = feed.DisposeAsync().AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return ending.IsCompleted;
            },
            "it ends");
        await reading;
    }

    private static async Task DrainAsync(IPriceFeed feed, Action each)
    {
        await foreach (var quote in feed.ReadAllAsync())
        {
            quote.Series.ShouldNotBeNull();
            each();
        }
    }
}
