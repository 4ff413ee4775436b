using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>Properties that need no truth: money is conserved, the future changes nothing, and the same run is the same.</summary>
public class PropertyTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Cash_and_positions_add_up_to_the_last_digit_whatever_is_ordered(int seed)
    {
        var options = new BrokerOptions
        {
            Cash = 10_000,
            TakerFee = 0.0007m,
            MakerFee = 0.0002m,
            Spread = 0.001m,
            Slippage = 0.0003m,
            MaxVolumeShare = seed % 3 == 0 ? 0.05m : null,
            Leverage = 1 + (seed % 4),
            MaintenanceMargin = seed % 4 == 0 ? 0 : 0.02m,
            FundingRate = seed % 2 == 0 ? 0.0001m : 0,
        };

        var result = Backtest.Run(new RandomOrders(seed), Bars.Series(Bars.Random(seed, 400)), options, CloseAt.Never);

        // a naive second ledger, of nothing but the fills
        var cash = 10_000m - result.Portfolio.Funding;
        var quantity = 0m;
        foreach (var fill in result.Fills)
        {
            cash -= Math.Round(fill.Quantity * fill.Price, 12) + fill.Fee;
            quantity += fill.Quantity;
        }

        result.Fills.Count.ShouldBeGreaterThan(20);
        result.Portfolio.Cash.ShouldBe(cash);
        result.Series[0].Quantity.ShouldBe(quantity);
        result.Portfolio.Equity.ShouldBe(cash + (quantity * result.Series[0].Last.Close));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Cash_never_falls_below_zero_without_leverage(int seed)
    {
        var worst = decimal.MaxValue;
        var strategy = new RandomOrders(seed) { AtCandle = context => worst = Math.Min(worst, context.Portfolio.Cash) };

        Backtest.Run(strategy, Bars.Series(Bars.Random(seed, 400)), new BrokerOptions { TakerFee = 0.001m, AllowShort = false });

        worst.ShouldBeGreaterThanOrEqualTo(-1e-9m);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_same_run_is_the_same_to_the_last_digit(int seed)
    {
        var (one, other) = (Run(), Run());

        one.Fills.Select(fill => (fill.TimeMs, fill.Price, fill.Quantity)).ShouldBe(other.Fills.Select(fill => (fill.TimeMs, fill.Price, fill.Quantity)));
        one.Equity.Values.ShouldBe(other.Equity.Values);

        BacktestResult Run() => Backtest.Run(new RandomOrders(seed), Bars.Series(Bars.Random(seed, 200)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Doubling_all_prices_halves_the_units_and_leaves_the_returns(int seed)
    {
        var candles = Bars.Random(seed, 300);
        var doubled = candles.Select(one => one with { Open = 2 * one.Open, High = 2 * one.High, Low = 2 * one.Low, Close = 2 * one.Close }).ToList();
        var settings = new Dictionary<string, decimal> { ["fast"] = 5, ["slow"] = 12 };

        var (once, twice) = (Run(candles), Run(doubled));

        once.Trades.Count.ShouldBeGreaterThan(3);
        twice.Fills.Select(fill => Math.Round(fill.Quantity * 2, 9)).ShouldBe(once.Fills.Select(fill => Math.Round(fill.Quantity, 9)));
        ((double)twice.Equity.Values[^1]).ShouldBe((double)once.Equity.Values[^1], 1e-9);

        BacktestResult Run(IReadOnlyList<Candle> of) =>
            Backtest.Run(StrategyCatalog.Find("sma-cross").Create(settings), Bars.Series(of), new BrokerOptions { TakerFee = 0.001m });
    }

    [Fact]
    public void Buying_and_holding_is_the_price_ratio_less_costs()
    {
        var candles = Bars.Random(7, 200);

        var result = Backtest.Run(StrategyCatalog.Find("buy-and-hold").Create(), Bars.Series(candles), new BrokerOptions { TakerFee = 0.001m });

        var expected = 10_000m / 1.001m / candles[1].Open * candles[^1].Close * 0.999m;

        result.Portfolio.Cash.ShouldBe(expected, 1e-9m);
    }

    [Theory]
    [InlineData("sma-cross")]
    [InlineData("mean-reversion")]
    [InlineData("quantum-cipher")]
    [InlineData("value-area")]
    [InlineData("grid")]
    [InlineData("buy-and-hold")]
    public void No_strategy_of_the_catalogue_looks_ahead(string name)
    {
        var candles = Bars.Random(3, 600);
        var kind = StrategyCatalog.Find(name);

        LookAheadCheck.Run(_ => kind.Create(), Bars.Series(candles), new BrokerOptions { TakerFee = 0.001m }, samples: 40).ShouldBeNull();
        Backtest.Run(kind.Create(), Bars.Series(candles)).Fills.ShouldNotBeEmpty("else the check has compared nothing");
    }

    [Fact]
    public void A_strategy_that_knows_tomorrow_is_caught()
    {
        var difference = LookAheadCheck.Run(data => new Cheat(data[0].Candles), Bars.Series(Bars.Random(3, 300)));

        difference!.ShouldContain("it looks ahead");
    }

    [Fact]
    public void A_strategy_that_scales_by_the_whole_series_is_caught()
    {
        var difference = LookAheadCheck.Run(data => new ByMean(data[0].Candles.Average(candle => candle.Close)), Bars.Series(Bars.Random(5, 300)));

        difference!.ShouldContain("it looks ahead");
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 24)];

    /// <summary>Orders of all types and sizes, most of them sensible.</summary>
    private sealed class Cheat(IReadOnlyList<Candle> all) : IStrategy
    {
        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            if (series.Bar + 1 < all.Count && all[series.Bar + 1].Close > series.Last.Close)
            {
                context.Buy(series, OrderSize.Units(1));
            }
        }
    }

    private sealed class ByMean(decimal mean) : IStrategy
    {
        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            if (series.Last.Close < mean)
            {
                context.Buy(series, OrderSize.Cash(10));
            }
        }
    }
}
