using System.Net;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.ServerTests.Forecasts;

public sealed class ForecastRestTests : IDisposable
{
    private const string Asked = "/api/v1/ai/forecast?exchange=binance&symbol=BTC/USDT&model=mine";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("models");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_forecast_carries_its_band_its_skill_its_age_and_its_card()
    {
        Keep(new ForecastDefinition { Model = "ridge", Interval = "1h", Window = 5, Features = ["return:1", "hour"], Horizon = 2 }, isSandbox: true);
        await using var stage = await SetAsync();

        var model = (await JsonAsync(stage, "/api/v1/ai/models")).GetProperty("models")[0];
        model.GetProperty("isCurrent").GetBoolean().ShouldBeTrue();
        var verdict = model.GetProperty("verdict").GetString()!;
        verdict.ShouldContain("than no change");
        var forecast = await JsonAsync(stage, Asked + "&interval=1h&horizon=2");
        forecast.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        forecast.GetProperty("verdict").GetString().ShouldBe(verdict);
        forecast.GetProperty("band").EnumerateArray().Select(one => one.GetProperty("level").GetDouble()).ShouldBe([0.1, 0.5, 0.9]);
        (forecast.GetProperty("at").GetDateTimeOffset() - forecast.GetProperty("knownAt").GetDateTimeOffset()).ShouldBe(TimeSpan.FromHours(2));
        forecast.GetProperty("ageSeconds").GetDecimal().ShouldBeInRange(0, 7200);
        forecast.GetProperty("holes").GetInt32().ShouldBe(0);
        var card = (await JsonAsync(stage, forecast.GetProperty("card").GetString()!)).GetProperty("card");
        card.GetProperty("evaluation").GetProperty("skill").GetDouble().ShouldBe(forecast.GetProperty("skill").GetDouble());
        var features = (await JsonAsync(stage, Asked.Replace("forecast", "explain", StringComparison.Ordinal))).GetProperty("features");
        features.EnumerateArray().Sum(one => one.GetProperty("share").GetDouble()).ShouldBe(1, 1e-9);
        var described = await JsonAsync(stage, "/openapi.json");
        described.GetProperty("paths").GetProperty("/api/v1/ai/forecast").GetProperty("get").GetProperty("operationId").GetString().ShouldBe("forecast");
    }

    [Fact]
    public async Task What_cannot_be_forecast_is_refused_with_what_to_do()
    {
        Keep(new ForecastDefinition { Model = "drift", Interval = "1h", Window = 5, Features = ["return:1", "other:eth:1"] }, isSandbox: true);
        await using var stage = await SetAsync();

        await RefusedAsync(stage, Asked + "&horizon=7", HttpStatusCode.BadRequest, "1 candles of 1h ahead, and nothing else");
        await RefusedAsync(stage, Asked + "&interval=1m", HttpStatusCode.BadRequest, "1 candles of 1h ahead, and nothing else");
        await RefusedAsync(stage, Asked, HttpStatusCode.BadRequest, "no other series was given");
        await RefusedAsync(stage, Asked.Replace("mine", "yours", StringComparison.Ordinal), HttpStatusCode.NotFound, "no such model");
        await RefusedAsync(stage, Asked.Replace("mine", "../mine", StringComparison.Ordinal), HttpStatusCode.NotFound, "no such model");
        var file = _folder.GetFiles("model.json", SearchOption.AllDirectories).Single().FullName;
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^40]);
        await RefusedAsync(stage, Asked, HttpStatusCode.BadRequest, "cut off or damaged");
        (await JsonAsync(stage, "/api/v1/ai/models")).GetProperty("models")[0].GetProperty("verdict").GetString()!.ShouldContain("cut off or damaged");
    }

    [Fact]
    public async Task Without_a_folder_there_are_no_forecasts()
    {
        await using var stage = await ServerStage.SetAsync();

        await RefusedAsync(stage, "/api/v1/ai/models", HttpStatusCode.NotFound, "");
    }

    private static async Task RefusedAsync(ServerStage stage, string path, HttpStatusCode status, string words)
    {
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, path));
        answer.StatusCode.ShouldBe(status, path);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    private static async Task<JsonElement> JsonAsync(ServerStage stage, string path) => JsonDocument.Parse(await stage.GetAsync(path)).RootElement;

    private Task<ServerStage> SetAsync() => ServerStage.SetAsync(configure: options => options.ForecastModels = _folder.FullName);

    private void Keep(ForecastDefinition definition, bool isSandbox)
    {
        var random = new Random(1);
        var close = 100.0;
        Bar[] bars = [.. Enumerable.Range(0, 600).Select(hour => new Bar(close *= 1 + (0.01 * (random.NextDouble() - 0.5))) { OpenMs = hour * 3_600_000L })];
        var series = new ForecastSeries("walk", Interval.OneHour, bars)
        {
            IsSandbox = isSandbox,
            Others = new Dictionary<string, IReadOnlyList<Bar>> { ["eth"] = bars },
        };
        new ModelRegistry(_folder.FullName).Add(ForecastModel.Train("mine", definition, series, new EvaluationOptions { Folds = 2 }));
    }
}
