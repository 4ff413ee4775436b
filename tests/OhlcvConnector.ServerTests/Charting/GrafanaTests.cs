using System.Text.Json;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

/// <summary>The example of a Grafana data source over REST: each panel's request is answered, and has what the panel picks.</summary>
public class GrafanaTests
{
    [Fact]
    public async Task Each_panel_gets_the_columns_that_it_picks()
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.Preload.Add("binance:spot:1m:BTCUSDT");
            options.Signals.Add("binance:BTCUSDT");
            options.SignalIntervals = [Domain.Interval.OneMinute];
        });
        await Eventually.TrueAsync(
            () => stage.AskAsync(HttpMethod.Get, "/api/v1/signals").GetAwaiter().GetResult().Body.GetProperty("signals").GetArrayLength() > 0, "there is a signal");
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy/grafana/dashboards/candles.json")));
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy/grafana/provisioning/datasources/connector.yaml"));
        var variables = dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
            .ToDictionary(one => one.Text("name")!, one => one.GetProperty("current").Text("value")!);
        variables["__from"] = $"{stage.Sandbox.Clock.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds()}";
        variables["__to"] = $"{stage.Sandbox.Clock.GetUtcNow().ToUnixTimeMilliseconds()}";
        var targets = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).ToList();
        targets.Count.ShouldBe(3);
        foreach (var target in targets)
        {
            source.ShouldContain($"uid: {target.GetProperty("datasource").Text("uid")}");
            source.ShouldContain($"type: {target.GetProperty("datasource").Text("type")}");
            var url = variables.Aggregate(target.Text("url")!, (text, variable) => text.Replace($"${{{variable.Key}}}", variable.Value, StringComparison.Ordinal));
            url.ShouldNotContain("$");
            var rows = (await stage.GetDescribedAsync(url)).GetProperty(target.Text("root_selector")!);
            rows.GetArrayLength().ShouldBePositive(url);
            foreach (var column in target.GetProperty("columns").EnumerateArray())
            {
                var value = rows[0].GetProperty(column.Text("selector")!);
                var fits = column.Text("type") switch
                {
                    "timestamp" => value.TryGetDateTimeOffset(out _),
                    "number" => value.ValueKind is JsonValueKind.Number or JsonValueKind.Null,
                    _ => value.ValueKind == JsonValueKind.String,
                };
                fits.ShouldBeTrue($"{column.Text("selector")} of {url} is {value}");
            }
        }
    }
}
