using System.Globalization;
using System.Text;
using System.Text.Json;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>The command <c>forecast</c>, on files and on simulated exchanges. What models learn is tested where the library is.</summary>
public class ForecastTests
{
    private static readonly string[] Quick = ["--interval", "1h", "--window", "5", "--hidden", "4", "--epochs", "2", "--folds", "2", "--features", "return:1"];

    [Fact]
    public async Task An_evaluation_says_that_a_random_walk_is_beaten_by_nobody()
    {
        var result = await RunAsync(["forecast", "evaluate", "--file", "-", "--model", "lstm,ridge", .. Quick]);

        result.Code.ShouldBe(0, result.Error);
        result.Lines[0].ShouldBe("FORECAST: a calculation on the past, and no advice.");
        result.Lines.Count(line => line is "  no better than no change" or "  worse than no change").ShouldBe(2);
        result.Lines.Count(line => line.StartsWith("  BACKTEST of following it", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Json_has_all_that_was_measured()
    {
        var result = await RunAsync(["forecast", "evaluate", "--file", "-", "--model", "drift", "--output", "json", .. Quick]);

        result.Code.ShouldBe(0, result.Error);
        var root = JsonDocument.Parse(result.Output).RootElement;
        root.TryGetProperty("sandbox", out _).ShouldBeFalse();
        var evaluation = root.GetProperty("models")[0].GetProperty("evaluation");
        evaluation.GetProperty("scores").GetArrayLength().ShouldBe(3);
        evaluation.GetProperty("beatsNaive").GetBoolean().ShouldBeFalse();
        evaluation.GetProperty("regimes").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_model_is_trained_listed_shown_asked_promoted_and_rolled_back()
    {
        using var folder = new TemporaryFolder();
        string[] models = ["--models", folder.Path];
        foreach (var seed in new[] { "1", "2" })
        {
            var trained = await RunAsync(["forecast", "train", "--file", "-", "--name", "mine", "--seed", seed, .. models, .. Quick]);
            trained.Code.ShouldBe(0, trained.Error);
        }

        var versions = Directory.GetDirectories(Path.Combine(folder.Path, "mine")).Select(path => Path.GetFileName(path)!).ToList();
        versions.Count.ShouldBe(2);
        var list = await CommandLine.RunAsync(["forecast", "list", .. models]);
        list.Lines.Count(line => line.StartsWith("* mine ", StringComparison.Ordinal)).ShouldBe(1);
        var second = list.Lines.Single(line => line.StartsWith("  mine ", StringComparison.Ordinal)).Trim().Split(' ')[1].TrimEnd(':');
        (await CommandLine.RunAsync(["forecast", "promote", "mine", second, .. models])).Lines[0].ShouldBe($"mine stands for {second}.");
        (await CommandLine.RunAsync(["forecast", "rollback", "mine", .. models])).Lines[0].ShouldBe($"mine stands for {versions.Single(one => one != second)}.");
        (await CommandLine.RunAsync(["forecast", "show", "mine", .. models])).Output.ShouldContain("## Limits");
        var predicted = await RunAsync(["forecast", "predict", "mine", "--file", "-", "--output", "json", .. models]);
        predicted.Code.ShouldBe(0, predicted.Error);
        var forecast = JsonDocument.Parse(predicted.Output).RootElement;
        forecast.GetProperty("band").GetArrayLength().ShouldBe(3);
        forecast.GetProperty("verdict").GetString().ShouldNotBeNullOrEmpty();
        File.Exists(Path.Combine(folder.Path, "mine", "training.checkpoint")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(2, "Name a series", "--interval", "1h")]
    [InlineData(1, "at least", "--file", "-", "--interval", "1h", "--window", "500")]
    public async Task A_training_that_is_refused_leaves_no_model_behind(int code, string words, params string[] args)
    {
        using var folder = new TemporaryFolder();

        var result = await RunAsync(["forecast", "train", "--name", "mine", "--models", folder.Path, .. args]);

        result.Code.ShouldBe(code);
        result.Error.ShouldContain(words);
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Series_of_the_sandbox_are_labelled_and_lend_features_to_each_other()
    {
        var result = await CommandLine.RunAsync(
            "forecast", "evaluate", "binance:BTCUSDT", "binance:ETHUSDT", "--from", "-20d", "--interval", "1h", "--sandbox", "--model", "ridge", "--window", "5", "--folds", "2",
            "--features", "return:1,other:ETHUSDT:1");

        result.Code.ShouldBe(0, result.Error);
        result.Lines[0].ShouldContain("SANDBOX: the candles are simulated.");
        result.Lines[1].ShouldStartWith("binance spot BTCUSDT 1h, ");
    }

    [Theory]
    [InlineData(2, "There is no model 'oracle'", "evaluate", "--file", "-", "--interval", "1h", "--model", "oracle")]
    [InlineData(2, "give --interval", "evaluate", "--file", "-")]
    [InlineData(2, "Name a series", "evaluate", "--interval", "1h")]
    [InlineData(2, "--archive says where series are read; the bars of --file are in it", "evaluate", "--interval", "1h", "--file", "-", "--archive", "no.db")]
    [InlineData(2, "--from", "evaluate", "binance:BTCUSDT", "--interval", "1h", "--sandbox")]
    [InlineData(2, "write a name and a file", "evaluate", "--file", "-", "--interval", "1h", "--other", "eth")]
    [InlineData(2, "one model at a time", "train", "--file", "-", "--interval", "1h", "--model", "all")]
    [InlineData(1, "There is no model 'none' in nowhere", "predict", "none", "--file", "-", "--models", "nowhere")]
    [InlineData(1, "at least", "evaluate", "--file", "-", "--interval", "1h", "--window", "500")]
    [InlineData(1, "is no feature", "evaluate", "--file", "-", "--interval", "1h", "--features", "moon")]
    public async Task A_mistake_is_told(int code, string words, params string[] args)
    {
        var result = await RunAsync(["forecast", .. args]);

        result.Code.ShouldBe(code);
        result.Error.ShouldContain(words);
    }

    private static Task<CommandLine.Result> RunAsync(string[] args)
    {
        var random = new Random(1);
        var text = new StringBuilder("time,open,high,low,close,volume\n");
        var close = 100m;
        for (var hour = 0; hour < 500; hour++)
        {
            close = Math.Round(close * (1 + ((decimal)random.NextDouble() - 0.5m) / 100), 4);
            text.AppendLine(CultureInfo.InvariantCulture, $"{1_700_000_000 / 3600 * 3600 + (hour * 3600)},{close},{close + 0.1m},{close - 0.1m},{close},10");
        }

        return new CommandLine { Input = text.ToString() }.RunAsync(args);
    }
}
