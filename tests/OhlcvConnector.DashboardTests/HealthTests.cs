using Microsoft.Playwright;
using OhlcvConnector.BusTests;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class HealthTests(Chromium chromium)
{
    [Fact]
    public async Task Bus_and_cluster_are_shown_and_what_is_red_says_what_to_do()
    {
        using var bus = await NatsServer.StartAsync();
        string[] cluster = ["--cluster", bus.Address, "--set", "ClusterLease=1"];
        await using var stage = await DashboardStage.SetAsync(arguments: [.. cluster, "--cluster-node", "one"]);
        await using var second = await WssProcess.StartAsync([.. cluster, "--cluster-node", "two", $"--sandbox={stage.Sandbox.BaseAddress}"]);
        await Cli.RunAsync("cluster", "add", "binance:BTCUSDT,ETHUSDT", "--to", bus.Address, $"--sandbox={stage.Sandbox.BaseAddress}");
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "health", Contents.Followed);
        var page = watched.Page;
        var node = page.GetByRole(AriaRole.Region, new() { Name = "Cluster" });
        await Assertions.Expect(node).ToContainTextAsync("node one");
        await Assertions.Expect(node.Locator("div", new() { HasText = "Nodes that live" }).Locator("dd")).ToHaveTextAsync("2");
        await Assertions.Expect(node.Locator("div", new() { HasText = "Series carried here" }).Locator("dd")).ToContainTextAsync("/ 2");
        var place = page.GetByRole(AriaRole.Region, new() { Name = "Bus" });
        await Assertions.Expect(place).ToContainTextAsync("stream OHLCV");
        (await page.ContentAsync()).ShouldNotContain(NatsServer.Password);

        bus.Kill();
        await page.Locator("[data-ready^=not]").WaitForAsync();
        await Assertions.Expect(node.Locator(".problem")).ToContainTextAsync("lease");
        await bus.RunAsync();
        await page.Locator("[data-ready=ready]").WaitForAsync();

        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Refuse) { Exchange = "binance" });
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.DropAll) { Exchange = "binance" });
        var red = page.Locator(".degraded li", new() { HasText = "binance" }).First;
        await Assertions.Expect(red).ToContainTextAsync("What to do:");
        stage.Sandbox.ClearFaults();
        await page.GetByText("Everything works as it should.").WaitForAsync();
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task The_calendar_shows_the_days_of_the_archive()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 1);
        var yesterday = stage.Sandbox.Clock.GetUtcNow().AddDays(-1).UtcDateTime.Date;
        await stage.CandlesAsync("binance|spot|BTC/USDT", "1h", new DateTimeOffset(yesterday.AddDays(-2), TimeSpan.Zero)); // what is asked for is kept
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "health", Contents.Followed);
        var page = watched.Page;
        await page.GetByLabel("Interval").SelectOptionAsync("1h");
        var day = page.Locator($".calendar button[title^='{yesterday:yyyy-MM-dd}']");
        await Assertions.Expect(day).ToHaveAttributeAsync("title", $"{yesterday:yyyy-MM-dd}: 100.0 % covered");
        await day.ClickAsync();
        await page.GetByText($"{yesterday:yyyy-MM-dd}: 100.0 % covered; 0 holes").WaitForAsync();
        await watched.NothingWrongAsync();
    }
}
