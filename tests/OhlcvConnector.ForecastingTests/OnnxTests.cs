using Microsoft.ML.OnnxRuntime;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Forecasting.Onnx;
using Shouldly;

namespace OhlcvConnector.ForecastingTests;

/// <summary>Models as ONNX, run by ONNX Runtime: ours written out, and those of others brought in.</summary>
public sealed class OnnxTests
{
    private static readonly ForecastDefinition Small = new()
    {
        Features = ["return:1", "rsi:5", "hour"],
        Window = 9,
        Hidden = 7,
        Epochs = 4,
        LearningRate = 0.01,
    };

    private static readonly OnnxNetworks Runtime = new();

    public static TheoryData<string, ForecastTarget> Exported
    {
        get
        {
            var all = new TheoryData<string, ForecastTarget>();
            foreach (var target in Enum.GetValues<ForecastTarget>())
            {
                foreach (var model in new[] { "lstm", "tcn", "ridge", "trees" })
                {
                    all.Add(model, target);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Exported))]
    public void What_is_written_as_ONNX_forecasts_as_the_model_does(string model, ForecastTarget target)
    {
        var series = Markets.Restless(900, seed: 1);
        var ours = ForecastModel.Train("one", Small with { Model = model, Target = target, Horizon = 3 }, series, evaluation: null);
        var theirs = Brought(ours, series);

        var scale = target == ForecastTarget.Direction ? 1 : 0.01; // returns of this market
        var points = new HashSet<double>();
        foreach (var count in Enumerable.Range(0, 60).Select(step => 100 + (step * 13)))
        {
            var known = series with { Bars = [.. series.Bars.Take(count)] };
            var (one, other) = (ours.Predict(known), theirs.Predict(known));
            other.Point.ShouldBe(one.Point, 1e-5 * scale);
            points.Add(one.Point);
            if (target == ForecastTarget.Quantiles && model is "lstm" or "tcn") // whose band is by the errors on its validation
            {
                other.Band.Zip(one.Band).ShouldAllBe(pair => Math.Abs(pair.First.Value - pair.Second.Value) < 1e-5 * scale);
            }
        }

        points.Count.ShouldBeGreaterThan(50); // it learnt something, so that the comparison means something
    }

    [Fact]
    public void A_network_is_measured_on_what_came_after_its_training_alone()
    {
        var series = Markets.Autoregressive(900, 0.6, seed: 2);
        var ours = ForecastModel.Train("one", Small with { Model = "ridge" }, series with { Bars = [.. series.Bars.Take(600)] }, evaluation: null);
        var until = OpenOf(series, 600);
        var card = Bring(ours, series, until, new EvaluationOptions()).Card;

        card.Evaluation!.From.ShouldBe(until);
        card.Evaluation.Count.ShouldBe(299);
        card.Evaluation.Verdict.ShouldBe("better than no change"); // as an autoregression of 0.6 is
        card.TrainedUntil.ShouldBe(until);
        card.Evaluation.Scores[0].Name.ShouldBe("onnx");
        Should.Throw<ForecastException>(() => Bring(ours, series, until.AddHours(290), new EvaluationOptions())).Message.ShouldContain("are needed");
    }

    [Fact]
    public void A_network_in_the_registry_is_read_where_there_is_something_that_runs_it()
    {
        var folder = Directory.CreateTempSubdirectory("onnx").FullName;
        try
        {
            var series = Markets.Autoregressive(500, 0.6, seed: 3);
            var brought = Brought(ForecastModel.Train("one", Small with { Model = "lstm" }, series, evaluation: null), series);
            new ModelRegistry(folder, Runtime).Add(brought);

            new ModelRegistry(folder, Runtime).Read("mine").Predict(series).Point.ShouldBe(brought.Predict(series).Point);
            Should.Throw<ForecastException>(() => new ModelRegistry(folder).Read("mine")).Message.ShouldContain("references OhlcvConnector.Forecasting.Onnx");
            new ModelRegistry(folder, Runtime).Read("mine").Explain(series).Sum(one => one.Share).ShouldBe(1, 1e-9);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_reason()
    {
        var series = Markets.Autoregressive(500, 0.6, seed: 3);
        var ours = ForecastModel.Train("one", Small with { Model = "ridge" }, series, evaluation: null);
        var file = Written(ours);

        Refusal(Small with { Window = 8 }, file).ShouldContain("windows of [1, 8, 4]");
        var levels = Written(ForecastModel.Train("one", Small with { Target = ForecastTarget.Quantiles }, series, evaluation: null));
        Refusal(Small, levels).ShouldContain("gives 3 numbers, and a forecast of return has 1");
        Refusal(Small, file[..200]).ShouldContain("no ONNX network");
        Should.Throw<ForecastException>(() => ForecastModel.Train("one", Small with { Model = "drift" }, series, null).WriteOnnx(Stream.Null)).Message
            .ShouldContain("cannot be written as ONNX");
        Should.Throw<ForecastException>(() => ForecastModel.Train("one", Small with { Model = "onnx" }, series, null)).Message.ShouldContain("no model 'onnx'");

        string Refusal(ForecastDefinition definition, byte[] network) => Should.Throw<ForecastException>(
            () => ForecastModel.Bring("mine", definition with { Model = "onnx" }, network, Runtime, series, OpenOf(series, 0), evaluation: null)).Message;
    }

    [Fact]
    public void A_written_network_says_what_it_is()
    {
        var series = Markets.Autoregressive(500, 0.6, seed: 3);
        using var session = new InferenceSession(Written(ForecastModel.Train("one", Small with { Model = "ridge" }, series, evaluation: null)));

        session.ModelMetadata.ProducerName.ShouldBe("OhlcvConnector");
        session.ModelMetadata.CustomMetadataMap["columns"].ShouldBe("return:1,rsi:5,hour.sin,hour.cos");
        session.ModelMetadata.CustomMetadataMap["verdict"].ShouldStartWith("not evaluated");
        session.InputMetadata.Single().Value.Dimensions.ShouldBe([-1, 9, 4]);
        session.OutputMetadata.Single().Value.Dimensions.ShouldBe([-1, 1]);
    }

    private static byte[] Written(ForecastModel model)
    {
        using var stream = new MemoryStream();
        model.WriteOnnx(stream);
        return stream.ToArray();
    }

    private static DateTimeOffset OpenOf(ForecastSeries series, int index) => DateTimeOffset.FromUnixTimeMilliseconds(series.Bars[index].OpenMs);

    private static ForecastModel Brought(ForecastModel ours, ForecastSeries series) => Bring(ours, series, OpenOf(series, 400), evaluation: null);

    private static ForecastModel Bring(ForecastModel ours, ForecastSeries series, DateTimeOffset until, EvaluationOptions? evaluation) =>
        ForecastModel.Bring("mine", ours.Card.Definition with { Model = "onnx" }, Written(ours), Runtime, series, until, evaluation);
}
