using System.Diagnostics;
using System.Text.Json;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>Signals of a running server on their way to people and programs: each once, over restarts and kills.</summary>
public sealed class SignalNoticeTests : IDisposable
{
    private const string Rules = """{ "sets": [], "rules": [ { "name": "up", "direction": "long", "when": "close > open", "repeat": true } ] }""";

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Signals => Path.Combine(_folder.Path, "signals.db");

    private string RulesPath => Path.Combine(_folder.Path, "signals.json");

    [Fact]
    public async Task Each_signal_comes_to_a_webhook_once_with_its_picture_and_its_JSON_over_a_restart()
    {
        await using var hook = await Hook.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 120, SymbolCount = 20 });
        for (var start = 0; start < 2; start++)
        {
            var before = hook.Requests.Count;
            await using var stage = await StageAsync(sandbox, options => options.Notifications = Config(hook));
            await Eventually.TrueAsync(() => hook.Requests.Count >= before + 4, "signals are told");
            if (start == 1)
            {
                var notice = NoticeJson.Read(hook.Requests.Last().Text);
                using var asked = JsonDocument.Parse(await stage.GetAsync($"/api/v1/signals/{notice.Id["signal:".Length..]}"));
                using var told = JsonDocument.Parse(notice.Json!);
                foreach (var field in told.RootElement.EnumerateObject())
                {
                    JsonElement.DeepEquals(asked.RootElement.GetProperty(field.Name), field.Value).ShouldBeTrue(field.Name);
                }

                (notice.Rule, notice.IsSandbox, notice.Kind, notice.Price)
                    .ShouldBe(("up", true, NoticeKind.Signal, told.RootElement.GetProperty("price").GetDecimal()));
                var kept = await stage.Server.Notifier.Outbox!.ListAsync(null, 1_000, Token);
                kept.Select(one => one.Notice.Id).ShouldBeUnique();
            }
        }

        await ToldIsKeptAsync(hook, most: 1);
    }

    [Fact]
    public async Task The_pictures_candles_wait_with_the_signal_until_it_is_told()
    {
        await using var hook = await Hook.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 120, SymbolCount = 20 });
        for (var failure = 0; failure < 50; failure++)
        {
            hook.Answers.Enqueue(Hook.Status(503));
        }

        await using var stage = await StageAsync(sandbox, options => options.Notifications = Config(hook));
        IReadOnlyList<KeptNotice> waiting = [];
        await Eventually.TrueAsync(
            () => (waiting = stage.Server.Notifier.Outbox!.ListAsync(NoticeState.Waiting, 10).GetAwaiter().GetResult()).Count > 2, "signals wait");

        foreach (var notice in waiting.Select(one => one.Notice))
        {
            notice.Candles.Count.ShouldBe(60, "of a server that has just begun, too, and of a rule that looks back at nothing");
            notice.Candles.Zip(notice.Candles.Skip(1)).ShouldAllBe(pair => pair.First.CloseMs == pair.Second.OpenMs);
            notice.Candles.ShouldAllBe(candle => candle.IsClosed);
            (notice.Candles[^1].CloseTime, notice.Candles[^1].Close).ShouldBe((notice.Time, notice.Price!.Value));
        }
    }

    [Fact]
    public async Task Rules_channels_and_paper_accounts_stand_in_one_file()
    {
        await using var hook = await Hook.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 120, SymbolCount = 20 });
        var file = Path.Combine(_folder.Path, "trading_config.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
              // rules, channels and paper accounts of one desk
              "sets": [], "rules": [ { "name": "up", "direction": "long", "when": "close > open", "repeat": true } ],
              "notifications": {{Config(hook)}},
              "paper": { "accounts": [ { "name": "desk", "exchange": "binance", "symbols": ["BTCUSDT"], "strategy": "rules", "rules": "own" } ] },
            }
            """,
            Token);
        await using var stage = await StageAsync(
            sandbox, options => (options.SignalRules, options.Notifications, options.PaperLedger) = (file, file, Path.Combine(_folder.Path, "paper.db")));
        await Eventually.TrueAsync(() => hook.Requests.Count(request => NoticeJson.Read(request.Text).Rule == "up") >= 2, "signals are told");
        await Eventually.TrueAsync(
            () => stage.GetAsync("api/v1/paper/accounts").GetAwaiter().GetResult().Contains("\"name\":\"desk\"", StringComparison.Ordinal), "the account is made");
    }

    [Fact]
    public async Task Each_signal_is_in_the_stream_of_Redis_once_over_a_restart()
    {
        using var redis = await RedisServer.StartAsync(_folder.Path);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 120, SymbolCount = 20 });
        for (var start = 0; start < 2; start++)
        {
            var before = await CountAsync(redis);
            await using var stage = await StageAsync(sandbox, options => options.Redis = redis.Address);
            await Eventually.TrueAsync(() => CountAsync(redis).GetAwaiter().GetResult() >= before + 4, "signals are in the stream");
        }

        await using (await StageAsync(sandbox, options => options.Redis = redis.Address))
        {
            var stored = (await KeptAsync()).Count;
            await Eventually.TrueAsync(() => CountAsync(redis).GetAwaiter().GetResult() >= stored, "what was left over is there");
        }

        var entries = await redis.AskAsync("XRANGE", "sandbox:ohlcv:signals", "-", "+");
        var kept = await KeptAsync();
        kept.Count.ShouldBeGreaterThanOrEqualTo(8);
        var told = kept.Count(one => entries.Contains($"signal:{one.Signal.Id}", StringComparison.Ordinal));
        told.ShouldBe(await CountAsync(redis), "none stands there twice");
    }

    [Fact]
    public async Task Through_kills_every_signal_that_is_kept_is_told_and_once_by_its_key()
    {
        await File.WriteAllTextAsync(RulesPath, Rules, Token);
        await using var hook = await Hook.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 120, SymbolCount = 3 });
        var random = new Random(20);
        const int Kills = 3;
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = hook.Requests.Count;
            using var server = Start(sandbox.BaseAddress, hook);
            await Eventually.TrueAsync(() => hook.Requests.Count > before, "the server goes on");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(600)), Token); // a moment that nobody chose
            server.Kill();
            await server.WaitForExitAsync(Token);
        }

        var stored = await KeptAsync();
        using (var last = Start(sandbox.BaseAddress, hook))
        {
            try
            {
                await Eventually.TrueAsync(() => stored.All(one => Keys(hook).Contains($"signal:{one.Signal.Id}")), "all that was kept is told");
            }
            finally
            {
                last.Kill();
            }

            await last.WaitForExitAsync(Token);
        }

        await ToldIsKeptAsync(hook, most: 2, twice: Kills + 1);
    }

    public void Dispose() => _folder.Dispose();

    private static string Config(Hook hook) => $$"""{ "channels": { "hook": { "type": "webhook", "url": "{{hook.Address}}", "maxPerMinute": 0 } } }""";

    private static HashSet<string> Keys(Hook hook) => [.. hook.Requests.Select(request => NoticeJson.Read(request.Text).Id)];

    private static async Task<int> CountAsync(RedisServer redis) =>
        int.Parse(await redis.AskAsync("XLEN", "sandbox:ohlcv:signals"), System.Globalization.CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<KeptSignal>> KeptAsync()
    {
        await using var store = SqliteSignalStore.Open(Signals, isSimulated: true);
        return await store.ReadAsync(new SignalFilter { Limit = SignalFilter.MaxLimit, IsAscending = true }, Token);
    }

    /// <summary>
    /// What was told was kept, in no other words; a kill between the telling and the writing down may bring one a second time, by the same key.
    /// </summary>
    private async Task ToldIsKeptAsync(Hook hook, int most, int twice = 0)
    {
        var kept = (await KeptAsync()).Select(one => $"signal:{one.Signal.Id}").ToHashSet();
        var told = hook.Requests.GroupBy(request => NoticeJson.Read(request.Text).Id).ToList();
        hook.Requests.Select(request => request.Key).Distinct().Count().ShouldBe(told.Count, "a key for each");
        told.ShouldAllBe(group => kept.Contains(group.Key));
        told.ShouldAllBe(group => group.Count() <= most);
        told.Sum(group => group.Count() - 1).ShouldBeLessThanOrEqualTo(twice);
    }

    private async Task<ServerStage> StageAsync(SandboxServer sandbox, Action<ServerOptions> configure)
    {
        await File.WriteAllTextAsync(RulesPath, Rules, Token);
        return await ServerStage.SetAsync(
            configure: options =>
            {
                options.SignalStore = Signals;
                options.SignalRules = RulesPath;
                options.Signals.Add("binance:BTCUSDT,ETHUSDT");
                options.SignalIntervals = [Interval.OneMinute];
                options.NotificationStore = _folder.File;
                configure(options);
            },
            upstream: connector => (connector.Sandbox, connector.MarketClock) = (sandbox.BaseAddress, sandbox.Clock));
    }

    private Process Start(Uri sandbox, Hook hook)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                KillTests.Program, "serve", $"--sandbox={sandbox}", "--port", "0", "--health-port", "0",
                "--signals", "binance:BTCUSDT,ETHUSDT", "--signal-rules", RulesPath,
            },
            RedirectStandardError = true,
        };
        start.Environment["CONNECTOR_WSS_SIGNAL_STORE"] = Signals;
        start.Environment["CONNECTOR_WSS_SIGNAL_INTERVALS"] = "1m";
        start.Environment["CONNECTOR_WSS_NOTIFICATIONS"] = Config(hook);
        start.Environment["CONNECTOR_WSS_NOTIFICATION_STORE"] = _folder.File;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
