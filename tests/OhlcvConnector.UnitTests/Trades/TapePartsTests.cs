using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Trades;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Trades;

/// <summary>What a tape knows of its trades, each kind alone. Times are milliseconds.</summary>
public class TapePartsTests
{
    private const long HalfAnHour = 1_800_000;
    private const long TenMinutes = 600_000;

    [Fact]
    public void Trades_are_distrusted_for_half_an_hour_after_the_third_disagreement()
    {
        var counters = new FeedCounters();
        var trust = new TapeTrust(counters);

        trust.Strike(1_000, wasDelivered: false).ShouldBeFalse();
        trust.Strike(2_000, wasDelivered: false).ShouldBeFalse();
        trust.Strike(3_000, wasDelivered: false).ShouldBeTrue();

        trust.IsDistrusted(3_000 + HalfAnHour - 1).ShouldBeTrue();
        trust.IsDistrusted(3_000 + HalfAnHour).ShouldBeFalse();
        trust.IsCautious(3_000 + TenMinutes - 1).ShouldBeTrue();
        trust.IsCautious(3_000 + TenMinutes).ShouldBeFalse();
    }

    [Fact]
    public void One_candle_that_was_delivered_wrong_is_enough()
    {
        var trust = new TapeTrust(new FeedCounters());

        trust.Strike(1_000, wasDelivered: true).ShouldBeTrue();

        trust.IsDistrusted(1_000).ShouldBeTrue();
    }

    [Fact]
    public void Three_agreements_end_distrust_and_each_takes_a_disagreement_back()
    {
        var trust = new TapeTrust(new FeedCounters());
        trust.Strike(1_000, wasDelivered: true);

        trust.Agree();
        trust.Agree();

        trust.IsDistrusted(2_000).ShouldBeTrue();
        trust.Agree();

        trust.IsDistrusted(2_000).ShouldBeFalse();
        trust.HasAgreed.ShouldBeTrue();
        trust.Strike(3_000, wasDelivered: false).ShouldBeFalse();
        trust.Agree();

        trust.Strike(4_000, wasDelivered: false).ShouldBeFalse();
        trust.Strike(5_000, wasDelivered: false).ShouldBeFalse();
    }

    [Fact]
    public void Trades_are_whole_three_seconds_after_a_subscription_until_something_may_be_missing()
    {
        var sources = new TapeSources();
        var source = new TradeSource();

        sources.AreWhole(long.MaxValue - 1).ShouldBeFalse();

        sources.Begin(source, 10_000);

        (sources.AreWhole(12_999), sources.AreWhole(13_000)).ShouldBe((false, true));
        source.Break();
        sources.CheckFaults(50_000);

        (sources.AreWhole(52_999), sources.AreWhole(53_000)).ShouldBe((false, true));

        sources.End(source);

        sources.Any.ShouldBeFalse();
        sources.AreWhole(60_000).ShouldBeFalse();
    }

    [Fact]
    public void A_second_connection_has_seen_what_the_first_may_have_missed()
    {
        var sources = new TapeSources();
        var (first, second) = (new TradeSource(), new TradeSource());
        sources.Begin(first, 10_000);
        sources.Begin(second, 20_000);

        first.Break();
        sources.CheckFaults(50_000);

        sources.AreWhole(13_000).ShouldBeTrue();
    }

    [Fact]
    public void Activity_is_trades_a_minute_of_one_series_alone()
    {
        var series = Minutes();
        var activity = new SymbolActivity(series);

        for (var minute = 0; minute < 60; minute++)
        {
            activity.Hear(Quote(series, minute, trades: 20));
            activity.Hear(Quote(Minutes("ETHUSDT"), minute, trades: 5_000));
        }

        activity.Value.ShouldBeInRange(19_000, 20_000);
    }
}
