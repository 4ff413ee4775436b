using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>Fills and money, calculated by hand; the arithmetic stands beside each.</summary>
public class LedgerTests
{
    [Fact]
    public void A_long_trade_fills_at_the_next_open_and_pays_both_fees()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, TakerFee = 0.001m },
            Bars.Of((100, 101, 99, 100), (110, 112, 109, 111), (120, 121, 119, 120), (121, 122, 120, 121)),
            (0, (series, context) => context.Buy(series, OrderSize.Units(2))),
            (1, (series, context) => context.Close(series)));

        // bought 2 at 110 = 220, fee 0.22; sold 2 at 120 = 240, fee 0.24; 1000 - 220 - 0.22 + 240 - 0.24
        result.Portfolio.Cash.ShouldBe(1_019.54m);
        var trade = result.Trades.ShouldHaveSingleItem();
        (trade.EntryPrice, trade.ExitPrice, trade.Fees, trade.Profit).ShouldBe((110m, 120m, 0.46m, 19.54m));
        trade.Return.ShouldBe(19.54m / 220m);
    }

    [Fact]
    public void A_trade_that_earns_less_than_its_fees_counts_as_a_loss_in_every_figure()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, TakerFee = 0.01m },
            Bars.Flat(100, 100, 101, 101),
            (0, (series, context) => context.Buy(series, OrderSize.Units(1))),
            (1, (series, context) => context.Close(series)));

        var figures = BacktestStatistics.Of(result);

        // bought at 100, fee 1; sold at 101, fee 1.01: -1.01 of 100
        figures.WinRatePercent.ShouldBe(0);
        figures.ProfitFactor.ShouldBe(0);
        figures.BestTradePercent!.Value.ShouldBe(-1.01, 1e-9);
        figures.ExpectancyPercent!.Value.ShouldBe(-1.01, 1e-9);
    }

    [Fact]
    public void The_worst_that_a_trade_showed_is_no_better_than_its_exit()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000 },
            Bars.Of((100, 100, 100, 100), (100, 100, 99, 100), (90, 120, 80, 100), (100, 100, 100, 100)),
            (0, (series, context) => context.Place(series, Bracket(stop: 95, target: 110))));

        var trade = result.Trades.ShouldHaveSingleItem();

        // bought at 100; the next candle opens at 90, below the stop, and what it does after that the trade does not see
        (trade.Return, trade.WorstReturn, trade.BestReturn).ShouldBe((-0.1m, -0.1m, 0m));
        trade.Reason.ShouldBe(FillReason.StopLoss);
    }

    [Theory]
    [InlineData(Side.Sell, 104, 90)] // sold at 110, above its stop
    [InlineData(Side.Buy, 115, 130)] // bought at 110, below its stop
    [InlineData(Side.Sell, 200, 112)] // sold at 110, below its target
    public void A_stop_or_target_that_the_open_has_passed_fills_there_and_not_at_a_price_that_was_gone(Side side, int stop, int target)
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, Slippage = 0.01m },
            Bars.Of((100, 100, 100, 100), (110, 120, 90, 110), (110, 110, 110, 110)),
            (0, (series, context) => context.Place(series, Bracket(stop, target) with { Side = side })));

        var trade = result.Trades.ShouldHaveSingleItem();

        // what is ordered at 100 is filled at 110, and so is what it leaves behind; stops pay slippage of 1 %, targets none
        var (worse, isTarget) = (side == Side.Buy ? -1.1m : 1.1m, stop == 200);
        (trade.EntryPrice, trade.ExitPrice).ShouldBe((110 - worse, isTarget ? 110 : 110 + worse));
        trade.Profit.ShouldBe(isTarget ? -1.1m : -2.2m);
        trade.Reason.ShouldBe(isTarget ? FillReason.TakeProfit : FillReason.StopLoss);
        trade.ExitMs.ShouldBe(Bars.Day);
    }

    [Fact]
    public void A_short_trade_earns_when_the_price_falls()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, TakerFee = 0.01m },
            Bars.Flat(100, 100, 80, 80),
            (0, (series, context) => context.Sell(series, OrderSize.Units(5))),
            (1, (series, context) => context.Close(series)));

        // sold 5 at 100 = 500, fee 5; bought 5 at 80 = 400, fee 4; 1000 + 500 - 5 - 400 - 4
        result.Portfolio.Cash.ShouldBe(1_091m);
        result.Trades.Single().Side.ShouldBe(Side.Sell);
    }

    [Fact]
    public void Spread_and_slippage_are_against_the_order()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, Spread = 0.02m, Slippage = 0.005m, SlippageOfRange = 0.1m },
            Bars.Of((100, 100, 100, 100), (100, 110, 90, 100), (100, 100, 100, 100), (100, 100, 100, 100)),
            (0, (series, context) => context.Buy(series, OrderSize.Units(1))),
            (1, (series, context) => context.Close(series)));

        // bought at 100 + 100 x (0.01 + 0.005) + 0.1 x (110 - 90) = 103.5; sold at 100 - 1.5 - 0 = 98.5
        result.Fills.Select(fill => fill.Price).ShouldBe([103.5m, 98.5m]);
    }

    [Fact]
    public void Stop_and_target_in_one_candle_the_stop_comes_first()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000 },
            Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (101, 120, 80, 100), (100, 100, 100, 100)),
            (0, (series, context) => context.Place(series, Bracket(stop: 90, target: 110))));

        var trade = result.Trades.ShouldHaveSingleItem();
        (trade.EntryPrice, trade.ExitPrice).ShouldBe((100m, 90m));
        result.Orders.Single(order => order.State == OrderState.Cancelled).Request.Type.ShouldBe(OrderType.Limit);
    }

    [Fact]
    public void By_the_nearer_extreme_the_target_comes_first_when_the_open_is_nearer_to_it()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, Path = CandlePath.NearestFirst },
            Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (101, 115, 80, 100), (100, 100, 100, 100)),
            (0, (series, context) => context.Place(series, Bracket(stop: 90, target: 110))));

        result.Trades.Single().ExitPrice.ShouldBe(110m);
        result.Trades.Single().Reason.ShouldBe(FillReason.TakeProfit);
    }

    [Fact]
    public void A_gap_through_the_stop_fills_at_the_open()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000 },
            Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (70, 75, 65, 70), (70, 70, 70, 70)),
            (0, (series, context) => context.Place(series, Bracket(stop: 90, target: 110))));

        result.Trades.Single().ExitPrice.ShouldBe(70m);
    }

    [Fact]
    public void A_limit_order_fills_at_its_price_or_at_a_better_open()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, TakerFee = 0.01m, MakerFee = 0 },
            Bars.Of((100, 100, 100, 100), (100, 101, 94, 99), (90, 91, 89, 90), (90, 90, 90, 90)),
            (0, (series, context) => context.Place(series, Limit(95))),
            (1, (series, context) => context.Place(series, Limit(95))));

        result.Fills.Take(2).Select(fill => (fill.Price, fill.Fee)).ShouldBe([(95m, 0m), (90m, 0m)]);
    }

    [Fact]
    public void A_stop_limit_order_waits_for_its_limit_after_the_stop()
    {
        var order = new OrderRequest { Side = Side.Buy, Size = OrderSize.Units(1), Type = OrderType.StopLimit, StopPrice = 105, LimitPrice = 104 };
        var result = Run(
            new BrokerOptions { Cash = 1_000 },
            Bars.Of((100, 100, 100, 100), (105, 106, 105, 106), (106, 107, 103, 105), (105, 105, 105, 105)),
            (0, (series, context) => context.Place(series, order)));

        var fill = result.Fills[0];

        (fill.Price, fill.TimeMs).ShouldBe((104m, 2 * Bars.Day));
    }

    [Fact]
    public void A_trailing_stop_follows_the_best_price()
    {
        var stop = new OrderRequest { Side = Side.Sell, Size = OrderSize.Position, ReduceOnly = true, Type = OrderType.TrailingStop, TrailBy = 10 };
        var result = Run(
            new BrokerOptions { Cash = 1_000 },
            Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (100, 130, 99, 128), (128, 129, 110, 112), (112, 112, 112, 112)),
            (0, (series, context) => context.Buy(series, OrderSize.Units(1))),
            (1, (series, context) => context.Place(series, stop)));

        // first 100 - 10 = 90, which the low of 99 leaves alone; then 130 - 10 = 120, which 110 hits
        result.Trades.Single().ExitPrice.ShouldBe(120m);
    }

    [Fact]
    public void An_order_fills_by_its_share_of_each_candles_volume()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000_000, MaxVolumeShare = 0.1m },
            Bars.Flat(100, 100, 100, 100, 100),
            (0, (series, context) => context.Buy(series, OrderSize.Units(250))));

        // 0.1 x 1000 a candle: 100, 100, 50
        result.Fills.Where(fill => fill.Reason == FillReason.Order).Select(fill => fill.Quantity).ShouldBe([100m, 100m, 50m]);
        result.Orders[0].State.ShouldBe(OrderState.Filled);
    }

    [Fact]
    public void An_inverse_contract_is_settled_in_the_coin()
    {
        var result = Run(
            new BrokerOptions { Cash = 1m, TakerFee = 0.001m },
            Bars.Flat(50_000, 50_000, 40_000, 40_000),
            new InstrumentRules { InverseContractSize = 100, LotSize = 1 },
            (0, (series, context) => context.Sell(series, OrderSize.Units(400))),
            (1, (series, context) => context.Close(series)));

        // 400 contracts of 100: short 40000 / 50000 = 0.8 coins, bought back for 40000 / 40000 = 1.0; the short earns 0.2; fees 0.0008 + 0.001
        result.Portfolio.Cash.ShouldBe(1.1982m);
    }

    [Fact]
    public void Funding_is_paid_on_the_position_at_each_of_its_times()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, FundingRate = 0.001m, FundingEvery = TimeSpan.FromHours(8) },
            Bars.Flat(100, 100, 100, 100),
            (0, (series, context) => context.Buy(series, OrderSize.Units(5))));

        // bought at the open of day 1; three times until the open of day 2, three until that of day 3, and twice before its close: 8 x 500 x 0.001
        result.Portfolio.Funding.ShouldBe(4m);
        result.Portfolio.Cash.ShouldBe(996m);
    }

    [Fact]
    public void A_position_is_liquidated_where_its_equity_is_the_maintenance_margin()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, Leverage = 5, MaintenanceMargin = 0.05m },
            Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (100, 101, 70, 90), (90, 90, 90, 90)),
            (0, (series, context) => context.Buy(series, OrderSize.Units(50))));

        // cash 1000 - 5000 = -4000; -4000 + 50 p = 0.05 x 50 p where p = 4000 / 47.5
        var trade = result.Trades.ShouldHaveSingleItem();
        trade.Reason.ShouldBe(FillReason.Liquidation);
        trade.ExitPrice.ShouldBe(Math.Round(4_000m / 47.5m, 12));
    }

    [Fact]
    public void A_short_position_is_closed_where_nothing_is_left()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000 },
            Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (110, 300, 110, 290), (290, 290, 290, 290)),
            (0, (series, context) => context.Sell(series, OrderSize.Equity(1))));

        // sold 10 at 100: 2000 in cash buy them back at 200 and leave nothing
        var trade = result.Trades.ShouldHaveSingleItem();
        (trade.ExitPrice, trade.Reason, result.Portfolio.Cash).ShouldBe((200m, FillReason.Liquidation, 0m));
    }

    [Fact]
    public void A_stop_before_the_liquidation_price_saves_the_rest()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, Leverage = 5, MaintenanceMargin = 0.05m },
            Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (100, 101, 70, 90), (90, 90, 90, 90)),
            (0, (series, context) => context.Place(series, Bracket(stop: 90, target: 200) with { Size = OrderSize.Units(50) })));

        result.Trades.Single().ExitPrice.ShouldBe(90m);
        result.Portfolio.Cash.ShouldBe(500m);
    }

    [Fact]
    public void All_of_the_equity_leaves_room_for_the_fee()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, TakerFee = 0.01m },
            Bars.Flat(100, 100, 100, 100),
            (0, (series, context) => context.Buy(series, OrderSize.Equity(1))));

        // q x 100 x 1.01 = 1000
        result.Fills[0].Quantity.ShouldBe(1_000m / 1.01m / 100m, 1e-12m);
        result.Orders.ShouldAllBe(order => order.State == OrderState.Filled);
    }

    [Fact]
    public void Risk_is_what_the_stop_would_lose()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000 },
            Bars.Flat(100, 100, 100, 100),
            (0, (series, context) => context.Place(series, Bracket(stop: 95, target: 200) with { Size = OrderSize.Risk(0.01m) })));

        // one per cent of 1000 is 10; 5 a unit
        result.Fills[0].Quantity.ShouldBe(2m);
    }

    [Fact]
    public void What_is_open_at_the_end_is_closed_by_the_rule()
    {
        var candles = Bars.Of((100, 100, 100, 100), (100, 100, 100, 100), (110, 130, 105, 125));

        Exit(CloseAt.LastClose).ShouldBe(125m);
        Exit(CloseAt.LastOpen).ShouldBe(110m);
        Exit(CloseAt.Never).ShouldBeNull();

        decimal? Exit(CloseAt closeAt) => Backtest
            .Run(new Scripted((0, (series, context) => context.Buy(series, OrderSize.Units(1)))), Bars.Series(candles), closeAt: closeAt)
            .Trades.SingleOrDefault()?.ExitPrice;
    }

    private static OrderRequest Bracket(decimal stop, decimal target) =>
        new() { Side = Side.Buy, Size = OrderSize.Units(1), StopLoss = stop, TakeProfit = target };

    private static OrderRequest Limit(decimal price) => new() { Side = Side.Buy, Size = OrderSize.Units(1), Type = OrderType.Limit, LimitPrice = price };

    private static BacktestResult Run(
        BrokerOptions options, IReadOnlyList<Candle> candles, params (int Bar, Action<TradedSeries, StrategyContext> Act)[] script) =>
        Run(options, candles, InstrumentRules.None, script);

    private static BacktestResult Run(
        BrokerOptions options, IReadOnlyList<Candle> candles, InstrumentRules rules, params (int Bar, Action<TradedSeries, StrategyContext> Act)[] script) =>
        Backtest.Run(new Scripted(script), Bars.Series(candles, rules), options);
}
