using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>The ways in which backtests fool their owners, each with a test that it does not here; those that ledgers show stand in LedgerTests.</summary>
public class FoolTests
{
    private const long Hour = Bars.Day / 24;

    [Fact]
    public void Nothing_fills_in_the_candle_that_made_the_signal()
    {
        // the signal comes at the close of 110; the next candle opens at 150
        var result = Backtest.Run(
            new Scripted((1, (series, context) => context.Buy(series, OrderSize.Units(1)))),
            Bars.Series(Bars.Of((100, 100, 100, 100), (100, 110, 100, 110), (150, 150, 150, 150), (150, 150, 150, 150))));

        result.Fills[0].Price.ShouldBe(150m);
        result.Fills[0].TimeMs.ShouldBe(2 * Bars.Day);
    }

    [Fact]
    public void An_open_candle_is_refused()
    {
        var instrument = new Instrument { Exchange = "binance", Market = Market.Spot, VenueSymbol = "BTCUSDT", Symbol = "BTC/USDT", BaseAsset = "BTC", QuoteAsset = "USDT" };
        var values = new CandleValues { OpenMs = 60_000_000, Open = 1, High = 1, Low = 1, Close = 1, Volume = 1, IsClosed = false };
        var open = new PriceQuote(new Series(instrument, Interval.OneMinute), values, QuoteSource.Stream, DateTimeOffset.UnixEpoch);

        Should.Throw<ArgumentException>(() => new Candle(open)).Message.ShouldContain("closed candles alone");
    }

    [Fact]
    public void A_longer_candles_value_is_there_at_its_close_and_no_earlier()
    {
        var hours = Enumerable.Range(0, 72).Select(i => new Candle(i * Hour, (i + 1) * Hour, 100 + i, 100 + i, 100 + i, 100 + i, 1)).ToList();
        var strategy = new Watching("sma:1", Interval.OneDay);

        Backtest.Run(strategy, [new BacktestSeries("hours", hours, InstrumentRules.None)]);

        // the first day's close, 123, is known with the hour that ends it, the 24th; and holds until the second day is whole
        strategy.Seen[..23].ShouldAllBe(value => double.IsNaN(value));
        strategy.Seen[23..47].ShouldAllBe(value => value == 123);
        strategy.Seen[47].ShouldBe(147);
    }

    [Fact]
    public void A_hole_is_not_read_as_a_flat_market()
    {
        var whole = Bars.Random(31, 200);
        var holed = whole.Where((_, i) => i is < 60 or >= 90).ToList();
        var strategy = new Scripted((0, (series, context) => context.Buy(series, OrderSize.Equity(1))));

        var result = Backtest.Run(strategy, Bars.Series(holed));

        // thirty days without a candle are no thirty days without a risk: they have no return at all, and the one over the hole is one
        result.Equity.Values.Count.ShouldBe(170);
        DailyReturns.Of(result.Equity).Count.ShouldBe(169);
        strategy.Told[1].ShouldBe("gap 60 to 90");
        BacktestStatistics.Of(result).AnnualVolatilityPercent!.Value.ShouldBe(Volatility(holed), 1e-6);

        static double Volatility(List<Candle> of)
        {
            List<double> returns = [(double)(of[1].Close / of[1].Open) - 1, .. of.Zip(of.Skip(1), (a, b) => (double)(b.Close / a.Close) - 1).Skip(1)];
            var growth = Math.Exp(returns.Average(value => Math.Log(1 + value)));
            var mean = returns.Average();
            var variance = returns.Sum(value => (value - mean) * (value - mean)) / (returns.Count - 1);
            return 100 * Math.Sqrt(Math.Pow(variance + (growth * growth), 365) - Math.Pow(growth * growth, 365));
        }
    }

    [Fact]
    public void The_equity_values_each_series_at_its_own_last_close()
    {
        var days = Bars.Flat(100, 200);
        var hours = Enumerable.Range(0, 48).Select(i => new Candle(i * Hour, (i + 1) * Hour, 10 + i, 10 + i, 10 + i, 10 + i, 1)).ToList();
        var result = Backtest.Run(
            new BuysAtOnce(), [new BacktestSeries("days", days, InstrumentRules.None), new BacktestSeries("hours", hours, InstrumentRules.None)],
            new BrokerOptions { Cash = 1_000 }, CloseAt.Never);

        // one of each: the hours' at 11 in the second hour, the days' at 200 at the open of the second day, which is known at its close alone
        var at = result.Equity.Times.ToList();
        result.Equity.Values[at.IndexOf(20 * Hour)].ShouldBe(1_000 - 11 + 29m);
        result.Equity.Values[at.IndexOf(30 * Hour)].ShouldBe(1_000 - 11 + 39m, "the day that it was bought in has not closed");
        result.Equity.Values[^1].ShouldBe(1_000 - 11 + 57m - 200 + 200);
    }

    [Fact]
    public void A_year_has_365_days_unless_told_and_52_weeks()
    {
        var result = Backtest.Run(StrategyCatalog.Find("buy-and-hold").Create(), Bars.Series(Bars.Random(3, 300)));
        var (own, stocks) = (BacktestStatistics.Of(result), BacktestStatistics.Of(result, daysPerYear: 252));

        // the geometric mean is that of the days in both
        Math.Pow(1 + (own.AnnualReturnPercent!.Value / 100), 1.0 / 365).ShouldBe(Math.Pow(1 + (stocks.AnnualReturnPercent!.Value / 100), 1.0 / 252), 1e-12);
        DailyReturns.PeriodsPerYear(result, 365).ShouldBe(365);
        DailyReturns.PeriodsPerYear(Weeks(7), 365).ShouldBe(52);
        DailyReturns.PeriodsPerYear(Weeks(31), 252).ShouldBe(12);
        DailyReturns.PeriodsPerYear(Weeks(2), 365).ShouldBe(182.5);

        static BacktestResult Weeks(int days) => Backtest.Run(
            new Scripted(), Bars.Series([.. Enumerable.Range(0, 3).Select(i => new Candle(i * days * Bars.Day, (i + 1) * days * Bars.Day, 1, 1, 1, 1, 1))]));
    }

    [Fact]
    public void Returns_of_a_Sharpe_ratio_do_not_overlap()
    {
        var hours = Bars.Random(17, 24 * 50).Select((candle, i) => candle with { OpenMs = i * Hour, CloseMs = (i + 1) * Hour }).ToList();
        var result = Backtest.Run(StrategyCatalog.Find("buy-and-hold").Create(), Bars.Series(hours));
        var returns = DailyReturns.Of(result.Equity);

        // fifty days have 49 returns, and together they are the way from the first day's end to the last's
        returns.Count.ShouldBe(49);
        returns.Aggregate(1.0, (product, one) => product * (1 + one)).ShouldBe((double)(result.Equity.Values[^1] / result.Equity.Values[23]), 1e-9);
    }

    [Fact]
    public void A_series_that_ends_early_keeps_its_loss()
    {
        var dead = Bars.Flat(100, 100, 50, 1);
        var result = Backtest.Run(
            new BuysAtOnce(), [new BacktestSeries("dead", dead, InstrumentRules.None), new BacktestSeries("alive", Bars.Flat(100, 100, 100, 100, 100, 100, 110), InstrumentRules.None)],
            new BrokerOptions { Cash = 1_000 });

        // bought at 100 and delisted at 1; the other bought at 100, sold at 110
        result.Portfolio.Cash.ShouldBe(1_000 - 99 + 10m);
        result.Trades[0].Reason.ShouldBe(FillReason.End);
        result.Trades[0].ExitMs.ShouldBe(3 * Bars.Day);
    }

    [Fact]
    public void A_round_trip_without_costs_at_one_price_conserves_cash()
    {
        var random = new Random(5);
        var script = Enumerable.Range(0, 90).Select(bar => (bar, (Action<TradedSeries, StrategyContext>)((series, context) => context.Place(
            series, new OrderRequest { Side = (Side)random.Next(2), Size = OrderSize.Units(random.Next(1, 5)) })))).ToArray();

        var result = Backtest.Run(
            new Scripted(script), Bars.Series(Bars.Flat([.. Enumerable.Repeat(137.31m, 100)])), new BrokerOptions { Cash = 5_000, Leverage = 3 });

        result.Fills.Count.ShouldBeGreaterThan(50);
        result.Portfolio.Cash.ShouldBe(5_000m);
    }

    [Theory]
    [InlineData("sma-cross")]
    [InlineData("mean-reversion")]
    [InlineData("value-area")]
    public void Cut_off_at_every_candle_a_run_did_the_same_until_then(string name)
    {
        var candles = Bars.Random(3, 260);
        var kind = StrategyCatalog.Find(name);
        var whole = Backtest.Run(kind.Create(), Bars.Series(candles), closeAt: CloseAt.Never);

        whole.Fills.Count.ShouldBeGreaterThan(3);
        for (var count = 1; count < candles.Count; count++)
        {
            var part = Backtest.Run(kind.Create(), Bars.Series([.. candles.Take(count)]), closeAt: CloseAt.Never);
            part.Equity.Values.ShouldBe(whole.Equity.Values.Take(count));
            part.Fills.Select(fill => (fill.TimeMs, fill.Price, fill.Quantity)).ShouldBe(
                whole.Fills.Take(part.Fills.Count).Select(fill => (fill.TimeMs, fill.Price, fill.Quantity)));
        }
    }

    private sealed class BuysAtOnce : IStrategy
    {
        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            if (series.Bar == 0)
            {
                context.Buy(series, OrderSize.Units(1));
            }
        }
    }

    private sealed class Watching(string specification, Interval interval) : IStrategy
    {
        private OnInterval? _indicator;

        public List<double> Seen { get; } = [];

        public void OnStart(StrategyContext context) => _indicator = context.Indicator(context.Series[0], specification, interval);

        public void OnCandle(TradedSeries series, StrategyContext context) => Seen.Add(_indicator!.Value);
    }
}
