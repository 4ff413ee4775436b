using OhlcvConnector.Forecasting;
using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Evaluation;
using OhlcvConnector.Forecasting.Models;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.ForecastingTests;

/// <summary>That nothing of the future gets into a forecast, and that the statistics are what they are called.</summary>
public class HonestyTests
{
    [Theory]
    [InlineData("lstm", ForecastTarget.Return)]
    [InlineData("ridge", ForecastTarget.Volatility)]
    [InlineData("seasonal", ForecastTarget.Return)]
    [InlineData("smoothing", ForecastTarget.Volatility)]
    public void No_feature_and_no_forecast_changes_when_later_candles_are_cut_off(string model, ForecastTarget target)
    {
        var definition = new ForecastDefinition
        {
            Model = model,
            Target = target,
            Horizon = 3,
            Features = ["return:1", "range", "body", "volume", "hour", "weekday", "profile:20", "rsi:14", "ema:9", "macd:12:26:9", "atr:14", "other:lead:2"],
        };

        LookAhead.Find(definition, Series()).ShouldBeNull();
    }

    [Fact]
    public void A_leak_that_was_planted_is_found()
    {
        var definition = new ForecastDefinition { Features = ["return:1", "range"], Window = 5 };

        LookAhead.Find(definition, Series(), cuts: 5, (asked, series) =>
        {
            var table = FeatureTable.Of(asked, series);
            for (var index = 0; index + 1 < series.Bars.Count; index++)
            {
                table.Columns[1][index] = Math.Log(series.Bars[index + 1].Close / series.Bars[index].Close);
            }

            return table;
        }).ShouldStartWith("the feature range of candle ");
    }

    [Fact]
    public void Another_series_gives_its_last_candle_that_had_closed_by_then()
    {
        var mine = Markets.Autoregressive(10, 0, seed: 1);
        Bar[] other = [.. mine.Bars.Select(bar => bar with { OpenMs = bar.OpenMs + 1800_000 })]; // each closes half an hour later
        var values = FeatureColumns.Of("other:lead:1", mine with { Others = new Dictionary<string, IReadOnlyList<Bar>> { ["lead"] = other } })[0].Values;

        values[5].ShouldBe(Math.Log(other[4].Close / other[3].Close));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void No_target_of_the_training_reaches_into_the_test(int horizon)
    {
        var definition = new ForecastDefinition { Horizon = horizon, Features = ["return:1"], Window = 4 };
        var examples = FeatureTable.Of(definition, Markets.Autoregressive(500, 0, seed: 1)).Examples();
        for (var fold = 0; fold < 3; fold++)
        {
            var test = WalkForward.FoldOf(examples, 200, fold, 3);
            var training = WalkForward.TrainingOf(examples, test[0], 2 * horizon);

            (training[^1] + horizon).ShouldBeLessThanOrEqualTo(test[0] - horizon);
            (test[0] - training[^1]).ShouldBe(2 * horizon);
        }

        Enumerable.Range(0, 3).SelectMany(fold => WalkForward.FoldOf(examples, 200, fold, 3)).ShouldBe(examples[200..]);
    }

    [Fact]
    public void What_came_after_the_training_changes_neither_scale_nor_weights_nor_band()
    {
        var definition = new ForecastDefinition { Model = "ridge", Features = ["return:1"], Window = 4 };
        var calm = Markets.Autoregressive(300, 0, seed: 2);
        Bar[] bars = [.. calm.Bars.Select((bar, index) => index < 200 ? bar : bar with { Close = bar.Close * (1 + (index % 2)), High = bar.High * 3 })];
        var wild = calm with { Bars = bars };

        Fit(wild).Scaler.Deviations.ShouldBe(Fit(calm).Scaler.Deviations);
        Fit(wild).Forecaster.State.ShouldBe(Fit(calm).Forecaster.State);
        Fit(wild).Band.ShouldBe(Fit(calm).Band);

        FittedModel Fit(ForecastSeries series)
        {
            var table = FeatureTable.Of(definition, series);
            int[] training = [.. table.Examples().TakeWhile(index => index < 199)];
            return FittedModel.Fit(table, training, new TrainingOptions(), definition, checkpoint: null, CancellationToken.None);
        }
    }

    [Fact]
    public void A_target_over_a_gap_is_left_out_and_counted_unless_it_is_allowed()
    {
        var series = Markets.Autoregressive(200, 0, seed: 2);
        series = series with { Bars = [.. series.Bars.Where((_, index) => index is < 100 or >= 110)] };
        var definition = new ForecastDefinition { Horizon = 3, Features = ["return:1"], Window = 4 };
        var table = FeatureTable.Of(definition, series);

        table.TargetsOverGaps.ShouldBe(3);
        table.Targets.Skip(97).Take(3).ShouldAllBe(value => double.IsNaN(value));
        FeatureTable.Of(definition with { AllowGaps = true }, series).TargetsOverGaps.ShouldBe(0);
    }

    [Fact]
    public void A_missing_volume_makes_holes_that_are_counted()
    {
        var series = Markets.Autoregressive(300, 0, seed: 2);
        series = series with { Bars = [.. series.Bars.Select((bar, index) => index == 150 ? bar with { Volume = double.NaN } : bar)] };

        FeatureTable.Of(new ForecastDefinition { Features = ["volume:10"], Window = 4 }, series).WindowsWithHoles.ShouldBe(13); // 10 means and 3 more windows
    }

    [Fact]
    public void Wilson_gives_the_interval_of_the_books()
    {
        var (low, high) = Statistics.Wilson(81, 263); // Newcombe 1998, table I, method 3

        low.ShouldBe(0.2553, 5e-5);
        high.ShouldBe(0.3662, 5e-5);
    }

    [Fact]
    public void Diebold_and_Mariano_is_what_a_calculation_by_hand_gives()
    {
        // squared errors 1 4 1 4 against 4 4 9 4: differences 3 0 8 0, mean 2.75, variance 10.6875, corrected by sqrt(3/4)
        var (statistic, p) = Statistics.DieboldMariano([1, 2, 1, 2], [2, 2, 3, 2], horizon: 1);

        statistic.ShouldBe(2.75 / Math.Sqrt(10.6875 / 4) * Math.Sqrt(0.75), 1e-12);
        p.ShouldBe(0.14516, 5e-5);
        Statistics.NormalCdf(1.959964).ShouldBe(0.975, 1e-6);
    }

    [Fact]
    public void The_interval_of_a_skill_has_what_is_true_in_it_about_as_often_as_it_says()
    {
        var hits = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            double[] naive = [.. Enumerable.Range(0, 300).Select(_ => Markets.Normal(random))];
            double[] model = [.. naive.Select(error => (0.6 * error) + (0.8 * Markets.Normal(random)))]; // as large, on the whole: no skill
            var (_, low, high) = Statistics.Skill(model, naive, horizon: 1, drawings: 200, seed);
            hits += low <= 0 && high >= 0 ? 1 : 0;
        }

        hits.ShouldBeInRange(178, 199);
    }

    private static ForecastSeries Series() => Markets.Autoregressive(700, 0.3, seed: 9) with
    {
        Others = new Dictionary<string, IReadOnlyList<Bar>> { ["lead"] = Markets.Autoregressive(700, 0.1, seed: 10).Bars },
    };
}
