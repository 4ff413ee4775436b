using System.Globalization;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>The published statistics of SmaCross(10, 30) on GOOG of the backtesting package for Python, every one of them.</summary>
public class SmaCrossTruthTests
{
    private static readonly BacktestResult Result = Backtest.Run(
        StrategyCatalog.Find("sma-cross").Create(), Bars.Goog(), new BrokerOptions { Cash = 10_000, WholeUnits = true }, CloseAt.LastOpen,
        cancellationToken: TestContext.Current.CancellationToken);

    private static readonly BacktestStatistics Ours = BacktestStatistics.Of(Result, daysPerYear: 252, StrategyCatalog.Find("sma-cross").BenchmarkFrom());

    private static readonly Dictionary<string, Func<object?>> Names = new()
    {
        ["# Trades"] = () => (double)Ours.Trades,
        ["Avg. Drawdown Duration"] = () => Days(Ours.AverageDrawdownDays),
        ["Avg. Drawdown [%]"] = () => Ours.AverageDrawdownPercent,
        ["Avg. Trade Duration"] = () => Days(Ours.AverageTradeDays),
        ["Avg. Trade [%]"] = () => Ours.AverageTradePercent,
        ["Best Trade [%]"] = () => Ours.BestTradePercent,
        ["Buy & Hold Return [%]"] = () => Ours.BuyAndHoldReturnPercent,
        ["Calmar Ratio"] = () => Ours.CalmarRatio,
        ["Duration"] = () => Days(Ours.DurationDays),
        ["End"] = () => Ours.End.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["Equity Final [$]"] = () => (double)Ours.EquityFinal,
        ["Equity Peak [$]"] = () => (double)Ours.EquityPeak,
        ["Expectancy [%]"] = () => Ours.ExpectancyPercent,
        ["Exposure Time [%]"] = () => Ours.ExposureTimePercent,
        ["Max. Drawdown Duration"] = () => Days(Ours.MaxDrawdownDays),
        ["Max. Drawdown [%]"] = () => Ours.MaxDrawdownPercent,
        ["Max. Trade Duration"] = () => Days(Ours.MaxTradeDays),
        ["Profit Factor"] = () => Ours.ProfitFactor,
        ["Return (Ann.) [%]"] = () => Ours.AnnualReturnPercent,
        ["Return [%]"] = () => Ours.ReturnPercent,
        ["Volatility (Ann.) [%]"] = () => Ours.AnnualVolatilityPercent,
        ["CAGR [%]"] = () => Ours.CagrPercent,
        ["SQN"] = () => Ours.Sqn,
        ["Kelly Criterion"] = () => Ours.KellyCriterion,
        ["Sharpe Ratio"] = () => Ours.SharpeRatio,
        ["Sortino Ratio"] = () => Ours.SortinoRatio,
        ["Start"] = () => Ours.Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["Win Rate [%]"] = () => Ours.WinRatePercent,
        ["Worst Trade [%]"] = () => Ours.WorstTradePercent,
        ["Alpha [%]"] = () => Ours.AlphaPercent,
        ["Beta"] = () => Ours.Beta,
    };

    public static TheoryData<string, string> Published() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Truth", "smacross-expected.csv")).Skip(1).Select(line => line.Split(','))
            .Select(cells => (cells[0], cells[1]))];

    [Theory]
    [MemberData(nameof(Published))]
    public void Statistic_is_the_published_one(string name, string value)
    {
        var ours = Names[name]();

        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            ours.ShouldBeOfType<double>().ShouldBe(number, Math.Abs(number) * 1e-10);
        }
        else
        {
            ours.ShouldBe(value);
        }
    }

    [Fact]
    public void All_published_statistics_are_compared() => Published().Count.ShouldBe(Names.Count);

    private static string Days(double? days) => FormattableString.Invariant($"{days} days");
}
