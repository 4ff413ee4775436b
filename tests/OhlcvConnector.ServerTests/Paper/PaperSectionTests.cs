using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server;
using OhlcvConnector.Signals;
using OhlcvConnector.Testing;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Sqlite;
using Shouldly;

namespace OhlcvConnector.ServerTests.Paper;

/// <summary>Paper accounts of <c>trading_config.json</c>, and accounts that trade by rules.</summary>
public sealed class PaperSectionTests : IDisposable
{
    private const string Rules = """
        [ { "name": "up", "direction": "long", "when": "close > open", "repeat": true }, { "name": "down", "direction": "exit", "when": "close < open", "repeat": true } ]
        """;

    private const string Account = """
        { "name": "desk", "exchange": "binance", "symbols": ["BTC/USDT"], "strategy": "rules", "rules": "own", "settings": { "stop": 50 }, "cash": 5000, "warmUp": 20 }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("paper");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Ledger => Path.Combine(_folder.FullName, "paper.db");

    private string Config => Path.Combine(_folder.FullName, "trading_config.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Accounts_of_the_file_are_made_once_and_trade_by_its_rules_as_a_backtest_does()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 600, SymbolCount = 20 });
        var fills = 0;
        for (var start = 0; start < 2; start++)
        {
            await WriteAsync(Account, start == 0 ? Rules : Rules + " // said otherwise, and the same");
            await using var stage = await StageAsync(sandbox);
            await Eventually.TrueAsync(() => Fills() >= fills + 6, "it trades");
            fills = Fills();
        }

        using var ledger = SqlitePaperLedger.Read(Ledger);
        var record = ledger.Accounts().ShouldHaveSingleItem();

        (record.Id, record.Definition.Name, record.Definition.Rules!.Name, record.Definition.Broker.Cash).ShouldBe((1, "desk", "own", 5_000m));
        PaperTruth.Check(ledger, record, sandbox);
    }

    [Theory]
    [InlineData("\"cash\": 5000", "\"cash\": 6000", "made with other cash, and goes on as it was made")]
    [InlineData("\"stop\": 50", "\"stop\": 40", "made with other settings, and")]
    [InlineData("\"rules\": \"own\"", "\"rules\": \"trend-follow\"", "made with other rules, and")]
    [InlineData("close > open", "close >= open", "made with other rules, and")]
    [InlineData("\"strategy\": \"rules\", \"rules\": \"own\", \"settings\": { \"stop\": 50 }, ", "", "made with other strategy, rules, settings, and")]
    [InlineData("\"stop\": 50", "\"stopp\": 50", "no parameter 'stopp'")]
    public async Task A_server_does_not_start_with_an_account_that_cannot_be_or_was_made_otherwise(string said, string instead, string words)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60, SymbolCount = 20 });
        await WriteAsync(Account, Rules);
        await using (await StageAsync(sandbox))
        {
            await Eventually.TrueAsync(() => Accounts().Count == 1, "it is made");
        }

        var text = await File.ReadAllTextAsync(Config, Token);
        text.ShouldContain(said);
        await File.WriteAllTextAsync(Config, text.Replace(said, instead, StringComparison.Ordinal), Token);
        var message = (await Should.ThrowAsync<InvalidSettingException>(() => StageAsync(sandbox))).Message;

        message.ShouldContain("paper account desk: ");
        message.ShouldContain(words);
        Accounts().ShouldHaveSingleItem().Broker.Cash.ShouldBe(5_000);
    }

    [Fact]
    public async Task What_only_the_exchange_can_refuse_is_said_while_the_other_accounts_trade()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60, SymbolCount = 20 });
        await WriteAsync("""{ "name": "wrong", "exchange": "binance", "symbols": ["BTCUSD"] }, { "name": "right", "exchange": "binance", "symbols": ["ETHUSDT"] }""", "[]");
        await using var stage = await StageAsync(sandbox);
        await Eventually.TrueAsync(() => Accounts() is [{ Name: "right" }], "the other is made");
        await Eventually.TrueAsync(() => stage.Log.Values<string>(ServerEventIds.PaperTroubled, "Account") is ["wrong"], "the one is told of");

        (await stage.GetAsync("ready")).ShouldContain("the paper account wrong is not as ");
        await WriteAsync("""{ "name": "later", "exchange": "binance", "symbols": ["ETHUSDT"] }""", "[]");
        await Eventually.TrueAsync(() => stage.Log.Lines.Any(line => line.Contains("its accounts are made when the server starts again", StringComparison.Ordinal)), "it is said");
        Accounts().Select(one => one.Name).ShouldBe(["right"]);
    }

    [Fact]
    public async Task Accounts_need_a_file_that_they_are_kept_in()
    {
        await WriteAsync(Account, Rules);

        (await Should.ThrowAsync<InvalidSettingException>(() => ServerStage.SetAsync(configure: options => options.SignalRules = Config)))
            .Message.ShouldContain("has paper accounts: set PaperLedger");
    }

    [Fact]
    public async Task Rest_makes_accounts_by_rules_and_names_what_is_wrong_with_them()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60, SymbolCount = 20 });
        await WriteAsync("", Rules);
        await using var stage = await StageAsync(sandbox);

        (await CreateAsync("a", "\"own\"")).ShouldContain("\"rules\":\"own\"");
        (await CreateAsync("b", "\"trend-follow\"")).ShouldContain("\"rules\":\"trend-follow\"");
        (await CreateAsync("c", """{ "name": "up", "direction": "long", "when": "close > open" }""")).ShouldContain("\"rules\":\"given\"");
        (await CreateAsync("d", "\"trend-folow\"")).ShouldContain("trend-follow");
        (await CreateAsync("d", """[ { "name": "up", "direction": "long", "when": "clse > open" } ]""")).ShouldContain("There is no indicator 'clse'");
        (await CreateAsync("d", """[ { "name": "up", "direction": "long", "when": "close > open", "symbols": ["okx:*"] } ]""")).ShouldContain("None of the 1 rules is about binance spot BTCUSDT 1m");
        (await CreateAsync("d", "null")).ShouldContain("Say by which rules the strategy 'rules' trades.");
        (await CreateAsync("d", "\"own\"", "null")).ShouldContain("Only the strategy 'rules' trades by rules.");
        Accounts().Select(one => (one.Name, KeptRules.Read(one.Rules!).Rules[0].Name)).ShouldBe([("a", "up"), ("b", "trend-follow.long"), ("c", "up")]);

        async Task<string> CreateAsync(string name, string rules, string strategy = "\"rules\"")
        {
            using var content = new StringContent(
                $$"""{ "name": "{{name}}", "exchange": "binance", "symbols": ["BTCUSDT"], "strategy": {{strategy}}, "rules": {{rules}} }""", Encoding.UTF8, "application/json");
            using var answer = await stage.Http.PostAsync(new Uri(stage.Server.HealthAddress!, "/api/v1/paper/accounts"), content, Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            return JsonDocument.Parse(text).RootElement.Text("message") ?? text;
        }
    }

    private IReadOnlyList<PaperDefinition> Accounts()
    {
        using var ledger = SqlitePaperLedger.Read(Ledger);
        return [.. ledger.Accounts().Select(one => one.Definition)];
    }

    private int Fills()
    {
        using var ledger = SqlitePaperLedger.Read(Ledger);
        return ledger.Accounts() is [var record] ? ledger.State(record.Id)?.Fills ?? 0 : 0;
    }

    private Task WriteAsync(string accounts, string rules) =>
        File.WriteAllTextAsync(Config, $$"""{ "sets": [], "paper": { "accounts": [ {{accounts}} ] }, "rules": {{rules}}""" + "\n}", Token);

    private Task<ServerStage> StageAsync(SandboxServer sandbox) => ServerStage.SetAsync(
        configure: options => (options.PaperLedger, options.SignalRules) = (Ledger, Config),
        upstream: connector => (connector.Sandbox, connector.MarketClock) = (sandbox.BaseAddress, sandbox.Clock));
}
