using System.Net;
using System.Net.Http.Json;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Sqlite;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>What happens on paper accounts on its way to people: each event of the ledger once, over restarts.</summary>
public class PaperNoticeTests
{
    private const string Accounts = "/api/v1/paper/accounts";

    [Fact]
    public async Task Each_event_of_the_ledger_is_told_once_over_restarts_and_says_PAPER_and_SANDBOX()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 600, SymbolCount = 20 });
        await using (var untold = await SetAsync(sandbox, folder, hook: null)) // what happened before anybody was to be told
        {
            await SendAsync(untold, Accounts, new { name = "hand", exchange = "binance", symbols = new[] { "BTCUSDT" }, warmUp = 0 });
            await SendAsync(untold, Accounts + "/hand/deposit", new { amount = 1 });
        }

        for (var start = 0; start < 3; start++)
        {
            await using var stage = await SetAsync(sandbox, folder, hook);
            var before = hook.Requests.Count;
            if (start == 0)
            {
                await SendAsync(stage, Accounts, new
                {
                    name = "cross",
                    exchange = "binance",
                    symbols = new[] { "BTCUSDT" },
                    strategy = "sma-cross",
                    settings = new { fast = 2, slow = 4 },
                    warmUp = 20,
                });
            }

            await Eventually.TrueAsync(() => hook.Requests.Count >= before + 3, "fills are told");
            if (start == 1)
            {
                await SendAsync(stage, Accounts + "/hand/halt", new { reason = "enough" });
                await Eventually.TrueAsync(() => hook.Requests.Any(request => request.Text.Contains("halted: enough", StringComparison.Ordinal)), "the halt is told");
            }
        }

        await using (await SetAsync(sandbox, folder, hook))
        {
            var events = Events(folder);
            events.Select(one => one.Kind).Distinct().ShouldBe([PaperEventKind.Deposit, PaperEventKind.Fill, PaperEventKind.Halted], ignoreOrder: true);
            await Eventually.TrueAsync(() => Told(hook).Count >= events.Count - 1, "what was left over is told");
        }

        var told = Told(hook);
        told.Select(one => one.Id).ShouldBeUnique();
        var titles = Events(folder).Skip(1).Select(one => $"{one.Account}: {(one.Kind == PaperEventKind.Halted ? "trading is halted: " : "")}{one.Text}").ToList();
        told.Select(one => one.Title).ShouldBe(titles.Take(told.Count));
        told.ShouldAllBe(one => one.Label == "SANDBOX PAPER");
        told.Single(one => one.Kind == NoticeKind.Alert).Severity.ShouldBe(NoticeSeverity.Critical);
        told.Count(one => one.Kind == NoticeKind.Fill).ShouldBe(told.Count - 1);
    }

    [Fact]
    public async Task The_limit_of_a_days_loss_and_an_account_that_does_not_go_on_are_told()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 600, SymbolCount = 20 });
        using (var ledger = SqlitePaperLedger.Open(Ledger(folder), isSandbox: true))
        {
            var series = new PaperSeries("binance", "spot", "BTCUSDT", "1m", new InstrumentRules());
            ledger.Create(new PaperDefinition { Name = "gone", Strategy = "no-such-strategy", Series = [series], StartMs = 0, IsSandbox = true });
        }

        await using var stage = await SetAsync(sandbox, folder, hook);
        await SendAsync(
            stage,
            Accounts,
            new { name = "risky", exchange = "binance", symbols = new[] { "BTCUSDT" }, warmUp = 0, dailyLossLimit = 0.0001, takerFee = 0.05 });
        await SendAsync(stage, Accounts + "/risky/orders", new { side = "buy", percent = 90 });
        await Eventually.TrueAsync(
            () => Told(hook).Any(one => one.Kind == NoticeKind.Alert && one.Title.StartsWith("risky: trading is halted", StringComparison.Ordinal)), "the limit is told");
        await Eventually.TrueAsync(() => Told(hook).Any(one => one.Title.StartsWith("gone: does not go on", StringComparison.Ordinal)), "the account is told");
    }

    private static string Ledger(TestFolder folder) => Path.Combine(folder.Path, "paper.db");

    private static IReadOnlyList<PaperEvent> Events(TestFolder folder)
    {
        using var ledger = SqlitePaperLedger.Read(Ledger(folder));
        return ledger.Events(0);
    }

    private static List<Notice> Told(Hook hook) => [.. hook.Requests.Select(request => NoticeJson.Read(request.Text))];

    private static Task<ServerStage> SetAsync(SandboxServer sandbox, TestFolder folder, Hook? hook) => ServerStage.SetAsync(
        configure: options =>
        {
            options.PaperLedger = Ledger(folder);
            options.NotificationStore = folder.File;
            options.Notifications = hook is null ? null : $$"""{ "channels": { "hook": { "type": "webhook", "url": "{{hook.Address}}", "maxPerMinute": 0 } } }""";
        },
        upstream: connector => (connector.Sandbox, connector.MarketClock) = (sandbox.BaseAddress, sandbox.Clock));

    private static async Task SendAsync(ServerStage stage, string path, object body)
    {
        using var answer = await stage.Http.PostAsJsonAsync(new Uri(stage.Server.HealthAddress!, path), body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
