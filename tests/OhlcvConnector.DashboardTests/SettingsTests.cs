using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class SettingsTests(Chromium chromium) : IDisposable
{
    private readonly string _channels = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_channels);

    [Fact]
    public async Task Settings_say_where_they_are_from_without_secrets_some_change_at_once_channels_are_tried_and_the_theme_stays()
    {
        await File.WriteAllTextAsync(
            _channels, """{"notifications":{"channels":{"screen":{"type":"console"},"hook":{"type":"webhook","url":"http://127.0.0.1:1/none"}}}}""", TestContext.Current.CancellationToken);
        await using var stage = await DashboardStage.SetAsync(
            speed: 1, arguments: ["--set", $"Notifications={_channels}", "--set", "CoinGeckoKey=do-not-tell-anybody"]);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "settings", Contents.Followed);
        var page = watched.Page;
        var secret = page.Locator("tr", new() { HasText = "CoinGeckoKey" });
        await Assertions.Expect(secret).ToContainTextAsync("***");
        await Assertions.Expect(secret).ToContainTextAsync("--set CoinGeckoKey");
        (await page.ContentAsync()).ShouldNotContain("do-not-tell-anybody");

        var stale = page.GetByLabel("StaleAfter", new() { Exact = true });
        await stale.FillAsync("61");
        await stale.PressAsync("Enter");
        await Assertions.Expect(page.Locator("tr", new() { Has = stale })).ToContainTextAsync("rest");
        var rows = (await stage.AskAsync("/api/v1/settings")).GetProperty("settings").EnumerateArray();
        rows.Single(row => row.GetProperty("name").GetString() == "StaleAfter").GetProperty("value").GetString().ShouldBe("61");
        await stale.FillAsync("-5");
        await stale.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".notice.bad")).ToContainTextAsync("StaleAfter"); // the server's words

        await TryAsync("screen");
        await page.GetByText("screen took the message.").WaitForAsync();
        await TryAsync("hook");
        await page.Locator(".notice.bad", new() { HasText = "hook:" }).WaitForAsync();
        await page.GetByLabel("Theme").SelectOptionAsync("light");
        await page.ReloadAsync();
        (await page.EvaluateAsync<string>("document.documentElement.dataset.theme")).ShouldBe("light");
        await watched.NothingWrongAsync();

        Task TryAsync(string channel) => page.Locator("tr", new() { Has = page.GetByText(channel, new() { Exact = true }) }).GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
    }
}
