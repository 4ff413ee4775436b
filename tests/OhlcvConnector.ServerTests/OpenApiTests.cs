using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.Server.Rest;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The description of REST against what the server does.</summary>
public sealed partial class OpenApiTests : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose()
    {
        File.Delete(_keys);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_description_names_all_routes_and_no_others()
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
            (options.PaperLedger, options.ForecastModels) = (Path.Combine(_folder.FullName, "paper.db"), Path.Combine(_folder.FullName, "models")));
        var described = await Described.ByAsync(stage);
        var routes = typeof(RestRoute).Assembly.GetTypes().SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public))
            .Where(property => property.PropertyType == typeof(RestRoute)).Select(property => (RestRoute)property.GetValue(null)!)
            .Select(route => route.Path.Replace("{*", "{", StringComparison.Ordinal)).Distinct();

        described.GetProperty("paths").EnumerateObject().Select(path => path.Name).ShouldBe([.. routes, "/health", "/ready", "/metrics"], ignoreOrder: true);
        described.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        described.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name)
            .ShouldBe(["header", "bearer", "query"]);
    }

    [Fact]
    public async Task Answers_are_as_they_are_described()
    {
        await using var stage = await ServerStage.SetAsync();
        var described = await Described.ByAsync(stage);
        foreach (var (path, operation) in Operations(described))
        {
            using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, Question(path)));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Described.Mistakes(described, Described.Schema(operation, "200"), body.RootElement, path).ShouldBeEmpty();
            answer.Headers.ETag.ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/ready")]
    public async Task Health_is_as_it_is_described(string path)
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.Preload.Add("binance:spot:1m:BTCUSDT"));
        var described = await Described.ByAsync(stage);
        using var body = JsonDocument.Parse(await stage.GetAsync(path));

        Described.Mistakes(described, path, "get", "200", body.RootElement).ShouldBeEmpty();
    }

    [Fact]
    public async Task Errors_are_as_they_are_described()
    {
        await using var stage = await ServerStage.SetAsync(
            configure: options => options.RestAnswerTimeout = TimeSpan.FromSeconds(1), upstream: connector => connector.RestTimeout = TimeSpan.FromSeconds(10));
        var described = await Described.ByAsync(stage);
        foreach (var (path, operation) in Operations(described))
        {
            await IsErrorAsync(stage, described, operation, Question(path) + "&nonsense=1", 400);
            if (Question(path).Contains("exchange=binance", StringComparison.Ordinal))
            {
                await IsErrorAsync(stage, described, operation, Question(path).Replace("exchange=binance", "exchange=nasdaq", StringComparison.Ordinal), 404);
            }
        }

        var candles = described.GetProperty("paths").GetProperty("/v1/candles").GetProperty("get");
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError) { Exchange = "binance" });
        await IsErrorAsync(stage, described, candles, Question("/v1/candles"), 503);
        stage.Sandbox.ClearFaults();
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.SlowAnswer) { Exchange = "okx", Amount = TimeSpan.FromSeconds(60) });
        await IsErrorAsync(stage, described, candles, "/v1/candles?exchange=okx&symbol=BTC/USDT", 504);
    }

    [Fact]
    public async Task Parameters_are_taken_within_the_ranges_that_are_described_and_not_outside()
    {
        await using var stage = await ServerStage.SetAsync();
        var described = await Described.ByAsync(stage);
        foreach (var (path, operation) in Operations(described))
        {
            foreach (var parameter in operation.GetProperty("parameters").EnumerateArray())
            {
                var name = parameter.Text("name")!;
                var schema = parameter.GetProperty("schema");
                if (parameter.TryGetProperty("required", out var required) && required.GetBoolean())
                {
                    if (parameter.Text("in") == "query")
                    {
                        (await StatusAsync(stage, Without(Question(path), name))).ShouldBe(400, $"{path} without {name}");
                    }

                    continue;
                }

                foreach (var (value, status) in Values(schema, name))
                {
                    (await StatusAsync(stage, $"{Without(Question(path), name)}&{name}={value}")).ShouldBe(status, $"{path} with {name}={value}");
                }
            }
        }
    }

    [Fact]
    public async Task Where_keys_are_needed_the_description_says_how_to_send_them()
    {
        var (key, _) = new KeyFile(_keys, TimeProvider.System).Add("reader");
        await using var stage = await ServerStage.SetAsync(configure: options => options.KeysPath = _keys);
        var described = await Described.ByAsync(stage);
        foreach (var (path, operation) in Operations(described))
        {
            await IsErrorAsync(stage, described, operation, Question(path), 401);
            foreach (var way in operation.GetProperty("security").EnumerateArray().Select(one => one.EnumerateObject().Single().Name))
            {
                var scheme = described.GetProperty("components").GetProperty("securitySchemes").GetProperty(way);
                var place = scheme.Text("type") == "http" ? scheme.Text("scheme") : scheme.Text("in");
                var name = scheme.TryGetProperty("name", out var named) ? named.GetString() : null;
                using var request = new HttpRequestMessage(
                    HttpMethod.Get, new Uri(stage.Server.HealthAddress!, Question(path) + (place == "query" ? $"&{name}={key}" : "")));
                request.Headers.Add(place == "bearer" ? "Authorization" : place == "header" ? name! : "X-Other", place == "bearer" ? $"Bearer {key}" : key);
                using var answer = await stage.Http.SendAsync(request);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path} with the key as {way}");
            }
        }
    }

    [Fact]
    public async Task The_description_has_a_page_that_needs_nothing_from_elsewhere()
    {
        await using var stage = await ServerStage.SetAsync();
        var page = await stage.GetAsync("/docs/");

        Outside().Matches(page).ShouldBeEmpty();
        page.ShouldContain("openapi.json");
        foreach (Match script in Scripts().Matches(page))
        {
            (await stage.GetAsync("/docs/" + script.Groups[1].Value)).Length.ShouldBePositive();
        }

        Scripts().Count(page).ShouldBe(2);
        using var there = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/openapi/v1.json"));

        there.RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/openapi.json");
        there.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [GeneratedRegex("https?://")]
    private static partial Regex Outside();

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Scripts();

    private static string Question(string path) => path switch
    {
        "/v1/prices" => "/v1/prices?exchange=binance&symbols=BTCUSDT,ETH/USDT",
        "/v1/prices/{symbol}" => "/v1/prices/BTCUSDT?exchange=binance",
        "/v1/candles" => "/v1/candles?exchange=binance&symbol=BTCUSDT&limit=5",
        "/v1/indicators" => "/v1/indicators?exchange=binance&symbol=BTCUSDT&limit=5&with=rsi:14,macd:12:26:9",
        "/v1/indicators/catalog" => "/v1/indicators/catalog?names=camel",
        "/v1/volume-profile" => "/v1/volume-profile?exchange=binance&symbol=BTCUSDT&rows=5",
        "/v1/symbols" => "/v1/symbols?exchange=binance",
        "/v1/exchanges" => "/v1/exchanges?names=camel",
        "/prices" => "/prices?symbols=BTC,ETH&sparkline=2",
        "/prices/{symbol}" => "/prices/BTC?fields=price",
        _ => throw new ArgumentException($"No question is known for {path}.", nameof(path)),
    };

    /// <summary>Values that a parameter should take, and such that it should not.</summary>
    private static IEnumerable<(string Value, int Status)> Values(JsonElement schema, string name)
    {
        if (schema.TryGetProperty("minimum", out var least))
        {
            var most = schema.GetProperty("maximum").GetInt32();
            return [.. name == "maxAge" ? [] : new[] { ($"{least.GetInt32()}", 200) }, ($"{most}", 200), ($"{least.GetInt32() - 1}", 400),
                ($"{most + 1}", 400), ("x", 400)];
        }

        return schema.TryGetProperty("enum", out var choices) ? [.. choices.EnumerateArray().Select(choice => (choice.GetString()!, 200)), ("x", 400)]
            : schema.TryGetProperty("anyOf", out _) ? [(name == "from" ? $"{DateTime.UtcNow.AddHours(-1):yyyy-MM-ddTHH:mm:ssZ}" : $"{DateTime.UtcNow.AddMinutes(5):yyyy-MM-ddTHH:mm:ssZ}", 200), ("12:00", 400)]
            : schema.Text("type") == "boolean" ? [("true", 200), ("false", 200), ("x", 400)]
            : schema.TryGetProperty("pattern", out var pattern) ? [("1h", Regex.IsMatch("1h", pattern.GetString()!) ? 200 : 400),
                ("h1", Regex.IsMatch("h1", pattern.GetString()!) ? 200 : 400)]
            : name == "fields" ? [("price", 200), ("prize", 400)]
            : name == "quote" ? [("usdt", 200), ("%23", 400)]
            : name == "market" ? [("spot", 200), ("options", 400)]
            : [("BTC", 200)];
    }

    private static string Without(string question, string name) => Regex.Replace(question, $"{name}=[^&]*&?", "");

    private static IEnumerable<(string Path, JsonElement Operation)> Operations(JsonElement described) =>
        described.GetProperty("paths").EnumerateObject().Where(path => path.Name.StartsWith(
            "/v1", StringComparison.Ordinal) || path.Name is "/prices" or "/prices/{symbol}").Select(path => (path.Name, path.Value.GetProperty("get")));

    private static async Task<int> StatusAsync(ServerStage stage, string question)
    {
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, question));
        return (int)answer.StatusCode;
    }

    private static async Task IsErrorAsync(ServerStage stage, JsonElement described, JsonElement operation, string question, int status)
    {
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, question));

        ((int)answer.StatusCode).ShouldBe(status, question);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Described.Mistakes(described, Described.Schema(operation, status.ToString(CultureInfo.InvariantCulture)), body.RootElement, question).ShouldBeEmpty();
    }
}

