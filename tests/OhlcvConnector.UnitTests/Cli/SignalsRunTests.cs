using System.Globalization;
using System.Text.Json;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary><c>signals test</c> and <c>signals watch</c> on simulated exchanges, beside the candles that the terminal itself shows.</summary>
public sealed class SignalsRunTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 30, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private SandboxServer _sandbox = null!;

    private string Rules => _folder.File("signals.json");

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { StartTime = Start, Speed = 120, EnforceLimits = false });
        await File.WriteAllTextAsync(Rules, """{ "sets": [], "rules": [ { "name": "up", "direction": "long", "when": "close > open", "repeat": true } ] }""");
    }

    public async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_trial_says_each_hit_with_what_came_after_and_the_means()
    {
        string[] range = ["--interval", "5m", "--output", "json"];
        var history = await RunAsync(["history", "binance", "BTCUSDT", "--from", "2026-03-01T00:00", "--to", "2026-03-01T10:00", .. range]);
        var candles = history.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var closes = candles.Select(candle => Number(candle, "close")).ToList();
        var trial = await RunAsync(["signals", "test", Rules, "binance:BTCUSDT", "--since", "2026-03-01T00:00", "--to", "2026-03-01T10:00", .. range]);

        trial.Code.ShouldBe(0, trial.Error);
        candles.Count.ShouldBe(120);
        var ups = Enumerable.Range(0, candles.Count).Where(index => closes[index] > Number(candles[index], "open")).ToList();
        var said = trial.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        said.ShouldAllBe(signal => signal.GetProperty("sandbox").GetBoolean());
        said.Select(signal => Number(signal, "price")).ShouldBe(ups.Select(index => closes[index]));
        foreach (var (signal, index) in said.Zip(ups).Where(one => one.Second + 4 < closes.Count))
        {
            Number(signal.GetProperty("after").GetProperty("4"), "price").ShouldBe(closes[index + 4]);
        }

        var table = await RunAsync("signals", "test", Rules, "binance:BTCUSDT", "--since", "2026-03-01T00:00", "--to", "2026-03-01T10:00", "--interval", "5m");
        table.Lines[0].ShouldStartWith("close            series");
        table.Lines.Count(line => line.EndsWith(" SANDBOX", StringComparison.Ordinal)).ShouldBe(ups.Count);
        table.Output.ShouldContain($"{ups.Count} signals of 120 candles; the price moved on average, without any costs:");
        var mean = ups.Where(index => index + 1 < closes.Count).Average(index => (closes[index + 1] / closes[index]) - 1);
        table.Lines[^1].ShouldContain(string.Create(CultureInfo.InvariantCulture, $"+1: {mean * 100:+0.00;-0.00;0.00}%"));
        table.Error.ShouldContain("SANDBOX");
    }

    [Fact]
    public async Task What_is_watched_is_said_as_it_closes_and_ends_after_its_limit()
    {
        var watch = await RunAsync("signals", "watch", "binance:BTCUSDT,ETHUSDT", "--rules", Rules, "--interval", "1m", "--limit", "3", "--output", "json");

        watch.Code.ShouldBe(0, watch.Error);
        var said = watch.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        said.Count.ShouldBe(3);
        said.Select(signal => signal.GetProperty("id").GetString()).ShouldBeUnique();
        said.ShouldAllBe(signal => signal.GetProperty("sandbox").GetBoolean() && signal.GetProperty("rule").GetString() == "up");
        said.ShouldAllBe(signal => signal.GetProperty("closeTime").GetDateTimeOffset() > Start);
        foreach (var signal in said)
        {
            var close = signal.GetProperty("closeTime").GetDateTimeOffset();
            var history = await RunAsync(
                "history", "binance", signal.GetProperty("venueSymbol").GetString()!, "--interval", "1m", "--from", $"{close.AddMinutes(-1):yyyy-MM-ddTHH:mm}", "--to",
                $"{close:yyyy-MM-ddTHH:mm}", "--output", "json");
            Number(JsonDocument.Parse(history.Lines.ShouldHaveSingleItem()).RootElement, "close").ShouldBe(Number(signal, "price"));
        }

        var table = await RunAsync("signals", "watch", "binance:BTCUSDT", "--rules", Rules, "--interval", "1m", "--limit", "1", "--provisional");
        table.Lines.Length.ShouldBe(2);
        table.Lines[1].ShouldEndWith(" SANDBOX");
    }

    [Fact]
    public async Task Files_and_rules_that_are_wrong_are_told_before_anything_is_read()
    {
        await File.WriteAllTextAsync(Rules, """[ { "name": "r", "direction": "long", "when": "clse > 1" } ]""");
        (await RunAsync("signals", "test", Rules, "binance:BTCUSDT")).Error.ShouldContain("line 1, column 48, [0].when: \"clse > 1\": There is no indicator 'clse'. Did you mean");
        (await RunAsync("signals", "watch", "binance:BTCUSDT", "--rules", Rules)).Code.ShouldNotBe(0);
        var missing = await RunAsync("signals", "test", _folder.File("none.json"), "binance:BTCUSDT");
        missing.Code.ShouldNotBe(0);
        missing.Error.ShouldContain("none.json");
        missing.Error.ShouldNotContain(" at OhlcvConnector.");

        await File.WriteAllTextAsync(Rules, """
            { "sets": [], "rules": [ { "name": "far", "direction": "long", "when": "close > 1 / (close - close)", "symbols": "okx:*" },
              { "name": "zero", "direction": "long", "when": "close > 1 / (close - close)" } ] }
            """);
        var trial = await RunAsync("signals", "test", Rules, "binance:BTCUSDT", "--since", "2026-03-01T00:00", "--to", "2026-03-01T10:00", "--interval", "1h");
        trial.Code.ShouldBe(0, trial.Error);
        trial.Error.ShouldContain("note: far is about none of these series");
        trial.Error.ShouldContain("warning: zero on binance spot BTCUSDT 1h: The rule divided by zero");
        trial.Output.ShouldContain("0 signals of 10 candles");
    }

    private static decimal Number(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture)
            : json.GetProperty(name).GetDecimal();

    private Task<CommandLine.Result> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, $"--sandbox={_sandbox.BaseAddress}"]);
}
