using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Trades;

/// <summary>Candles of five seconds that the exchange does not have, from its trades; times are milliseconds after the first.</summary>
public class BuiltSeriesTests
{
    private const long Grace = 250; // of trades that come 100 ms late, in steps of 50, and a margin of 100

    private readonly FeedCounters _counters = new();
    private readonly TradeSource _source = new();
    private readonly TradeDelay _delay = new();
    private readonly TradeTape _tape;
    private long _id;

    public BuiltSeriesTests()
    {
        for (var i = 0; i < 30; i++)
        {
            _delay.Hear(T0 - 5_000 + i, T0 - 4_900 + i);
        }

        var series = new Series(Minutes().Instrument, Interval.Parse("5s"));
        var facts = new VenueTrades(AreCounted: false, GiveQuoteVolume: false, IdsAscend: true);
        _tape = new TradeTape(series, facts, _delay, _counters);
        _tape.Add(new BuiltSeries(series, facts, deliverRevisions: true, _counters));
        _tape.Begin(_source, T0 - 3_000);
    }

    [Fact]
    public void A_candle_is_built_of_its_trades_and_closed_when_all_have_come_and_later_ones_too()
    {
        Trade(500, 10, 2, Taker.Buyer);
        Trade(4_900, 12, 1, Taker.Seller);
        Trade(4_800, 9, 1, Taker.Buyer);

        Build(5_000).ShouldBe(["0: 10 12 9 12 of 4 (41), 3 trades, 3 bought, 1 sold, open"]);
        Trade(5_100, 11, 1, Taker.Buyer);

        Build(5_000 + Grace - 1).ShouldBeEmpty();

        Build(5_000 + Grace)
            .ShouldBe(["0: 10 12 9 12 of 4 (41), 3 trades, 3 bought, 1 sold, closed", "5: 11 11 11 11 of 1 (11), 1 trades, 1 bought, 0 sold, open"]);
        Build(5_000 + Grace + 50).ShouldBeEmpty();
    }

    [Fact]
    public void Whose_connection_says_nothing_after_the_end_is_not_closed_and_whatever_comes_will_do()
    {
        Trade(500, 10, 2);

        Build(9_000).ShouldBe(["0: 10 10 10 10 of 2 (20), 1 trades,  bought,  sold, open"]);

        _source.AliveAtMs = T0 + 5_000 + Grace;

        Build(9_000).ShouldBe(["0: 10 10 10 10 of 2 (20), 1 trades,  bought,  sold, closed"]);
    }

    [Fact]
    public void Where_nobody_traded_there_is_no_candle_and_no_gap()
    {
        Trade(500, 10, 2);
        Trade(11_000, 11, 1);
        Trade(15_100, 12, 1);

        Build(15_000 + Grace).ShouldBe(["0: 10 10 10 10 of 2 (20), 1 trades,  bought,  sold, closed",
            "10: 11 11 11 11 of 1 (11), 1 trades,  bought,  sold, closed", "15: 12 12 12 12 of 1 (12), 1 trades,  bought,  sold, open"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_broken_stretch_reaches_into_is_a_gap_and_never_a_candle(bool byAReconnect)
    {
        Trade(500, 10, 2);
        Trade(5_500, 10, 2);

        Build(5_000 + Grace).Count.ShouldBe(2);
        if (byAReconnect)
        {
            _tape.End(_source);
            Build(6_000).ShouldBeEmpty();
            _tape.Begin(_source, T0 + 7_000);
        }
        else
        {
            _source.Break();
            Build(7_000).ShouldBeEmpty();
        }

        Trade(9_000, 10, 2);
        Trade(10_500, 11, 2);
        Trade(15_500, 12, 2);

        Build(15_000 + Grace).ShouldBe(["10: 11 11 11 11 of 2 (22), 1 trades,  bought,  sold, closed, 5 to 10 missing: the stream of trades was broken",
            "15: 12 12 12 12 of 2 (24), 1 trades,  bought,  sold, open"]);
    }

    [Fact]
    public void It_begins_with_the_first_whole_candle_and_announces_nothing_before()
    {
        _tape.End(_source);
        _tape.Begin(_source, T0 - 1_000);
        Trade(500, 10, 2);
        Trade(5_500, 11, 2);
        Trade(10_100, 12, 2);

        Build(10_000 + Grace)
            .ShouldBe(["5: 11 11 11 11 of 2 (22), 1 trades,  bought,  sold, closed", "10: 12 12 12 12 of 2 (24), 1 trades,  bought,  sold, open"]);
    }

    [Fact]
    public void A_trade_that_comes_after_its_candle_is_a_revision_and_one_of_a_candle_that_was_thought_quiet_a_gap()
    {
        Trade(500, 10, 2);
        Trade(11_000, 11, 1);

        Build(10_000 + Grace).Count.ShouldBe(2);

        Trade(4_000, 12, 1, at: 11_500);
        Trade(7_000, 12, 1, at: 11_500);
        Trade(15_100, 12, 1);

        Build(15_000 + 7_600).ShouldBe( // trades may come as late again
        [
            "0: 10 12 10 10 of 3 (32), 2 trades,  bought,  sold, revision",
            "10: 11 11 11 11 of 1 (11), 1 trades,  bought,  sold, closed, 5 to 10 missing: trades of it came too late",
            "15: 12 12 12 12 of 1 (12), 1 trades,  bought,  sold, open",
        ]);

        (_counters.TradesLate, _counters.Revisions).ShouldBe((2, 1));
    }

    [Fact]
    public void Before_anybody_knows_how_late_trades_come_two_seconds_more_than_the_last_took_must_do()
    {
        var delay = new TradeDelay();

        delay.GuessedMs.ShouldBeGreaterThan(long.MaxValue / 8);
        delay.Hear(T0, T0 + 100);
        delay.Hear(T0 + 1_000, T0 + 1_300);

        delay.GuessedMs.ShouldBe(2_300);
        for (var i = 0; i < 28; i++)
        {
            delay.Hear(T0 + 2_000 + i, T0 + 2_100 + i);
        }

        delay.GuessedMs.ShouldBe(delay.DelayMs);
    }

    [Fact]
    public void Doubled_trades_count_once()
    {
        Trade(500, 10, 2);
        _tape.OnTrade(new Trade(1, T0 + 500, 10, 2), T0 + 700);
        Trade(5_100, 10, 1);

        Build(5_000 + Grace)[0].ShouldStartWith("0: 10 10 10 10 of 2 (20), 1 trades");
    }

    private void Trade(long timeMs, decimal price, decimal amount, Taker taker = Taker.Unknown, long? at = null)
    {
        var oursMs = T0 + (at ?? timeMs + 100);
        _source.Hear(T0 + timeMs, oursMs);
        _source.AliveAtMs = oursMs;
        _tape.OnTrade(new Trade(++_id, T0 + timeMs, price, amount, taker), oursMs);
    }

    private List<string> Build(long nowMs)
    {
        var candles = new List<BuiltCandle>();
        _tape.Build(T0 + nowMs, T0 + nowMs, candles);
        return candles.ConvertAll(candle => Text(candle.Quote));
    }

    private static string Text(PriceQuote quote)
    {
        quote.Source.ShouldBe(QuoteSource.BuiltFromTrades);
        var gap = quote.GapBefore is { } missing
            ? FormattableString.Invariant($", {Seconds(missing.From)} to {Seconds(missing.To)} missing: {missing.Reason}")
            : "";
        return FormattableString.Invariant(
            $"{Seconds(quote.OpenTime)}: {quote.Open} {quote.High} {quote.Low} {quote.Close} of {quote.Volume} ({quote.QuoteVolume}), {quote.TradeCount} trades, {quote.BuyVolume} bought, {quote.SellVolume} sold, {(quote.IsRevision ? "revision" : quote.IsClosed ? "closed" : "open")}{gap}");
    }

    private static long Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() - T0) / 1_000;
}
