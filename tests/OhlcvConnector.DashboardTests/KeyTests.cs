using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class KeyTests(Chromium chromium) : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_keys);

    [Fact]
    public async Task A_wrong_key_is_said_to_be_wrong_and_the_right_one_is_kept_for_the_tab_alone()
    {
        var key = await AddKeyAsync();
        await using var stage = await DashboardStage.SetAsync(arguments: ["--keys", _keys]);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: [Contents.Followed[0]]);
        var page = watched.Page;
        await page.Locator("dialog[open] input").FillAsync("ohlcv_wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog [role=alert]")).ToContainTextAsync("does not know this key");
        foreach (var isDark in (bool[])[true, false])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });
            (await Axe.BarriersAsync(page, isWhole: isDark)).ShouldBeEmpty();
        }

        await page.Locator("dialog[open] input").FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("dialog[open]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("[data-price]:not([data-price=''])").WaitForAsync();
        (await page.EvaluateAsync<string>("JSON.stringify(localStorage) + document.cookie + location.href")).ShouldNotContain(key);
        await page.ReloadAsync();
        await page.Locator("[data-price]:not([data-price=''])").WaitForAsync();
        var other = await watched.Context.NewPageAsync();
        await other.GotoAsync(stage.Address.AbsoluteUri);
        await other.Locator("dialog[open] input").WaitForAsync(); // another tab asks again
        stage.Server.Log.ShouldNotContain(key);
        await watched.NothingWrongAsync();
    }

    private async Task<string> AddKeyAsync()
    {
        var key = (await Cli.RunAsync("keys", "add", "browser", "--role", "trade", "--file", _keys)).Trim();
        key.ShouldStartWith("ohlcv_");
        return key;
    }
}
