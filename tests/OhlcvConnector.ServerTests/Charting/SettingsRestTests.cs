using System.CommandLine;
using System.Text.Json;
using OhlcvConnector.Configuration;
using OhlcvConnector.Infrastructure.Settings;
using OhlcvConnector.Server.Settings;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

public sealed class SettingsRestTests
{
    private const string Settings = "/api/v1/settings";

    [Fact]
    public async Task Settings_are_shown_without_secrets_and_what_may_change_changes_at_once()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.CoinGeckoKey = "do-not-tell");
        var settings = await stage.GetDescribedAsync(Settings);
        settings.GetRawText().ShouldNotContain("do-not-tell");
        Setting(settings, "CoinGeckoKey").Text("value").ShouldBe("***");
        (Setting(settings, "StaleAfter").Text("value"), Setting(settings, "StaleAfter").Text("source")).ShouldBe(("30", "default"));
        settings.GetProperty("settings").EnumerateArray().Select(row => row.Text("of")).Distinct().ShouldBe(["server", "connector"]);

        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"ping","id":1}""");
        await client.ReadAsync("ack");
        var (status, changed) = await stage.AskAsync(HttpMethod.Patch, Settings, """{"settings":{"MessagesPerMinute":"1","StaleAfter":"61"}}""");
        status.ShouldBe(200);
        Described.Mistakes(await Described.ByAsync(stage), Settings, "patch", "200", changed).ShouldBeEmpty();
        (Setting(changed, "StaleAfter").Text("value"), Setting(changed, "StaleAfter").Text("source")).ShouldBe(("61", "rest"));
        await client.SayAsync("""{"op":"ping","id":2}""");
        (await client.ReadAsync("error")).Text("code").ShouldBe("rate_limited");
        stage.Log.Lines.ShouldContain(line => line.Contains("MessagesPerMinute was 100 and is 1 now", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"settings":{"StaleAfter":"60","Port":"1"}}""", 409, "Port is read at the start alone: set CONNECTOR_WSS_PORT or --port")]
    [InlineData("""{"settings":{"StaleAfter":"60","RestTimeout":"1"}}""", 409, "RestTimeout is read at the start alone: set CONNECTOR_REST_TIMEOUT")]
    [InlineData("""{"settings":{"StaleAfter":"60","WriteHosts":"evil.example"}}""", 409, "WriteHosts is read at the start alone")]
    [InlineData("""{"settings":{"StaleAfter":"60","MaxClients":"0"}}""", 400, "a whole number from 1 to 1000000")]
    [InlineData("""{"settings":{"StaleAfter":"60","MaxClient":"5"}}""", 400, "did you mean MaxClients?")]
    [InlineData("""{"settings":{"StaleAfter":60}}""", 400, "is not what it must be")]
    public async Task What_may_not_change_is_refused_by_name_and_then_nothing_changes(string body, int status, string words)
    {
        await using var stage = await ServerStage.SetAsync();

        (await stage.RefusedAsync(HttpMethod.Patch, Settings, body, status)).ShouldContain(words);
        Setting(await stage.GetDescribedAsync(Settings), "StaleAfter").Text("value").ShouldBe("30");
    }

    [Fact]
    public void Where_a_setting_was_set_is_known()
    {
        var folder = Directory.CreateTempSubdirectory("settings-");
        File.WriteAllText(Path.Combine(folder.FullName, "appsettings.json"), """{"Server":{"MaxClients":5,"Preload":["binance:spot:1m:BTCUSDT"]},"Connector":{"RestTimeout":5}}""");
        var serve = new ServeOptions();
        var command = new Command("serve");
        serve.AddTo(command);
        var environment = new Dictionary<string, string> { ["CONNECTOR_WSS_STALE_AFTER"] = "30", ["CONNECTOR_WSS_PORT"] = "1" };
        var (server, connector) = serve.Read(
            command.Parse("--port 2 --set MaxSubscriptions=7"),
            new Surroundings(environment.GetValueOrDefault, [folder.FullName], TextWriter.Null, TimeProvider.System, environment.Keys));
        folder.Delete(recursive: true);

        Place("Port").ShouldBe("--port");
        Place("StaleAfter").ShouldBe("CONNECTOR_WSS_STALE_AFTER");
        Place("MaxClients").ShouldBe("Server:MaxClients");
        Place("Preload").ShouldBe("Server:Preload");
        Place("MaxSubscriptions").ShouldBe("--set MaxSubscriptions");
        Place("Host").ShouldBeNull();
        ConnectorSettings.Table["RestTimeout"].PlaceOf(connector).ShouldBe("Connector:RestTimeout");
        var copy = new ConnectorOptions();
        Server.Hosting.SettingsCheck.Copy(connector, copy);
        ConnectorSettings.Table["RestTimeout"].PlaceOf(copy).ShouldBe("Connector:RestTimeout");

        string? Place(string name) => ServerSettings.Table[name].PlaceOf(server);
    }

    [Theory]
    [InlineData("Archive", "postgres://user:p@ss/word@host/base", "postgres://***@host/base")]
    [InlineData("Redis", "rediss://:secret@host:6379/0", "rediss://***@host:6379/0")]
    [InlineData("Proxy", "socks5://10.0.0.1:1080", "socks5://10.0.0.1:1080")]
    [InlineData("Archive", "Host=db;Username=me;Password=secret;Database=x", "Host=db;Username=me;Password=***;Database=x")]
    [InlineData("Upstream", "ws://a:8765/?api_key=secret", "ws://a:8765/?api_key=***")]
    [InlineData("UpstreamKey", "secret", "***")]
    [InlineData("MaxClientsPerKey", "5", "5")]
    [InlineData("Notifications", " { \"channels\": {} }", "{ *** }")]
    [InlineData("KeysPath", "keys.jsonl", "keys.jsonl")]
    [InlineData("Archive", null, null)]
    public void Secrets_are_taken_out_of_values(string name, string? value, string? shown) => SettingMask.Of(name, value).ShouldBe(shown);

    private static JsonElement Setting(JsonElement settings, string name) =>
        settings.GetProperty("settings").EnumerateArray().First(row => row.Text("name") == name);
}
