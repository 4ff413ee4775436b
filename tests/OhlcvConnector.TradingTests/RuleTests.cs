using OhlcvConnector.Domain;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>What is refused, and what a strategy is told.</summary>
public class RuleTests
{
    public static TheoryData<string, OrderRequest> BadOrders() => new()
    {
        { "size is 0", Buy(OrderSize.Units(0)) },
        { "size is -1", Buy(OrderSize.Units(-1)) },
        { "positions would be worth 2000", Buy(OrderSize.Units(20)) },
        { "asks for 1.5 of the equity", Buy(OrderSize.Equity(1.5m)) },
        { "needs a stop loss", Buy(OrderSize.Risk(0.01m)) },
        { "needs a limit price", Buy(OrderSize.Units(1)) with { Type = OrderType.Limit } },
        { "needs a stop price", Buy(OrderSize.Units(1)) with { Type = OrderType.Stop, StopPrice = -5 } },
        { "needs a trailing distance", Buy(OrderSize.Units(1)) with { Type = OrderType.TrailingStop } },
        { "a market order has no limit price", Buy(OrderSize.Units(1)) with { LimitPrice = 90 } },
        { "a stop order has no limit price", Buy(OrderSize.Units(1)) with { Type = OrderType.Stop, StopPrice = 110, LimitPrice = 111 } },
        { "a limit order has no stop price", Buy(OrderSize.Units(1)) with { Type = OrderType.Limit, LimitPrice = 90, StopPrice = 80 } },
        { "a market order has no trailing distance", Buy(OrderSize.Units(1)) with { TrailBy = 5 } },
        { "no position to reduce", Buy(OrderSize.Units(1)) with { ReduceOnly = true } },
        { "must be above 0", Buy(OrderSize.Units(1)) with { StopLoss = 0 } },
        { "wrong side of its price", Buy(OrderSize.Risk(0.01m)) with { StopLoss = 150 } },
        { "below the smallest", Buy(OrderSize.Units(0.5m)) },
    };

    [Theory]
    [MemberData(nameof(BadOrders))]
    public void A_bad_order_is_rejected_with_its_reason_and_the_run_goes_on(string words, OrderRequest request)
    {
        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Place(series, request)), (1, (series, context) => context.Buy(series, OrderSize.Units(1)))),
            Bars.Series(Bars.Flat(100, 100, 100, 100)), new BrokerOptions { Cash = 1_000, WholeUnits = true });

        var rejected = result.Orders.Single(order => order.State == OrderState.Rejected);

        rejected.Reason!.ShouldContain(words);
        result.Trades.Count.ShouldBe(1);
    }

    [Fact]
    public void Ten_thousand_orders_at_a_candle_are_bounded()
    {
        var result = Backtest.Run(
            new Scripted(
                (0, (series, context) =>
                {
                    for (var i = 0; i < 10_000; i++)
                    {
                        context.Place(series, Buy(OrderSize.Units(1)) with { Type = OrderType.Limit, LimitPrice = 1 });
                    }
                }
        )),
            Bars.Series(Bars.Flat(100, 100, 100)));

        result.Orders.Count(order => order.State == OrderState.Rejected).ShouldBe(9_000);
        result.Orders.First(order => order.State == OrderState.Rejected).Reason!.ShouldContain("1000 orders of test 1d are open already");
    }

    [Fact]
    public void Short_positions_can_be_forbidden()
    {
        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Sell(series, OrderSize.Units(1)))), Bars.Series(Bars.Flat(100, 100, 100)),
            new BrokerOptions { AllowShort = false });

        result.Orders.Single().Reason!.ShouldContain("short positions are not allowed");
    }

    [Fact]
    public void Prices_are_rounded_to_ticks_and_quantities_to_lots_against_the_order()
    {
        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Place(series, Buy(OrderSize.Units(1.29m)) with { Type = OrderType.Limit, LimitPrice = 95.37m }))),
            Bars.Series(Bars.Of((100, 100, 100, 100), (100, 100, 90, 95), (95, 95, 95, 95)), new InstrumentRules { TickSize = 0.5m, LotSize = 0.1m }));

        (result.Fills[0].Price, result.Fills[0].Quantity).ShouldBe((95m, 1.2m));
    }

    [Fact]
    public void A_gap_is_told_and_nothing_fills_in_it()
    {
        var candles = Bars.Flat(100, 100, 100, 100).Where((_, index) => index != 2).ToList();
        var strategy = new Scripted((1, (series, context) => context.Buy(series, OrderSize.Units(1))));

        Backtest.Run(strategy, Bars.Series(candles), closeAt: CloseAt.Never);

        strategy.Told.ShouldBe(["gap 2 to 3", "1 at 100"]);
    }

    [Fact]
    public void A_strategy_that_throws_is_told_with_its_candle()
    {
        var exception = Should.Throw<StrategyException>(
            () => Backtest.Run(new Scripted((2, (_, _) => throw new InvalidOperationException("no idea"))), Bars.Series(Bars.Flat(100, 100, 100, 100))));

        exception.Message.ShouldBe("The strategy failed at candle 2 of test 1d (1970-01-03 00:00:00Z): no idea");
    }

    [Fact]
    public void Candles_that_are_none_or_out_of_order_are_refused()
    {
        var candles = Bars.Flat(100, 100).ToList();

        Should.Throw<ArgumentException>(() => Run([.. candles, candles[0]])).Message.ShouldContain("begins before the one before it ends");
        Should.Throw<ArgumentException>(() => Run([candles[0] with { Low = 101 }])).Message.ShouldContain("low or high");
        Should.Throw<ArgumentException>(() => Run([candles[0] with { Low = -1 }])).Message.ShouldContain("not above zero");
        Should.Throw<ArgumentException>(() => Run([])).Message.ShouldContain("has no candles");

        static void Run(IReadOnlyList<Candle> candles) => Backtest.Run(new Scripted(), Bars.Series(candles));
    }

    [Fact]
    public void An_indicator_that_begins_late_is_refused()
    {
        var exception = Should.Throw<StrategyException>(
            () => Backtest.Run(new Scripted((0, (series, context) => context.Indicator(series, "sma:3"))), Bars.Series(Bars.Flat(100, 100))));

        exception.Message.ShouldContain("OnStart");
    }

    [Theory]
    [InlineData("sma-cross", "fast", 0, "from 1 to 10000")]
    [InlineData("sma-cross", "fast", 1.5, "a whole number")]
    [InlineData("sma-cross", "quick", 3, "It has fast, slow")]
    [InlineData("buy-and-hold", "quick", 3, "has no parameters")]
    public void A_wrong_parameter_is_told(string strategy, string name, double value, string words) =>
        Should.Throw<InvalidSettingException>(() => StrategyCatalog.Find(strategy).Create(new Dictionary<string, decimal> { [name] = (decimal)value }))
            .Message.ShouldContain(words);

    [Fact]
    public void An_unknown_strategy_is_told_with_those_that_there_are() =>
        Should.Throw<InvalidSettingException>(() => StrategyCatalog.Find("moon")).Message.ShouldContain("buy-and-hold, sma-cross");

    private static OrderRequest Buy(OrderSize size) => new() { Side = Side.Buy, Size = size };
}
