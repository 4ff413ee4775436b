using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OhlcvConnector.Configuration;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>What lies in deploy/ and docs/ speaks of what there is.</summary>
public class DeployTests
{
    [Fact]
    public async Task Dashboard_and_alerts_ask_for_metrics_and_labels_that_exist()
    {
        var folder = Directory.CreateTempSubdirectory("notices-");
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            ServerStage.NameAll(options, folder.FullName);
            options.Notifications = """{ "channels": { "terminal": { "type": "console" } } }"""; // channels have labels of their own
            options.NotificationStore = Path.Combine(folder.FullName, "notices.db");
        });
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");
        var metrics = await stage.GetAsync("/metrics");
        var unused = Regex.Matches(metrics, @"^# TYPE (\w+) \w+\n(?!\1)", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToHashSet(); // of models and the like
        var samples = metrics.Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        var known = samples.GroupBy(line => Regex.Match(line, @"^\w+").Value)
            .ToDictionary(group => group.Key, group => group.SelectMany(line => Regex.Matches(line, @"(\w+)=""")
                .Select(match => match.Groups[1].Value)).ToHashSet());
        var queries = Queries().ToList();
        queries.Count.ShouldBeGreaterThan(20);
        foreach (var query in queries)
        {
            foreach (Match match in Regex.Matches(query, @"\b(connector_\w+|process_\w+|dotnet_\w+)(?:\{([^}]*)\})?"))
            {
                if (unused.Contains(match.Groups[1].Value))
                {
                    continue;
                }

                known.ShouldContainKey(match.Groups[1].Value, query);
                foreach (Match label in Regex.Matches(match.Groups[2].Value, @"(\w+)\s*="))
                {
                    known[match.Groups[1].Value].ShouldContain(label.Groups[1].Value, query);
                }
            }

            var metric = Regex.Match(query, @"\b(connector_\w+|process_\w+|dotnet_\w+|up)\b").Groups[1].Value;
            foreach (Match by in Regex.Matches(query, @"\bby \(([^)]*)\)"))
            {
                unused.Contains(metric).ShouldBeFalse(query);
                by.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).ShouldBeSubsetOf(known[metric], query);
            }
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AsyncApi_names_every_field_of_every_message()
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/asyncapi.json")));
        var messages = document.RootElement.GetProperty("components").GetProperty("messages");
        await using var stage = await ServerStage.SetAsync(configure: options => options.HeartbeatInterval = TimeSpan.FromSeconds(1));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT"],"snapshot":2}""");
        await client.SayAsync("""{"op":"subscribe","id":2,"exchange":"binance","symbols":["BTCUSD"]}""");
        var seen = new HashSet<string>();
        while (!seen.IsSupersetOf(["ack", "error", "snapshot", "quote"]))
        {
            var message = (await client.ReadAsync())!.Value;
            seen.Add(message.Text("type")!);
            var described = messages.GetProperty(message.Text("type")!).GetProperty("payload").GetProperty("properties");
            message.EnumerateObject().Select(field => field.Name).ShouldBeSubsetOf(described.EnumerateObject().Select(field => field.Name),
                message.GetRawText());
        }
    }

    [Fact]
    public void Settings_come_from_a_file_by_their_names_and_an_unknown_name_is_named()
    {
        var options = new ServerOptions();
        Apply("""{"Server":{"Port":1234,"UnsubscribeDelay":2.5,"HealthEnabled":false,"Preload":["binance:spot:1m:BTCUSDT"],"KeysPath":null}}""", options).ShouldBe("");
        (options.Port, options.UnsubscribeDelay, options.HealthEnabled, options.KeysPath).ShouldBe((1234, TimeSpan.FromSeconds(2.5), false, null));
        options.Preload.ShouldBe(["binance:spot:1m:BTCUSDT"]);
        Should.Throw<Domain.InvalidSettingException>(() => Apply("""{"Server":{"Prot":1}}""", options)).Message
            .ShouldBe("appsettings.json: There is no setting 'Server:Prot'; did you mean Port?");
        Should.Throw<Domain.InvalidSettingException>(() => Apply("""{"Server":{"Port":"many"}}""", options)).Message.ShouldContain("'Server:Port' is 'many'");
    }

    [Fact]
    public void Former_names_are_read_with_a_warning_that_says_the_present_one()
    {
        var options = new ServerOptions();

        var warnings = Apply("""{"Server":{"Memory":50,"grace":7}}""", options);

        (options.CandlesKept, options.UnsubscribeDelay).ShouldBe((50, TimeSpan.FromSeconds(7)));
        warnings.ShouldContain("warning: appsettings.json: 'Server:Memory' is called CandlesKept now.");
        warnings.ShouldContain("warning: appsettings.json: 'Server:grace' is called UnsubscribeDelay now.");
    }

    [Theory]
    [InlineData("""{"Sever":{"Port":1}}""", "There is no section 'Sever'; did you mean Server?")]
    [InlineData("""{"Server":{"Preload":"binance:spot:1m:BTCUSDT"}}""", "'Server:Preload' is 'binance:spot:1m:BTCUSDT'; it must be a list")]
    [InlineData("""{"Server":{"Port":[1]}}""", "'Server:Port' is a list or a section; it must be a whole number from 0 to 65535.")]
    [InlineData("""{"Server":5}""", "'Server' is '5'; it must be a section")]
    [InlineData("""{"Connector":{"RestTimout":5}}""", "There is no setting 'Connector:RestTimout'; did you mean RestTimeout?")]
    [InlineData("""{"Connector":{"RestTimeout":5000}}""", "'Connector:RestTimeout' is '5000'; it must be a number of seconds from 0.1 to 600.")]
    [InlineData("""{"Connector":{"Endpoints":{"binance":{"Bas":"http://127.0.0.1"}}}}""", "there is no 'Bas'; did you mean Base?")]
    public void A_file_that_is_not_understood_ends_the_start_with_what_was_meant(string json, string words) =>
        Should.Throw<Domain.InvalidSettingException>(() => Apply(json, new ServerOptions())).Message.ShouldContain(words);

    [Fact]
    public void The_connectors_settings_come_from_a_file_too()
    {
        var connector = new ConnectorOptions();
        Apply("""{"Connector":{"RestTimeout":5,"useTestnet":true,"Proxy":"socks5://10.0.0.1:1080","Endpoints":{"okx/usdm":{"Rest":"http://127.0.0.1:9"},"binance":"http://127.0.0.1:8"}}}""", new ServerOptions(), connector);
        (connector.RestTimeout, connector.UseTestnet, connector.Proxy?.Port).ShouldBe((TimeSpan.FromSeconds(5), true, 1080));
        (connector.Endpoints["okx/usdm"].Rest?.Port, connector.Endpoints["binance"].Base?.Port).ShouldBe((9, 8));
    }

    /// <summary>Reads a file, and returns the warnings.</summary>
    private static string Apply(string json, ServerOptions options, ConnectorOptions? connector = null)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        using var warnings = new StringWriter();
        AppSettings.Apply(new ConfigurationBuilder().AddJsonStream(content).Build(), options, connector ?? new ConnectorOptions(), warnings);
        return warnings.ToString();
    }

    private static IEnumerable<string> Queries()
    {
        var deploy = Path.Combine(Repository.Root, "deploy");
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(deploy, "grafana/dashboards/connector.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.Text("expr")!).ToList();
        return panels.Concat(File.ReadLines(Path.Combine(deploy, "alerts.yml")).Select(line => line.Trim()).Where(line => line.StartsWith("expr: ", StringComparison.Ordinal)).Select(line => line["expr: ".Length..]));
    }
}
