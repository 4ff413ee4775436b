using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.Testing;
using OhlcvConnector.Trading.Sqlite;
using Shouldly;

namespace OhlcvConnector.ServerTests.Paper;

public sealed class PaperRestTests : IDisposable
{
    private const string Accounts = "/api/v1/paper/accounts";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("paper");

    private string Ledger => Path.Combine(_folder.FullName, "paper.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_strategy_on_the_live_stream_does_what_a_backtest_over_the_exchanges_candles_does()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 600, SymbolCount = 20 });
        for (var start = 0; start < 2; start++) // the second server goes on where the first one was
        {
            await using var stage = await ServerStage.SetAsync(
                configure: options => options.PaperLedger = Ledger,
                upstream: connector => (connector.Sandbox, connector.MarketClock) = (sandbox.BaseAddress, sandbox.Clock));
            if (start == 0)
            {
                var made = await SendAsync(stage, HttpMethod.Post, Accounts, """
                    {"name":"cross","exchange":"binance","symbols":["BTC/USDT","ETHUSDT"],"strategy":"sma-cross","settings":{"fast":2,"slow":4},"leverage":3,"warmUp":20}
                    """);
                made.GetProperty("paper").GetBoolean().ShouldBeTrue();
                made.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
            }

            var (fills, step) = (0, 0L);
            await Eventually.TrueAsync(
                () =>
                {
                    var account = SendAsync(stage, HttpMethod.Get, Accounts + "/cross").GetAwaiter().GetResult().GetProperty("account");
                    var now = account.GetProperty("fills").GetInt32();
                    fills = step++ == 0 ? now : fills;
                    return now >= fills + 6;
                },
                "it trades");
            (await stage.GetAsync("/metrics")).ShouldContain("connector_paper_accounts 1");
        }

        using var ledger = SqlitePaperLedger.Read(Ledger);
        PaperTruth.Check(ledger, ledger.Accounts().ShouldHaveSingleItem(), sandbox);
    }

    [Fact]
    public async Task Accounts_are_made_ordered_on_halted_reset_and_closed()
    {
        await using var stage = await SetAsync();
        await CreateAsync(stage, "hand");
        await ClosedAsync(stage, "hand");
        var placed = await SendAsync(stage, HttpMethod.Post, Accounts + "/hand/orders", """{"side":"buy","percent":50,"stopLoss":1,"takeProfit":10000000,"id":"one"}""");
        placed.GetProperty("order").GetInt32().ShouldBe(1);
        (await SendAsync(stage, HttpMethod.Post, Accounts + "/hand/orders", """{"side":"buy","percent":50,"id":"one"}""")).GetProperty("alreadyDone").GetBoolean().ShouldBeTrue();
        await Eventually.TrueAsync(() => Count(stage, "/hand/fills", "fills") == 1, "the market order fills in a candle that opens after it");
        var position = (await SendAsync(stage, HttpMethod.Get, Accounts + "/hand/positions")).GetProperty("positions")[0];

        position.GetProperty("quantity").GetDecimal().ShouldBePositive();
        var open = (await SendAsync(stage, HttpMethod.Get, Accounts + "/hand/orders?open=true")).GetProperty("orders");
        open.EnumerateArray().Select(order => (order.Text("type"), order.GetProperty("parent").GetInt32())).ShouldBe([("limit", 1), ("stop", 1)]);
        var stop = open[1].GetProperty("id").GetInt32();
        await SendAsync(stage, HttpMethod.Put, $"{Accounts}/hand/orders/{stop}", """{"stopPrice":2}""");
        (await SendAsync(stage, HttpMethod.Get, Accounts + "/hand/orders?open=true")).GetProperty("orders").EnumerateArray()
            .Single(order => order.GetProperty("id").GetInt32() == stop).GetProperty("stopPrice").GetDecimal().ShouldBe(2);
        await SendAsync(stage, HttpMethod.Delete, $"{Accounts}/hand/orders/{stop}");
        await SendAsync(stage, HttpMethod.Post, Accounts + "/hand/deposit", """{"amount":123.45}""");
        await SendAsync(stage, HttpMethod.Post, "/api/v1/paper/halt", """{"closePositions":true,"reason":"enough"}""");
        (await ErrorAsync(stage, HttpMethod.Post, Accounts + "/hand/orders", """{"side":"buy","quantity":1}""")).Message
            .ShouldBe("PAPER: refused: only orders that reduce are taken now: enough.");
        await Eventually.TrueAsync(() => Count(stage, "/hand/trades", "trades") == 1, "the kill switch closes the position");
        await SendAsync(stage, HttpMethod.Post, Accounts + "/hand/resume");
        Count(stage, "/hand/equity?limit=3", "equity").ShouldBeInRange(1, 3);
        var fresh = (await SendAsync(stage, HttpMethod.Post, Accounts + "/hand/reset", """{"cash":5}""")).GetProperty("account");

        (fresh.GetProperty("equity").GetDecimal(), fresh.GetProperty("fills").GetInt32()).ShouldBe((5m, 0));
        await SendAsync(stage, HttpMethod.Delete, Accounts + "/hand");
        (await ErrorAsync(stage, HttpMethod.Get, Accounts + "/hand", body: null)).Status.ShouldBe(404);
        (await SendAsync(stage, HttpMethod.Get, Accounts)).GetProperty("accounts").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"side":"buy"}""", 400, "Say how much, once")]
    [InlineData("""{"side":"buy","quantity":1,"cash":1}""", 400, "Say how much, once")]
    [InlineData("""{"side":"hold","quantity":1}""", 400, "it must be buy or sell")]
    [InlineData("""{"side":"buy","quantity":0}""", 400, "its size is 0; it must be above 0")]
    [InlineData("""{"side":"buy","quantity":-1}""", 400, "its size is -1")]
    [InlineData("""{"side":"buy","quantity":"NaN"}""", 400, "'quantity'")]
    [InlineData("""{"side":"buy","quantity":NaN}""", 400, "no JSON")]
    [InlineData("""{"side":"buy","quantity":1e30}""", 400, "'quantity'")]
    [InlineData("""{"side":"buy","quantity":1,"symbol":"DOGEUSDT"}""", 404, "does not trade 'DOGEUSDT'")]
    [InlineData("""{"side":"buy","quantity":1,"type":"limt"}""", 400, "did you mean limit?")]
    [InlineData("""{"side":"buy","quantity":1,"type":"limit"}""", 400, "it needs a limit price above 0")]
    [InlineData("""{"side":"buy","quantity":1,"price":3}""", 400, "There is no field 'price'")]
    public async Task Orders_that_cannot_be_are_refused_in_words(string order, int status, string words)
    {
        await using var stage = await SetAsync();
        await CreateAsync(stage, "hand");
        var (found, _, message) = await ErrorAsync(stage, HttpMethod.Post, Accounts + "/hand/orders", order);

        found.ShouldBe(status);
        message.ShouldContain(words);
    }

    [Fact]
    public async Task Mistakes_in_an_account_are_named_and_nothing_is_made()
    {
        await using var stage = await SetAsync();
        foreach (var (body, status, words) in new[]
        {
            ("""{"name":"a b","exchange":"binance","symbols":["BTCUSDT"]}""", 400, "An account's name has"),
            ("""{"name":"a","exchange":"nasdaq","symbols":["BTCUSDT"]}""", 404, "nasdaq"),
            ("""{"name":"a","exchange":"binance","symbols":["BTCUSD"]}""", 404, "Did you mean"),
            ("""{"name":"a","exchange":"binance","symbols":[]}""", 400, "1 to 50 symbols"),
            ("""{"name":"a","exchange":"binance","symbols":["BTCUSDT"],"strategy":"smart"}""", 400, "smart"),
            ("""{"name":"a","exchange":"binance","symbols":["BTCUSDT"],"strategy":"sma-cross","settings":{"fats":1}}""", 400, "no parameter 'fats'"),
            ("""{"name":"a","exchange":"binance","symbols":["BTCUSDT"],"cash":-1}""", 400, "Cash is -1"),
            ("""{"name":"a","exchange":"binance","symbols":["BTCUSDT"],"interval":"1x"}""", 400, "'1x' is no interval"),
            ("""{"exchange":"binance"}""", 400, "The object needs: name, exchange, symbols"),
        })
        {
            var (found, _, message) = await ErrorAsync(stage, HttpMethod.Post, Accounts, body);
            found.ShouldBe(status, body);
            message.ShouldContain(words);
        }

        (await SendAsync(stage, HttpMethod.Get, Accounts)).GetProperty("accounts").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_alert_of_a_charting_service_becomes_an_order_once_by_its_secret_alone()
    {
        await using var stage = await SetAsync();
        var secret = (await CreateAsync(stage, "hook", """, "hooks":true""")).Text("hookSecret")!;
        await ClosedAsync(stage, "hook");
        const string path = "/api/v1/paper/hooks/hook";

        (await HookAsync(stage, path, "buy BTCUSDT 0.01")).ShouldBe(401);
        (await HookAsync(stage, $"{path}/{secret}x", "buy BTCUSDT 0.01")).ShouldBe(401);
        (await HookAsync(stage, "/api/v1/paper/hooks/nobody/" + secret, "buy BTCUSDT 0.01")).ShouldBe(401);
        (await HookAsync(stage, $"{path}/{secret}", "what is this")).ShouldBe(400);
        (await HookAsync(stage, $"{path}/{secret}", new string('x', 20_000))).ShouldBe(413);
        Count(stage, "/hook/orders", "orders").ShouldBe(0);
        (await HookAsync(stage, $"{path}/{secret}", "buy BINANCE:BTCUSDT 0.01")).ShouldBe(200);
        (await HookAsync(stage, path, $$"""{"secret":"{{secret}}","action":"buy","ticker":"BTCUSDT.P","qty":"0.02","alert_id":"7"}""")).ShouldBe(200);
        (await HookAsync(stage, path, $$"""{"secret":"{{secret}}","action":"buy","ticker":"BTCUSDT.P","qty":"0.02","alert_id":"7"}""")).ShouldBe(200);
        (await HookAsync(stage, $"{path}/{secret}", "My strategy (9, 21): order buy @ 0.03 filled on BTCUSDT. New strategy position is 0.06")).ShouldBe(200);
        (await SendAsync(stage, HttpMethod.Get, Accounts + "/hook/orders")).GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("amount").GetDecimal())
            .ShouldBe([0.03m, 0.02m, 0.01m]);
        await Eventually.TrueAsync(() => Count(stage, "/hook/fills", "fills") == 3, "they fill");
        (await HookAsync(stage, $"{path}/{secret}", "close BTCUSDT")).ShouldBe(200);
        await Eventually.TrueAsync(() => Count(stage, "/hook/trades", "trades") == 3, "the position is closed");
        (await File.ReadAllBytesAsync(Ledger)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)).ShouldBe(-1, "only its hash is kept");
    }

    [Fact]
    public async Task Who_may_only_read_changes_nothing_nor_does_a_web_page()
    {
        var keys = new KeyFile(Path.Combine(_folder.FullName, "keys.jsonl"), TimeProvider.System);
        var (reader, _) = keys.Add("reader");
        var (trader, _) = keys.Add("trader", KeyRole.Trade);
        await using var stage = await ServerStage.SetAsync(
            configure: options => (options.PaperLedger, options.KeysPath) = (Ledger, Path.Combine(_folder.FullName, "keys.jsonl")));
        const string body = """{"name":"a","exchange":"binance","symbols":["BTCUSDT"]}""";

        (await ErrorAsync(stage, HttpMethod.Post, Accounts, body)).Status.ShouldBe(401);
        (await ErrorAsync(stage, HttpMethod.Post, Accounts, body, reader)).Code.ShouldBe("forbidden");
        (await ErrorAsync(stage, HttpMethod.Post, Accounts, body, trader, ("Host", "evil.example"))).Code.ShouldBe("forbidden");
        (await ErrorAsync(stage, HttpMethod.Post, Accounts, body, trader, ("Origin", "https://evil.example"))).Code.ShouldBe("forbidden");
        (await ErrorAsync(stage, HttpMethod.Post, Accounts, new string(' ', 70_000) + body, trader)).Status.ShouldBe(413);
        await SendAsync(stage, HttpMethod.Post, Accounts, body, trader);
        (await SendAsync(stage, HttpMethod.Get, Accounts, key: reader)).GetProperty("accounts").GetArrayLength().ShouldBe(1);
        using var options = await stage.Http.SendAsync(new HttpRequestMessage(HttpMethod.Options, new Uri(stage.Server.HealthAddress!, Accounts)));

        options.Content.Headers.Allow.ShouldBe(["GET", "POST", "HEAD", "OPTIONS"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_description_has_the_paths_with_what_is_sent()
    {
        await using var stage = await SetAsync();
        using var described = JsonDocument.Parse(await stage.GetAsync("/openapi.json"));
        var paths = described.RootElement.GetProperty("paths");
        var create = paths.GetProperty(Accounts).GetProperty("post");

        create.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetRawText().ShouldContain("NewAccount");
        create.GetProperty("responses").EnumerateObject().Select(one => one.Name).ShouldContain("403");
        paths.GetProperty("/api/v1/paper/accounts/{account}/orders/{order}").EnumerateObject().Select(one => one.Name).ShouldBe(["put", "delete"], ignoreOrder: true);
        paths.EnumerateObject().Count(path => path.Name.StartsWith("/api/v1/paper/", StringComparison.Ordinal)).ShouldBe(15);
    }

    private Task<ServerStage> SetAsync() => ServerStage.SetAsync(speed: 600, configure: options => options.PaperLedger = Ledger);

    private static Task<JsonElement> CreateAsync(ServerStage stage, string name, string more = "") => SendAsync(
        stage, HttpMethod.Post, Accounts, $$"""{"name":"{{name}}","exchange":"binance","symbols":["BTCUSDT"],"warmUp":0{{more}}}""");

    private static Task ClosedAsync(ServerStage stage, string name) => Eventually.TrueAsync(
        () => SendAsync(stage, HttpMethod.Get, $"{Accounts}/{name}").GetAwaiter().GetResult().GetProperty("account").GetProperty("time").ValueKind == JsonValueKind.String,
        "a candle has closed");

    private static int Count(ServerStage stage, string path, string name) =>
        SendAsync(stage, HttpMethod.Get, Accounts + path).GetAwaiter().GetResult().GetProperty(name).GetArrayLength();

    private static async Task<int> HookAsync(ServerStage stage, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var answer = await stage.Http.PostAsync(new Uri(stage.Server.HealthAddress!, path), content);
        return (int)answer.StatusCode;
    }

    private static async Task<JsonElement> SendAsync(ServerStage stage, HttpMethod method, string path, string? body = null, string? key = null)
    {
        using var answer = await AskAsync(stage, method, path, body, key);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<(int Status, string? Code, string Message)> ErrorAsync(
        ServerStage stage, HttpMethod method, string path, string? body, string? key = null, (string Name, string Value)? header = null)
    {
        using var answer = await AskAsync(stage, method, path, body, key, header);
        using var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return ((int)answer.StatusCode, error.RootElement.Text("code"), error.RootElement.Text("message")!);
    }

    private static async Task<HttpResponseMessage> AskAsync(
        ServerStage stage, HttpMethod method, string path, string? body, string? key, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(stage.Server.HealthAddress!, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        }

        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        if (header is var (name, value))
        {
            request.Headers.Add(name, value);
        }

        return await stage.Http.SendAsync(request);
    }
}
