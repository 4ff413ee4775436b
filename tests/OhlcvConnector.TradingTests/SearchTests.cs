using OhlcvConnector.Domain;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>Searching for parameters, and what of it is luck.</summary>
public class SearchTests
{
    private static readonly StrategyKind SmaCross = StrategyCatalog.Find("sma-cross");
    private static readonly IReadOnlyList<ParameterRange> Ranges = [ParameterRange.Of("fast", 2, 10, 2), ParameterRange.Of("slow", 12, 30, 3)];

    [Theory]
    [InlineData(1.96, 0.9750021048517795)]
    [InlineData(-3, 0.0013498980316300946)]
    [InlineData(5, 0.9999997133484281)]
    [InlineData(0, 0.5)]
    public void The_normal_distribution_is_that_of_the_tables(double x, double probability)
    {
        Normal.Cdf(x).ShouldBe(probability, 1e-14);
        Normal.Quantile(probability).ShouldBe(x, 1e-7);
    }

    [Fact]
    public void The_deflated_Sharpe_ratio_is_that_of_the_papers_example()
    {
        // Bailey and López de Prado 2014: 2.5 a year from 1250 days of 250 a year, skewness -3, kurtosis 10, 100 trials with a variance of a half: 0.9004
        var day = Math.Sqrt(250);

        SharpeLuck.Deflated(2.5 / day, 1_250, (-3, 10), Math.Sqrt(0.5) / day, 100)!.Value.ShouldBe(0.9004, 0.0001);
    }

    [Fact]
    public void A_grid_has_every_combination_once()
    {
        var grid = ParameterRange.Grid(Ranges);

        grid.Count.ShouldBe(5 * 7);
        grid.Select(one => (one["fast"], one["slow"])).Distinct().Count().ShouldBe(35);
    }

    [Fact]
    public void Drawn_combinations_are_different_and_the_same_for_the_same_seed()
    {
        var (one, other) = (ParameterRange.Draw(Ranges, 12, seed: 3), ParameterRange.Draw(Ranges, 12, seed: 3));

        one.Select(Words).Distinct().Count().ShouldBe(12);
        one.Select(Words).ShouldBe(other.Select(Words));
        ParameterRange.Draw(Ranges, 1_000, seed: 1).Count.ShouldBe(35);
    }

    [Fact]
    public void The_ranking_is_that_of_single_runs_one_after_the_other()
    {
        var data = Bars.Series(Bars.Random(11, 500));

        var found = StrategySearch.Run(SmaCross, ParameterRange.Grid(Ranges), data, new SearchOptions(), TestContext.Current.CancellationToken);

        var alone = ParameterRange.Grid(Ranges)
            .Select(settings => (Words: Words(settings), Sharpe: BacktestStatistics.Of(Backtest.Run(SmaCross.Create(settings), data)).SharpeRatio))
            .OrderByDescending(one => one.Sharpe ?? double.NegativeInfinity);

        found.Select(one => (Words(one.Settings), one.Score)).ShouldBe(alone.Select(one => (one.Words, one.Sharpe)));
    }

    [Fact]
    public void A_variant_that_cannot_be_made_is_named_and_the_others_are_tried()
    {
        var variants = ParameterRange.Grid([ParameterRange.Of("fast", 0, 5, 5)]);

        var found = StrategySearch.Run(
            SmaCross, variants, Bars.Series(Bars.Random(1, 200)), new SearchOptions(), TestContext.Current.CancellationToken);

        found[1].Failure!.ShouldContain("fast is 0");
        found[0].Statistics.ShouldNotBeNull();
    }

    [Fact]
    public void A_walk_forward_chooses_by_the_past_alone()
    {
        var candles = Bars.Random(5, 600);
        var other = candles.Take(450)
            .Concat(Bars.Random(6, 150).Select((candle, i) => candle with { OpenMs = (450 + i) * Bars.Day, CloseMs = (451 + i) * Bars.Day })).ToList();

        var (folds, changed) = (Walk(candles), Walk(other));

        folds.Count.ShouldBe(3);
        changed.Select(fold => Words(fold.Settings)).ShouldBe(folds.Select(fold => Words(fold.Settings)));
        changed[^1].Tested.ReturnPercent.ShouldNotBe(folds[^1].Tested.ReturnPercent);

        static IReadOnlyList<WalkForwardFold> Walk(IReadOnlyList<Candle> of) =>
            StrategySearch.WalkForward(SmaCross, ParameterRange.Grid(Ranges), Bars.Series(of), folds: 3, new SearchOptions());
    }

    [Fact]
    public void Unseen_candles_are_traded_alone_and_those_before_warm_up()
    {
        var data = Bars.Series(Bars.Random(5, 300));
        var fromMs = 200 * Bars.Day;

        var result = Backtest.Run(SmaCross.Create(), data, fromMs: fromMs);
        var statistics = BacktestStatistics.Of(result);

        result.Fills.ShouldNotBeEmpty();
        result.Fills.ShouldAllBe(fill => fill.TimeMs >= fromMs);
        result.Equity.Values.Count.ShouldBe(100);
        statistics.Start.ToUnixTimeMilliseconds().ShouldBe(fromMs);
        statistics.ExposureTimePercent.ShouldBeInRange(1, 100);
    }

    [Fact]
    public void The_best_of_many_on_noise_is_told_for_luck()
    {
        var data = Bars.Series(Bars.Random(21, 700));
        var found = StrategySearch.Run(SmaCross, ParameterRange.Grid(Ranges), data, new SearchOptions(), TestContext.Current.CancellationToken);
        var best = Backtest.Run(SmaCross.Create(found[0].Settings), data);

        SharpeLuck.Deflated(best, found)!.Value.ShouldBeLessThan(0.95);
        var interval = SharpeLuck.Interval(best)!.Value;

        interval.Low.ShouldBeLessThan(found[0].Statistics!.SharpeRatio!.Value);
        interval.High.ShouldBeGreaterThan(interval.Low);
        SharpeLuck.Interval(best).ShouldBe(interval);
    }

    [Fact]
    public void A_range_that_is_none_is_refused()
    {
        Should.Throw<InvalidSettingException>(() => ParameterRange.Of("fast", 5, 1, 1)).Message.ShouldContain("fast=5..50:5");
        Should.Throw<InvalidSettingException>(() => ParameterRange.Of("fast", 1, 5, 0));
        Should.Throw<InvalidSettingException>(() => ParameterRange.Grid([ParameterRange.Of("a", 1, 1_000, 1), ParameterRange.Of("b", 1, 1_000, 1)]))
            .Message.ShouldContain("1000000 combinations");
    }

    private static string Words(IReadOnlyDictionary<string, decimal> settings) => string.Join(' ', settings.Select(one => $"{one.Key}={one.Value}"));
}
