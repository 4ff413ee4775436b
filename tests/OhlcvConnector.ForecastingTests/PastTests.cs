using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.ForecastingTests;

/// <summary>Forecasts for backtests know nothing of what came later, and drift is seen where there is some.</summary>
public class PastTests
{
    private static readonly ForecastDefinition Small = new() { Model = "ridge", Features = ["return:1", "rsi:5", "hour"], Window = 6 };

    [Fact]
    public void A_model_is_not_asked_about_candles_that_it_was_trained_on()
    {
        var series = Markets.Autoregressive(900, 0.6, seed: 1);
        var model = ForecastModel.Train("mine", Small, Until(series, 600), new EvaluationOptions());

        var problem = Should.Throw<ForecastException>(() => PastForecasts.Of(model, series, series.Bars[590].OpenMs)).Message;
        problem.ShouldContain("10 of these are of that time");
        problem.ShouldContain($"Take candles after {DateTimeOffset.FromUnixTimeMilliseconds(series.Bars[599].OpenMs):u}");
        PastForecasts.Of(model, series, series.Bars[590].OpenMs, isForced: true).Count.ShouldBe(310);
        var past = PastForecasts.Of(model, series, series.Bars[600].OpenMs);
        past.Count.ShouldBe(300);
        past.At(series.Bars[599].OpenMs).ShouldBeNull();
        past.At(series.Bars[700].OpenMs)!.Value.BeatsNaive.ShouldBeTrue();
        foreach (var cut in new[] { 600, 601, 640, 777, 899 })
        {
            past.At(series.Bars[cut].OpenMs)!.Value.Point.ShouldBe(model.Predict(Until(series, cut + 1)).Point, "as it was known then");
        }
    }

    [Fact]
    public void Walk_forward_no_later_candle_changes_a_forecast_nor_whether_it_counts()
    {
        var series = Markets.Autoregressive(800, 0.6, seed: 2);
        var past = PastForecasts.WalkForward(Small, series);
        foreach (var cut in new[] { 450, 560, 700 })
        {
            var random = new Random(cut);
            Bar[] other = [.. series.Bars.Select((bar, index) => index <= cut ? bar : Bent(bar, 1 + (0.2 * random.NextDouble())))];
            var bent = PastForecasts.WalkForward(Small, series with { Bars = other });
            var compared = 0;
            foreach (var bar in series.Bars.Take(cut + 1))
            {
                bent.At(bar.OpenMs).ShouldBe(past.At(bar.OpenMs));
                compared += past.At(bar.OpenMs) is null ? 0 : 1;
            }

            compared.ShouldBeGreaterThan(10);
            bent.At(series.Bars[cut + 1].OpenMs)!.Value.Point.ShouldNotBe(past.At(series.Bars[cut + 1].OpenMs)!.Value.Point);
        }

        past.At(series.Bars[420].OpenMs)!.Value.BeatsNaive.ShouldBeFalse("of the first part nothing is known before it");
        past.At(series.Bars[790].OpenMs)!.Value.BeatsNaive.ShouldBeTrue();

        static Bar Bent(Bar bar, double by) =>
            bar with { Open = bar.Open * by, High = bar.High * by * 1.01, Low = bar.Low * by * 0.99, Close = bar.Close * by };
    }

    [Fact]
    public void Drift_is_seen_where_the_market_is_another_and_not_where_it_is_the_same()
    {
        var definition = Small with { Features = ["return:1", "range"] };
        var series = Markets.Autoregressive(3000, 0.6, seed: 3);
        var model = ForecastModel.Train("mine", definition, Until(series, 2000), new EvaluationOptions());
        using var stream = new MemoryStream();
        model.Write(stream);
        stream.Position = 0;
        var same = ForecastModel.Read(stream).Drift(series);

        same.IsDrifting.ShouldBeFalse(same.Text);
        same.Candles.ShouldBe(500);
        same.Errors.ShouldBe(499);
        same.ErrorRatio!.Value.ShouldBe(1, 0.15);
        same.Skill!.Value.ShouldBe(model.Card.Evaluation!.Skill, 0.1);
        same.Text.ShouldStartWith("no drift: features 0.");
        var random = new Random(9);
        var last = 0.0;
        var wilder = Markets.Of("wilder", Enumerable.Range(0, 3000).Select(_ => last = (0.6 * last) + (3 * Markets.Noise * Markets.Normal(random))));
        var other = model.Drift(wilder);
        other.IsDrifting.ShouldBeTrue();
        other.Features[0].Index.ShouldBeGreaterThan(ForecastDrift.FeatureLimit);
        other.ErrorRatio!.Value.ShouldBe(3, 0.5);
        other.Text.ShouldStartWith("DRIFTS: features ");
        var slow = ForecastModel.Train("slow", definition with { Features = ["rsi:14", "ema:100"] }, Until(series, 2000), evaluation: null);
        slow.Drift(series).IsDrifting.ShouldBeFalse(slow.Drift(series).Text);
        slow.Drift(series).Features.ShouldContain(feature => feature.Limit > ForecastDrift.FeatureLimit, "an average of 100 moves slowly");
        model.Drift(Until(series, 2010)).ErrorRatio.ShouldBeNull("ten forecasts after the training say nothing");
    }

    [Fact]
    public void The_index_is_that_of_its_definition()
    {
        // shares 0.5/0.5 in training and 0.8/0.2 now, by hand: (0.8 - 0.5) ln(0.8 / 0.5) + (0.2 - 0.5) ln(0.2 / 0.5) = 0.4159
        var trained = new OhlcvConnector.Forecasting.Data.TrainedTenths([1], [0.5, 0.5]);

        trained.Index([0, 0, 0, 1, 1, 0.5, 0.2, 0.3, 2, 3]).ShouldBe(0.4159, 0.0001);
        trained.Index([0, 2]).ShouldBe(0, 1e-12);
    }

    private static ForecastSeries Until(ForecastSeries series, int count) => series with { Bars = [.. series.Bars.Take(count)] };
}
