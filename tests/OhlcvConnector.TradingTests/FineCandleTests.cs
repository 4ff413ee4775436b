using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>Orders that fill by finer candles; the arithmetic stands beside each.</summary>
public class FineCandleTests
{
    private const long Hour = Bars.Day / 24;

    private static readonly OrderRequest Bracket = new() { Side = Side.Buy, Size = OrderSize.Units(1), StopLoss = 90, TakeProfit = 110 };

    [Fact]
    public void Of_stop_and_target_in_one_candle_the_finer_ones_say_which_came_first()
    {
        // the day goes 101 to 120 to 80 to 100: by itself the stop at 90 comes first; by its halves the target at 110 does
        var coarse = Days((100, 100, 100, 100), (100, 100, 100, 100), (101, 120, 80, 100), (100, 100, 100, 100));
        var fine = Halves((100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (101, 120, 100, 105), (105, 106, 80, 100),
            (100, 100, 100, 100), (100, 100, 100, 100));

        var (alone, finer) = (Run(coarse, null), Run(coarse, fine));

        // bought at 100: -10 by the stop, +10 by the target
        (alone.Portfolio.Cash, finer.Portfolio.Cash).ShouldBe((990m, 1_010m));
        finer.Trades.Single().Reason.ShouldBe(FillReason.TakeProfit);
        finer.Trades.Single().ExitMs.ShouldBe(2 * Bars.Day, "the first half of the day");
        (finer.FilledByFine, finer.LackingFine).ShouldBe((2, 0)); // the day of the entry, and that of the exit
    }

    [Fact]
    public void The_time_of_a_fill_is_that_of_the_finer_candle()
    {
        var coarse = Days((100, 100, 100, 100), (100, 100, 100, 100), (101, 105, 80, 85), (85, 85, 85, 85));
        var fine = Halves((100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (101, 105, 95, 96), (96, 97, 80, 85),
            (85, 85, 85, 85), (85, 85, 85, 85));

        var trade = Run(coarse, fine).Trades.Single();

        // 95 is above the stop; the second half falls through 90
        (trade.ExitPrice, trade.ExitMs, trade.ExitBar).ShouldBe((90m, (2 * Bars.Day) + (12 * Hour), 2));
    }

    [Theory]
    [InlineData("a hole", 1)]
    [InlineData("another high", 2)]
    public void Where_the_finer_ones_do_not_make_up_the_candle_the_coarse_rule_holds_and_is_counted(string what, int lacking)
    {
        var coarse = Days((100, 100, 100, 100), (100, 100, 100, 100), (101, 120, 80, 100), (100, 100, 100, 100));
        List<Candle> fine = [.. Halves((100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100),
            (101, 120, 100, 105), (105, 106, 80, 100), (100, 100, 100, 100), (100, 100, 100, 100))];
        if (what == "a hole")
        {
            fine[4] = fine[4] with { CloseMs = fine[4].CloseMs - Hour }; // 11 of the first 12 hours
        }
        else
        {
            fine[4] = fine[4] with { High = 121 };
            fine.RemoveRange(2, 2); // and the day of the entry has none at all
        }

        var result = Run(coarse, fine);

        result.Trades.Single().Reason.ShouldBe(FillReason.StopLoss);
        result.Portfolio.Cash.ShouldBe(990m);
        (result.FilledByFine, result.LackingFine).ShouldBe((2 - lacking, lacking));
    }

    [Fact]
    public void A_hole_is_none_where_quiet_candles_are_left_out()
    {
        var coarse = Days((100, 100, 100, 100), (100, 100, 100, 100), (101, 120, 80, 100), (100, 100, 100, 100));
        var fine = Halves((100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (101, 120, 100, 105), (105, 106, 80, 100))
            .Where((_, index) => index != 3).ToList();

        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Place(series, Bracket))),
            [new BacktestSeries("test 1d", coarse, InstrumentRules.None, OmitsQuietCandles: true) { Fine = fine }], new BrokerOptions { Cash = 1_000 });

        result.Trades.Single().Reason.ShouldBe(FillReason.TakeProfit);
        result.LackingFine.ShouldBe(0);
    }

    [Fact]
    public void A_partial_fill_takes_its_share_of_each_finer_candle()
    {
        var coarse = Days((100, 100, 100, 100), (100, 104, 100, 104), (104, 104, 104, 104));
        var fine = Halves((100, 100, 100, 100), (100, 100, 100, 100), (100, 102, 100, 102), (103, 104, 103, 104), (104, 104, 104, 104), (104, 104, 104, 104));

        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Buy(series, OrderSize.Units(80)))),
            [Bars.Series(coarse)[0] with { Fine = fine }], new BrokerOptions { Cash = 100_000, MaxVolumeShare = 0.1m }, CloseAt.Never);

        // a tenth of 500 at each half's open: 50 at 100, 30 at 103
        result.Fills.Select(fill => (fill.Quantity, fill.Price)).ShouldBe([(50m, 100m), (30m, 103m)]);
    }

    [Fact]
    public void Orders_that_a_strategy_places_when_something_fills_wait_for_the_next_candle()
    {
        // what a strategy does at a fill it can know at the candle's close alone: else it would trade within a candle that it has not seen
        var coarse = Days((100, 100, 100, 100), (100, 110, 100, 110), (120, 120, 120, 120), (120, 120, 120, 120));
        var fine = Halves((100, 100, 100, 100), (100, 100, 100, 100), (100, 105, 100, 105), (106, 110, 106, 110), (120, 120, 120, 120), (120, 120, 120, 120));

        var result = Backtest.Run(new SellsAtOnce(), [Bars.Series(coarse)[0] with { Fine = fine }], new BrokerOptions { Cash = 1_000 });

        result.Fills.Select(fill => fill.Price).ShouldBe([100m, 120m]);
    }

    [Fact]
    public void Finer_candles_change_nothing_that_the_strategy_sees()
    {
        var minutes = Bars.Random(9, 1_200);
        var coarse = minutes.Chunk(4).Select(four => four[0] with
        {
            CloseMs = four[^1].CloseMs,
            High = four.Max(one => one.High),
            Low = four.Min(one => one.Low),
            Close = four[^1].Close,
            Volume = four.Sum(one => one.Volume),
        }).ToList();
        var kind = StrategyCatalog.Find("mean-reversion");

        var result = Backtest.Run(kind.Create(), [Bars.Series(coarse)[0] with { Fine = minutes }], new BrokerOptions { TakerFee = 0.001m });

        result.LackingFine.ShouldBe(0);
        result.FilledByFine.ShouldBeGreaterThan(10);
        LookAheadCheck.Run(_ => kind.Create(), [Bars.Series(coarse)[0] with { Fine = minutes }]).ShouldBeNull();
    }

    [Fact]
    public void Finer_candles_that_are_none_are_refused() =>
        Should.Throw<ArgumentException>(() => Backtest.Run(new Scripted(), [Bars.Series(Bars.Flat(1, 1))[0] with { Fine = [new Candle(0, 1, 1, 0, 1, 1, 1)] }]))
            .Message.ShouldContain("test 1d, finer, candle 0");

    private static BacktestResult Run(IReadOnlyList<Candle> coarse, IReadOnlyList<Candle>? fine) => Backtest.Run(
        new Scripted((0, (series, context) => context.Place(series, Bracket))),
        [Bars.Series(coarse)[0] with { Fine = fine }], new BrokerOptions { Cash = 1_000 });

    private static IReadOnlyList<Candle> Days(params (decimal Open, decimal High, decimal Low, decimal Close)[] prices) => Bars.Of(prices);

    private static IReadOnlyList<Candle> Halves(params (decimal Open, decimal High, decimal Low, decimal Close)[] prices) =>
        [.. prices.Select((price, i) => new Candle(i * 12 * Hour, (i + 1) * 12 * Hour, price.Open, price.High, price.Low, price.Close, 500))];

    private sealed class SellsAtOnce : IStrategy
    {
        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            if (series.Bar == 0)
            {
                context.Buy(series, OrderSize.Units(1));
            }
        }

        public void OnFill(Fill fill, StrategyContext context)
        {
            if (fill.Quantity > 0)
            {
                context.Close(fill.Series);
            }
        }
    }
}
