using System.Text.Json;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

public sealed class RulesRestTests : IDisposable
{
    private const string Rules = "/api/v1/signals/rules";
    private const string Before = """{ "sets": [], "rules": [ { "name": "before", "direction": "long", "when": "rsi:2 crosses above 50" } ] }""";
    private const string After = """
        {
          // a comment stays
          "sets": [],
          "rules": [ { "name": "after", "direction": "short", "when": "rsi:2 crosses above 50" }, ],
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rules-");

    private string FilePath => Path.Combine(_folder.FullName, "signals.json");

    public void Dispose()
    {
        _folder.Refresh();
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task New_rules_stand_in_their_file_and_signals_come_by_them()
    {
        await using var stage = await SetAsync();
        (await stage.GetDescribedAsync(Rules + "/file")).Text("text").ShouldBe(Before);
        (await stage.AskAsync(HttpMethod.Put, Rules + "?check=true", After)).Body.Flag("taken").ShouldBeFalse();
        (await File.ReadAllTextAsync(FilePath)).ShouldBe(Before);
        var (status, taken) = await stage.AskAsync(HttpMethod.Put, Rules, After);

        status.ShouldBe(200);
        Described.Mistakes(await Described.ByAsync(stage), Rules, "put", "200", taken).ShouldBeEmpty();
        (taken.Flag("taken"), taken.Text("file"), taken.GetProperty("rules").GetInt32()).ShouldBe((true, FilePath, 1));
        (await File.ReadAllTextAsync(FilePath)).ShouldBe(After);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        _folder.GetFiles().ShouldHaveSingleItem();
        (await stage.GetDescribedAsync(Rules)).GetProperty("rules")[0].Text("name").ShouldBe("after");
        await Eventually.TrueAsync(
            () => stage.AskAsync(HttpMethod.Get, "/api/v1/signals?rule=after").GetAwaiter().GetResult().Body.GetProperty("signals").GetArrayLength() > 0,
            "a signal comes by the new rules");
    }

    [Fact]
    public async Task While_anything_is_wrong_the_rules_before_stay_and_every_mistake_is_named_with_its_place()
    {
        await using var stage = await SetAsync();
        var (status, refused) = await stage.AskAsync(HttpMethod.Put, Rules, """
            { "sets": ["trend-folow"],
              "rules": [ { "name": "x", "direction": "long",
                           "when": "rsj:14 > 3" } ] }
            """);

        status.ShouldBe(400);
        Described.Mistakes(await Described.ByAsync(stage), Rules, "put", "400", refused).ShouldBeEmpty();
        refused.GetProperty("mistakes").EnumerateArray().Select(one => (one.GetProperty("line").GetInt32(), one.Text("field"))).ShouldBe(
            [(1, "sets[0]"), (3, "rules[0].when")], ignoreOrder: true);
        refused.GetProperty("mistakes").GetRawText().ShouldContain("Did you mean rsi");
        (await File.ReadAllTextAsync(FilePath)).ShouldBe(Before);
        (await stage.GetDescribedAsync(Rules)).GetProperty("rules")[0].Text("name").ShouldBe("before");
        foreach (var body in new[] { "", "[1", "null", "{\"rules\":5}" })
        {
            (await stage.AskAsync(HttpMethod.Put, Rules, body)).Status.ShouldBe(400, body);
        }

        _folder.Delete(recursive: true);
        (await stage.RefusedAsync(HttpMethod.Put, Rules, After, 409)).ShouldContain("cannot be written, and those before stay");
        (await stage.GetDescribedAsync(Rules)).GetProperty("rules")[0].Text("name").ShouldBe("before");
    }

    [Fact]
    public async Task Without_a_file_new_rules_hold_until_the_server_stops()
    {
        await using var stage = await ServerStage.SetAsync();
        var (_, taken) = await stage.AskAsync(HttpMethod.Put, Rules, After);

        (taken.Flag("taken"), taken.GetProperty("file").ValueKind).ShouldBe((true, JsonValueKind.Null));
        (await stage.GetDescribedAsync(Rules + "/file")).Text("text").ShouldBe(After);
    }

    private async Task<ServerStage> SetAsync()
    {
        await File.WriteAllTextAsync(FilePath, Before);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return await ServerStage.SetAsync(configure: options =>
        {
            options.SignalRules = FilePath;
            options.Signals.Add("binance:BTCUSDT");
            options.SignalIntervals = [Domain.Interval.OneMinute];
        });
    }
}
