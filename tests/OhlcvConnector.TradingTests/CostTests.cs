using OhlcvConnector.Domain;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>What trading costs, calculated by hand.</summary>
public class CostTests
{
    [Fact]
    public void Slippage_by_volume_grows_with_the_root_of_the_share_that_is_taken()
    {
        var result = Run(
            new BrokerOptions { Cash = 100_000, SlippageOfVolume = 0.1m },
            (0, (series, context) => context.Buy(series, OrderSize.Units(10))), (1, (series, context) => context.Sell(series, OrderSize.Units(40))));

        // 10 of 1000 are 1 %, its root 0.1: 100 x (1 + 0.1 x 0.1) = 101; 40 of 1000, root 0.2: 100 x (1 - 0.02) = 98
        result.Fills.Take(2).Select(fill => fill.Price).ShouldBe([101m, 98m]);
        result.Fills.Take(2).Select(fill => fill.Slippage).ShouldBe([10m, 80m]);
    }

    [Fact]
    public void All_of_the_equity_is_bought_at_the_price_that_its_own_size_makes()
    {
        var result = Run(
            new BrokerOptions { Cash = 10_000, SlippageOfVolume = 0.1m, TakerFee = 0.001m },
            (0, (series, context) => context.Buy(series, OrderSize.Equity(1))));

        result.Orders.ShouldAllBe(order => order.State == OrderState.Filled);
        result.Fills[0].Quantity.ShouldBeInRange(95, 97); // 10000 / 1.001 / (100 x (1 + 0.1 x root of 0.1)) = 96.8
    }

    [Fact]
    public void Spread_and_slippage_are_counted_apart_from_commissions()
    {
        var result = Run(
            new BrokerOptions { Cash = 1_000, TakerFee = 0.001m, Spread = 0.02m, Slippage = 0.01m },
            (0, (series, context) => context.Buy(series, OrderSize.Units(2))), (1, (series, context) => context.Close(series)));

        // bought 2 at 102, sold 2 at 98: 4 + 4 in the prices, 0.204 + 0.196 in fees
        (result.Portfolio.Slippage, result.Portfolio.Fees, result.Portfolio.Cash).ShouldBe((8m, 0.4m, 991.6m));
        BacktestStatistics.Of(result).Slippage.ShouldBe(8m);
    }

    [Fact]
    public void A_tier_holds_from_what_was_traded_in_thirty_days()
    {
        var options = new BrokerOptions
        {
            Cash = 100_000,
            TakerFee = 0.001m,
            FeeTiers = [new FeeTier(2_000, 0.0005m, 0.0001m), new FeeTier(1_000, 0.0008m, 0.0004m)],
        };
        var script = new[] { 0, 1, 2, 40 }
            .Select(bar => (bar, (Action<TradedSeries, StrategyContext>)((series, context) => context.Buy(series, OrderSize.Units(10))))).ToArray();

        var result = Backtest.Run(new Scripted(script), Bars.Series(Bars.Flat([.. Enumerable.Repeat(100m, 43)])), options, CloseAt.Never);

        // 1000 each: nothing traded before, 1000, 2000, and after more than thirty days nothing again
        result.Fills.Select(fill => fill.Fee).ShouldBe([1m, 0.8m, 0.5m, 1m]);
    }

    [Fact]
    public void An_instruments_own_fees_come_before_the_brokers()
    {
        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Buy(series, OrderSize.Units(1)))),
            Bars.Series(Bars.Flat(100, 100, 100), new InstrumentRules { TakerFee = 0.002m }), new BrokerOptions { TakerFee = 0.001m }, CloseAt.Never);

        result.Portfolio.Fees.ShouldBe(0.2m);
    }

    [Fact]
    public void Funding_rates_of_the_time_are_paid_by_who_holds_then()
    {
        FundingRate[] rates = [new(Bars.Day / 2, 0.5m), new(2 * Bars.Day, 0.001m), new((3 * Bars.Day) - 1, -0.003m), new(9 * Bars.Day, 0.5m)];
        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Buy(series, OrderSize.Units(5)))),
            [Bars.Series(Bars.Flat(100, 100, 100, 100))[0] with { FundingRates = rates }], new BrokerOptions { Cash = 1_000, FundingRate = 0.01m });

        // bought at the open of day 1, after the first rate; 500 x 0.001 paid, 500 x 0.003 received; the one rate of the options does not count
        (result.Portfolio.Funding, result.Portfolio.Cash).ShouldBe((-1m, 1_001m));
    }

    [Fact]
    public void A_lot_of_linear_contracts_is_in_base_units()
    {
        var swap = new Instrument
        {
            Exchange = "okx",
            Market = Market.UsdMargined,
            VenueSymbol = "BTC-USDT-SWAP",
            Symbol = "BTC/USDT:USDT",
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            ContractSize = 0.01m,
            LotSize = 0.1m,
            TickSize = 0.1m,
        };

        (InstrumentRules.Of(swap).LotSize, InstrumentRules.Of(swap).TickSize).ShouldBe((0.001m, 0.1m));
        InstrumentRules.Of(swap with { Market = Market.CoinMargined, ContractSize = 100, LotSize = null }).LotSize.ShouldBe(1m);
        InstrumentRules.Of(swap with { Market = Market.Spot, ContractSize = null, LotSize = 0.00001m }).LotSize.ShouldBe(0.00001m);
    }

    [Fact]
    public void An_order_below_the_least_value_is_rejected()
    {
        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Buy(series, OrderSize.Units(0.09m)))),
            Bars.Series(Bars.Flat(100, 100, 100), new InstrumentRules { MinNotional = 10 }));

        result.Orders.Single().Reason!.ShouldContain("below the smallest");
    }

    private static BacktestResult Run(BrokerOptions options, params (int Bar, Action<TradedSeries, StrategyContext> Act)[] script) =>
        Backtest.Run(new Scripted(script), Bars.Series(Bars.Flat(100, 100, 100, 100)), options, CloseAt.Never);
}
