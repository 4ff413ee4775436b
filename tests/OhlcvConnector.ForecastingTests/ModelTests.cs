using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.ForecastingTests;

/// <summary>Models on disk and in use: cards, versions, stopped trainings, and what is refused.</summary>
public sealed class ModelTests : IDisposable
{
    private static readonly ForecastDefinition Small = new() { Features = ["return:1", "rsi:5"], Window = 6, Hidden = 6, Epochs = 6 };

    private readonly string _folder = Directory.CreateTempSubdirectory("forecast").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Kinds => [.. ForecastModel.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_that_was_read_forecasts_what_it_did_before(string kind)
    {
        var series = Markets.Autoregressive(400, 0.6, seed: 1);
        var model = ForecastModel.Train("one", Small with { Model = kind }, series, evaluation: null);
        using var stream = new MemoryStream();
        model.Write(stream);
        stream.Position = 0;
        var (before, after) = (model.Predict(series), ForecastModel.Read(stream).Predict(series));

        after.Point.ShouldBe(before.Point);
        after.Band.ShouldBe(before.Band);
        after.Band.Select(one => one.Level).ShouldBe([0.1, 0.5, 0.9]);
        after.At.ShouldBe(after.KnownAt.AddHours(1));
        after.Band[2].Price!.Value.ShouldBe(after.Close * Math.Exp(after.Band[2].Value));
        after.Verdict.ShouldStartWith("not evaluated");
    }

    [Fact]
    public void A_forecast_from_the_end_of_a_series_is_that_of_the_whole_where_its_features_remember_no_more()
    {
        var series = Markets.Autoregressive(600, 0.6, seed: 1);
        var model = ForecastModel.Train("one", Small with { Features = ["return:1", "hour"] }, series, evaluation: null);

        model.Predict(series with { Bars = [.. series.Bars.Skip(590)] }).Point.ShouldBe(model.Predict(series).Point);
    }

    [Fact]
    public void The_result_depends_on_the_seed_and_not_on_the_threads()
    {
        var series = Markets.Autoregressive(500, 0.6, seed: 2);
        double Point(int threads, int seed) =>
            ForecastModel.Train("one", Small with { Seed = seed }, series, null, new TrainingOptions { Threads = threads }).Predict(series).Point;

        Point(1, 1).ShouldBe(Point(3, 1));
        Point(1, 2).ShouldNotBe(Point(1, 1));
    }

    [Fact]
    public void A_training_that_was_stopped_goes_on_to_the_same_model()
    {
        var series = Markets.Autoregressive(500, 0.6, seed: 3);
        var whole = ForecastModel.Train("one", Small, series, evaluation: null).Predict(series).Point;
        var file = Path.Combine(_folder, "checkpoint");
        using var stop = new CancellationTokenSource();
        var stopping = Options(epoch =>
        {
            if (epoch == 3)
            {
                stop.Cancel();
            }
        });
        Should.Throw<OperationCanceledException>(() => ForecastModel.Train("one", Small, series, null, stopping, stop.Token));
        var epochs = new List<int>();
        var resumed = ForecastModel.Train("one", Small, series, null, Options(epochs.Add)).Predict(series).Point;

        resumed.ShouldBe(whole);
        epochs[0].ShouldBe(4);

        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^9]); // cut off: begins anew
        epochs.Clear();
        ForecastModel.Train("one", Small, series, null, Options(epochs.Add)).Predict(series).Point.ShouldBe(whole);
        epochs[0].ShouldBe(1);

        epochs.Clear();
        _ = ForecastModel.Train("one", Small with { Seed = 9 }, series, null, Options(epochs.Add)); // of another training
        epochs[0].ShouldBe(1);

        TrainingOptions Options(Action<int> told) => new() { CheckpointFile = file, Progress = progress => told(progress.Epoch) };
    }

    [Fact]
    public void An_evaluation_that_was_stopped_goes_on_to_the_same_scores()
    {
        var series = Markets.Autoregressive(700, 0.6, seed: 3);
        var whole = WalkForward.Evaluate(Small, series);
        var file = Path.Combine(_folder, "evaluation");
        var parts = new List<string>();
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => WalkForward.Evaluate(Small, series, Options(part =>
        {
            if (part == "fold 4 of 5")
            {
                stop.Cancel();
            }
        }), stop.Token));
        var resumed = WalkForward.Evaluate(Small, series, Options(parts.Add));

        resumed.Scores.ShouldBe(whole.Scores);
        (resumed.Skill, resumed.SkillLow, resumed.SkillHigh).ShouldBe((whole.Skill, whole.SkillLow, whole.SkillHigh));
        parts.Distinct().ShouldBe(["fold 4 of 5", "fold 5 of 5"]);

        parts.Clear();
        _ = WalkForward.Evaluate(Small with { Seed = 9 }, series, Options(parts.Add)); // of another evaluation
        parts[0].ShouldBe("fold 1 of 5");

        EvaluationOptions Options(Action<string> told) =>
            new() { CheckpointFile = file, Training = new TrainingOptions { Progress = progress => told(progress.Part) } };
    }

    [Fact]
    public void A_registry_promotes_and_rolls_back_and_has_a_card_beside_each_model()
    {
        var registry = new ModelRegistry(_folder);
        var series = Markets.Autoregressive(600, 0.6, seed: 4) with { IsSandbox = true };
        var first = ForecastModel.Train("hourly", Small with { Model = "ridge" }, series, new EvaluationOptions { Folds = 2 });
        var second = ForecastModel.Train("hourly", Small with { Model = "drift" }, series, evaluation: null);
        registry.Add(first);
        registry.Add(second);

        registry.CurrentOf("hourly").ShouldBe(first.Card.Version);
        registry.Promote("hourly", second.Card.Version);
        registry.Read("hourly").Card.Definition.Model.ShouldBe("drift");
        registry.RollBack("hourly").ShouldBe(first.Card.Version);
        registry.Read("hourly").Card.Evaluation!.Skill.ShouldBe(first.Card.Evaluation!.Skill);
        Should.Throw<ForecastException>(() => registry.RollBack("hourly")).Message.ShouldContain("no version before");
        registry.List().Single().Versions.Count.ShouldBe(2);
        var card = File.ReadAllText(Path.Combine(_folder, "hourly", first.Card.Version, "card.md"));
        card.ShouldContain("SANDBOX");
        card.ShouldContain($"**{first.Card.Verdict}**");
        File.ReadAllText(Path.Combine(_folder, "hourly", first.Card.Version, "card.json")).ShouldContain("\"verdict\": \"better than no change\"");
        registry.Read("hourly").Predict(series).IsSandbox.ShouldBeTrue();
    }

    [Fact]
    public void A_forecast_hangs_on_the_feature_that_it_was_learnt_from()
    {
        var series = Markets.Autoregressive(1500, 0.6, seed: 5);
        var definition = Small with { Features = ["return:1", "weekday"], Epochs = 15, LearningRate = 0.005 };
        var features = ForecastModel.Train("one", definition, series, evaluation: null).Explain(series);

        features.Count.ShouldBe(2);
        features[0].Feature.ShouldBe("return:1");
        features[0].Share.ShouldBeGreaterThan(0.7);
        features.Sum(feature => feature.Share).ShouldBe(1, 1e-9);
        ForecastModel.Train("one", Small with { Model = "drift" }, series, evaluation: null).Explain(series).ShouldAllBe(feature => feature.Change == 0);
    }

    [Fact]
    public void A_file_that_is_damaged_or_of_another_format_is_refused()
    {
        using var stream = new MemoryStream();
        ForecastModel.Train("one", Small with { Model = "drift" }, Markets.Autoregressive(300, 0, seed: 1), evaluation: null).Write(stream);
        var text = Encoding.UTF8.GetString(stream.ToArray());

        Refusal(text[..(text.Length / 2)]).ShouldContain("cut off or damaged");
        Refusal(text.Replace("\"horizon\":1", "\"horizon\":2", StringComparison.Ordinal)).ShouldContain("cut off or damaged");
        Refusal("").ShouldContain("cut off or damaged");
        var other = text[..text.TrimEnd('\n').LastIndexOf('\n')].Replace("\"format\":1", "\"format\":7", StringComparison.Ordinal);
        Refusal($"{other}\n{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(other)))}\n").ShouldContain("is of format 7");

        static string Refusal(string text)
        {
            using var damaged = new MemoryStream(Encoding.UTF8.GetBytes(text));
            return Should.Throw<ForecastException>(() => ForecastModel.Read(damaged)).Message;
        }
    }

    [Fact]
    public void What_cannot_be_forecast_is_refused_with_what_to_do()
    {
        var series = Markets.Autoregressive(400, 0, seed: 1);
        var model = ForecastModel.Train("one", Small with { Model = "drift" }, series, evaluation: null);

        Refused(() => model.Predict(series with { Interval = Interval.OneMinute })).ShouldContain("The model is of 1h candles, and these are of 1m");
        Refused(() => model.Predict(series with { Bars = [.. series.Bars.Take(5)] })).ShouldContain("at least 7 are needed");
        Refused(() => model.Predict(series with { Bars = [.. series.Bars.Take(8)] })).ShouldContain("rsi:5 has no number");
        Refused(() => Train(Small, Markets.Autoregressive(60, 0, seed: 1))).ShouldMatch("has 60 candles, and at least \\d+ are needed");
        Refused(() => Train(Small, Markets.Of("flat", new double[300]))).ShouldContain("a constant series");
        Bar[] broken = [.. series.Bars.Select((bar, at) => at == 7 ? bar with { Close = double.NaN } : bar)];
        Refused(() => Train(Small, series with { Bars = broken })).ShouldContain("candle 8: a price is missing");
        Refused(() => Train(Small, series with { Bars = [.. series.Bars.Reverse()] })).ShouldContain("must be there and ascend");
        Refused(() => Train(Small with { Model = "oracle" }, series)).ShouldContain("Models are naive, drift");
        Refused(() => Train(Small with { Features = ["moon"] }, series)).ShouldContain("'moon' is no feature");
        Refused(() => Train(Small with { Features = ["return"] }, series)).ShouldContain("needs a number of candles");
        Refused(() => Train(Small with { Features = ["other:eth:1"] }, series)).ShouldContain("no other series was given");
        Refused(() => Train(Small with { Levels = [0.9, 0.5, 0.1] }, series)).ShouldContain("Levels must ascend");
        Refused(() => Train(Small with { Horizon = 0 }, series)).ShouldContain("from 1 to 1000");
        Refused(() => Train(Small with { Model = "logistic", Target = ForecastTarget.Volatility }, series)).ShouldContain("not volatility");
        Refused(() => new ModelRegistry(_folder).Read("none")).ShouldContain("There is no model 'none'");
        Refused(() => new ModelRegistry(_folder).Read("../x")).ShouldContain("no name of a model");

        static void Train(ForecastDefinition definition, ForecastSeries series) => ForecastModel.Train("one", definition, series, evaluation: null);

        static string Refused(Action action) => Should.Throw<ForecastException>(action).Message;
    }

    [Fact]
    public void The_number_of_candles_that_are_said_to_be_needed_is_enough()
    {
        var needed = 0;
        try
        {
            _ = WalkForward.Evaluate(Small with { Model = "ridge" }, Markets.Autoregressive(60, 0, seed: 1));
        }
        catch (ForecastException exception)
        {
            needed = int.Parse(exception.Message.Split("at least ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        }

        WalkForward.Evaluate(Small with { Model = "ridge" }, Markets.Autoregressive(needed, 0, seed: 1)).Count.ShouldBeGreaterThan(0);
        Should.Throw<ForecastException>(() => WalkForward.Evaluate(Small with { Model = "ridge" }, Markets.Autoregressive(needed - 5, 0, seed: 1)));
    }
}
