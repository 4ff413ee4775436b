using System.Text.Json;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Forecasts;

/// <summary>The server forecasts series after each close: each forecast is made, kept and told once, and never made again by a later model.</summary>
public sealed class ForecastMonitorTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly ForecastFilter All = new() { Limit = ForecastFilter.MaxLimit, IsAscending = true };

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder, "candles.db");

    private string Models => Path.Combine(_folder, "models");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_close_is_forecast_once_by_the_version_that_was_promoted_then_also_over_a_restart()
    {
        var (first, second) = (Train(seed: 1, window: 5), Train(seed: 2, window: 7));
        var registry = new ModelRegistry(Models);
        await using var store = SqliteForecastStore.Open(FilePath, isSimulated: true);
        await using (var stage = await StageAsync(Start))
        {
            await WaitAsync(store, kept => kept.Count(one => one.Forecast.Version == first) >= 4);
            registry.Promote("mine", second);
            await WaitAsync(store, kept => kept.Count(one => one.Forecast.Version == second) >= 4);
            await CheckAsync(stage, await store.ReadAsync(All, Token), registry);
        }

        var before = await store.ReadAsync(All, Token);
        registry.RollBack("mine").ShouldBe(first);
        await using var again = await StageAsync(before.Max(one => DateTimeOffset.FromUnixTimeMilliseconds(one.Forecast.CloseMs)).AddHours(1));
        await WaitAsync(store, kept => kept.Count >= before.Count + 4);
        var after = await store.ReadAsync(All, Token);

        after.Take(before.Count).Select(one => one.Forecast.ToString()).ShouldBe(before.Select(one => one.Forecast.ToString()), "what is kept stays");
        var lastMs = before[^1].Forecast.CloseMs;
        after.Skip(before.Count).ShouldAllBe(one => one.Forecast.Version == first && one.Forecast.CloseMs > lastMs);
        after.Select(one => (one.Forecast.Series, one.Forecast.OpenMs, one.Forecast.Version)).ShouldBeUnique();
        after.ShouldAllBe(one => one.Forecast.IsSandbox && one.KeptAt >= DateTimeOffset.FromUnixTimeMilliseconds(one.Forecast.CloseMs));
        await CheckAsync(again, after, registry);
        var metrics = await again.GetAsync("metrics");
        metrics.ShouldContain("connector_forecasts_total{model=\"mine\",outcome=\"made\"}");
        metrics.ShouldContain("connector_forecast_seconds_count");
    }

    [Fact]
    public async Task A_client_gets_forecasts_as_they_come_and_those_that_it_missed()
    {
        _ = Train(seed: 1, window: 5);
        await using var stage = await StageAsync(Start);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":7,"channel":"forecasts","filter":{"symbol":"BTC/USDT","model":"mine"}}""");
        var ack = await client.ReadAsync("ack");
        (ack.Text("channel"), ack.GetProperty("id").GetInt32()).ShouldBe(("forecasts", 7));
        var seen = new List<JsonElement>();
        while (seen.Count < 3)
        {
            seen.Add(await client.ReadAsync("forecast"));
        }

        seen.ShouldAllBe(one => one.Text("model") == "mine" && one.Text("venue_symbol") == "BTCUSDT" && one.Flag("sandbox"));
        seen[0].Text("verdict")!.ShouldContain("than no change");
        seen[0].GetProperty("band").GetArrayLength().ShouldBe(3);
        await using var second = await stage.ConnectAsync();
        await second.SayAsync($$"""{"op":"subscribe","channel":"forecasts","filter":{"symbol":"BTCUSDT"},"resume_from":{{seen[0].GetProperty("number").GetInt64()}}}""");
        (await second.ReadAsync("ack")).Flag("recovered").ShouldBeTrue();
        (await second.ReadAsync("forecast")).GetRawText().ShouldBe(seen[1].GetRawText());
        (await second.ReadAsync("forecast")).GetRawText().ShouldBe(seen[2].GetRawText());
        await client.SayAsync("""{"op":"subscribe","channel":"forecasts","filter":{"modl":"mine"}}""");
        (await client.ReadAsync("error")).Text("message")!.ShouldContain("did you mean model?");
        await client.SayAsync("""{"op":"unsubscribe","channel":"forecasts"}""");
        (await client.ReadAsync("ack")).Text("op").ShouldBe("unsubscribe");
    }

    [Theory]
    [InlineData("BTCUSDT,ETHUSDT")]
    [InlineData("BTC-USDT")] // neither the exchange's own spelling nor the common one
    public async Task Rules_judge_a_close_by_the_forecast_that_was_kept_of_it(string symbols)
    {
        _ = Train(seed: 1, window: 5);
        var rules = Path.Combine(_folder, "signals.json");
        await File.WriteAllTextAsync(rules, """
            { "sets": [], "rules": [
              { "name": "up", "direction": "long", "when": "forecast:mine:forced > forecast:mine:forced[1]", "repeat": true },
              { "name": "unforced", "direction": "long", "when": "forecast:mine > -1", "repeat": true } ] }
            """, Token);
        await using var stage = await StageAsync(Start, options =>
        {
            options.SignalRules = rules;
            options.Forecasts.Clear();
            options.Forecasts.Add($"binance:{symbols}");
            options.Signals.Add("binance:BTCUSDT");
            options.SignalIntervals = [Interval.OneMinute];
        });
        await using var forecasts = SqliteForecastStore.Open(FilePath, isSimulated: true);
        await using var signals = SqliteSignalStore.Open(FilePath, isSimulated: true);
        IReadOnlyList<KeptSignal> told = [];
        await Eventually.TrueAsync(
            () => (told = signals.ReadAsync(new SignalFilter { Limit = 1000, IsAscending = true }).GetAwaiter().GetResult()).Count >= 3, "3 signals are kept");
        var lastMs = told[^1].Signal.CloseMs;
        var points = (await forecasts.ReadAsync(All with { Symbol = "BTCUSDT" }, Token)).Select(one => one.Forecast)
            .Where(one => one.CloseMs <= lastMs).ToList();

        told.ShouldAllBe(one => one.Signal.Rule == "up", "a model that does not beat no change counts only where it is forced");
        told.Select(one => one.Signal.CloseMs).ShouldBe(
            points.Zip(points.Skip(1)).Where(pair => pair.Second.Point > pair.First.Point).Select(pair => pair.Second.CloseMs));
    }

    [Fact]
    public async Task Without_models_nothing_is_forecast_and_that_is_said()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","channel":"forecasts"}""");

        (await client.ReadAsync("error")).Text("message").ShouldBe("This server has no forecasts.");
        (await Should.ThrowAsync<InvalidSettingException>(() => ServerStage.SetAsync(configure: options => options.Forecasts.Add("binance:BTCUSDT"))))
            .Message.ShouldContain("ForecastModels");
    }

    /// <summary>What was kept is what the model says of the exchange's own history up to that candle, nothing missing in between and nothing twice.</summary>
    private static async Task CheckAsync(ServerStage stage, IReadOnlyList<KeptForecast> kept, ModelRegistry registry)
    {
        await using var connector = Connector.Create(options => (options.Sandbox, options.MarketClock) = (stage.Sandbox.BaseAddress, stage.Sandbox.Clock));
        foreach (var own in kept.GroupBy(one => one.Forecast.Series))
        {
            var bars = new List<Bar>();
            var last = DateTimeOffset.FromUnixTimeMilliseconds(own.Max(one => one.Forecast.CloseMs));
            var request = new HistoryRequest
            {
                Exchange = "binance",
                Symbol = own.Key.VenueSymbol,
                From = DateTimeOffset.FromUnixTimeMilliseconds(own.Min(one => one.Forecast.OpenMs)).AddHours(-2),
                To = last,
            };
            await foreach (var candle in connector.HistoryAsync(request, Token))
            {
                bars.Add(new Bar(candle));
            }

            foreach (var forecast in own.Select(one => one.Forecast))
            {
                var known = new ForecastSeries("truth", Interval.OneMinute, [.. bars.Where(bar => bar.OpenMs <= forecast.OpenMs)]) { IsSandbox = true };
                forecast.Point.ShouldBe(registry.Read("mine", forecast.Version).Predict(known).Point);
            }
        }
    }

    private static Task WaitAsync(SqliteForecastStore store, Func<IReadOnlyList<KeptForecast>, bool> isThere) =>
        Eventually.TrueAsync(() => isThere(store.ReadAsync(All).GetAwaiter().GetResult()), "the forecasts are kept");

    private Task<ServerStage> StageAsync(DateTimeOffset start, Action<ServerOptions>? configure = null) => ServerStage.SetAsync(
        speed: 120,
        options =>
        {
            (options.ForecastModels, options.ForecastStore, options.SignalStore) = (Models, FilePath, FilePath);
            options.Forecasts.Add("binance:BTCUSDT,ETHUSDT");
            options.ForecastIntervals = [Interval.OneMinute];
            configure?.Invoke(options);
        },
        sandbox => sandbox.StartTime = start);

    /// <summary>Trains a model of simulated minutes, which no window longer than what it remembers hangs on, and returns its version.</summary>
    private string Train(int seed, int window)
    {
        var random = new Random(seed);
        var close = 100.0;
        Bar[] bars = [.. Enumerable.Range(0, 600).Select(minute => new Bar(close *= 1 + (0.01 * (random.NextDouble() - 0.5))) { OpenMs = minute * 60_000L })];
        var series = new ForecastSeries("walk", Interval.OneMinute, bars) { IsSandbox = true };
        var definition = new ForecastDefinition { Model = "ridge", Interval = "1m", Window = window, Features = ["return:1", "range"], Seed = seed };
        var model = ForecastModel.Train("mine", definition, series, new EvaluationOptions { Folds = 2 });
        new ModelRegistry(Models).Add(model);
        return model.Card.Version;
    }
}
