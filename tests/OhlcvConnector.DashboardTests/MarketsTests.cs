using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class MarketsTests(Chromium chromium)
{
    private static readonly string[] Followed =
        ["binance|spot|BTC/USDT", "okx|spot|ETH/USDT", "bybit|usdm|BTC/USDT:USDT", "gateio|spot|SOL/USDT", "hyperliquid|usdm|BTC/USDC:USDC"];

    [Fact]
    public async Task Each_row_says_what_the_api_says()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 0.01); // so that nothing changes between a look at the page and one at the API
        var now = stage.Sandbox.Clock.GetUtcNow();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: Followed);
        await watched.ReadyAsync();
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        foreach (var key in Followed)
        {
            for (var attempt = 1; ; attempt++) // even so a price can change between the two looks
            {
                try
                {
                    await RowIsAsync(key);
                    break;
                }
                catch (ShouldAssertException) when (attempt < 40)
                {
                    await looks.WaitForNextTickAsync();
                }
            }
        }

        (await watched.Page.Locator(".sandbox").InnerTextAsync()).ShouldContain("SANDBOX");
        await watched.NothingWrongAsync();

        async Task RowIsAsync(string key)
        {
            var row = watched.Page.Locator($"[data-key='{key}']");
            await row.Locator("[data-price]:not([data-price=''])").WaitForAsync();
            var hours = await stage.CandlesAsync(key, "1h", Domain.Interval.OneHour.Floor(now).AddHours(-23), withOpen: true);
            hours.Count.ShouldBe(24, key);
            var price = Number(hours[^1], "close");
            decimal.Parse((await row.Locator("[data-price]").GetAttributeAsync("data-price"))!, CultureInfo.InvariantCulture).ShouldBe(price, key);
            var change = (price / Number(hours[0], "open")) - 1;
            var sign = change > 0 ? "+" : change < 0 ? "-" : "";
            Plain(await row.Locator(".c-change").InnerTextAsync()).ShouldBe($"{sign}{Math.Abs(Math.Round((double)change * 100, 2)).ToString("F2", CultureInfo.InvariantCulture)} %", key);
            var ends = await row.Locator(".c-range small").AllInnerTextsAsync();
            ends.Select(text => decimal.Parse(Plain(text), CultureInfo.InvariantCulture))
                .ShouldBe([hours.Min(hour => Number(hour, "low")), hours.Max(hour => Number(hour, "high"))], key);
            var volume = await row.Locator(".c-volume").GetAttributeAsync("title");
            decimal.Parse(volume!, CultureInfo.InvariantCulture).ShouldBe(hours.Sum(hour => Number(hour, "volume")), key);
        }
    }

    [Fact]
    public async Task With_the_keyboard_alone_a_symbol_is_found_added_and_its_chart_opened()
    {
        await using var stage = await DashboardStage.SetAsync();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: Followed);
        await watched.ReadyAsync();
        var keyboard = watched.Page.Keyboard;
        await watched.Page.Locator("[data-key] [data-price]:not([data-price=''])").First.WaitForAsync();

        await keyboard.PressAsync("/");
        await Assertions.Expect(watched.Page.Locator("#search")).ToBeFocusedAsync();
        await keyboard.TypeAsync("binance ETH/USDT");
        await watched.Page.Locator("[role=option]").First.WaitForAsync();
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("Enter");
        await watched.Page.Locator("[data-key='binance|spot|ETH/USDT']").WaitForAsync();
        for (var i = 0; i < 3 && await watched.Page.Locator("#search").InputValueAsync() != ""; i++)
        {
            await keyboard.PressAsync("Escape");
        }

        await keyboard.PressAsync("Tab");
        for (var i = 0; i < 12 && !await watched.Page.EvaluateAsync<bool>("document.activeElement.getAttribute('role') === 'grid'"); i++)
        {
            await keyboard.PressAsync("Tab");
        }

        await keyboard.PressAsync("End");
        await Assertions.Expect(watched.Page.Locator("[aria-selected=true]")).ToHaveCountAsync(1);
        await keyboard.PressAsync("Home");
        var chosen = await watched.Page.Locator("[aria-selected=true]").GetAttributeAsync("data-key");
        await keyboard.PressAsync("Enter");
        await watched.Page.WaitForSelectorAsync("main.page-chart");
        (await watched.Page.Locator("figure[data-key]").GetAttributeAsync("data-key")).ShouldBe(chosen);
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task Rows_are_sorted_filtered_made_favourites_and_removed_and_the_list_is_kept()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 0.01);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: Followed);
        var page = watched.Page;
        var keys = page.Locator("[data-key]");
        await Assertions.Expect(page.Locator("[data-price]:not([data-price=''])")).ToHaveCountAsync(Followed.Length);
        await page.GetByRole(AriaRole.Columnheader, new() { Name = "Price" }).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(keys.Last).ToHaveAttributeAsync("data-key", "gateio|spot|SOL/USDT"); // the cheapest of them
        // The order is made anew once a second.
        await page.WaitForFunctionAsync("""
            () => [...document.querySelectorAll('[data-price]')].map((one) => Number(one.dataset.price))
                .every((price, at, all) => at === 0 || price <= all[at - 1])
            """);

        await page.GetByLabel("Exchange", new() { Exact = true }).SelectOptionAsync("okx");
        await Assertions.Expect(keys).ToHaveCountAsync(1);
        await page.GetByLabel("Exchange", new() { Exact = true }).SelectOptionAsync("");
        await page.GetByLabel("Market", new() { Exact = true }).SelectOptionAsync("usdm");
        await Assertions.Expect(keys).ToHaveCountAsync(2);
        await page.GetByLabel("Market", new() { Exact = true }).SelectOptionAsync("");

        await page.Locator("[role=grid]").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("f");
        await page.GetByRole(AriaRole.Button, new() { Name = "Favourites" }).ClickAsync();
        await Assertions.Expect(keys).ToHaveCountAsync(1);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("[data-key='gateio|spot|SOL/USDT'] .star")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Locator("[role=grid]").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(keys).ToHaveCountAsync(Followed.Length - 1);
        await page.ReloadAsync();
        await Assertions.Expect(keys).ToHaveCountAsync(Followed.Length - 1);
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task What_the_search_finds_is_added_and_removed_there_and_Enter_alone_removes_nothing()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 0.01);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: Followed);
        await watched.ReadyAsync();
        var page = watched.Page;
        var row = page.Locator("[data-key='binance|spot|BTC/USDT']");
        await row.Locator("[data-price]:not([data-price=''])").WaitForAsync();
        await page.Locator("#search").FillAsync("binance spot BTC/USDT");
        var option = page.GetByRole(AriaRole.Option).First;
        await Assertions.Expect(option).ToContainTextAsync("followed");
        await page.Keyboard.PressAsync("Enter"); // nothing is chosen
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(option).ToHaveAttributeAsync("aria-selected", "true");
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await Assertions.Expect(option).Not.ToContainTextAsync("followed");
        await option.ClickAsync();
        await row.Locator("[data-price]:not([data-price=''])").WaitForAsync();
        await option.Locator(".tick[title^=Remove]").ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("[data-key]")).ToHaveCountAsync(Followed.Length - 1);
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await watched.NothingWrongAsync();
    }

    private static decimal Number(JsonElement candle, string name) => candle.GetProperty(name).GetDecimal();

    /// <summary>A number of the page without what is for the eye alone.</summary>
    private static string Plain(string text) => text.Replace(",", "", StringComparison.Ordinal).Replace('\u2212', '-').Trim();
}
