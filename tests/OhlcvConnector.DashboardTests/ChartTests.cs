using System.Globalization;
using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class ChartTests(Chromium chromium)
{
    private const string Key = "binance|spot|BTC/USDT";

    [Fact]
    public async Task What_is_chosen_on_a_chart_stands_in_its_address_and_is_there_again_from_it()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 10);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, $"chart?s={Key}&i=5m", Contents.Followed);
        var page = watched.Page;
        await page.Locator("figure [data-close]").WaitForAsync();
        foreach (var name in (string[])["Quantum cipher", "Volume profile", "Log"])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Indicators" }).ClickAsync();
        await page.GetByPlaceholder("Find an indicator").FillAsync("relative strength");
        await page.Locator("dialog[open] .choices button").First.ClickAsync();
        await page.Locator("dialog[open] .button.primary").ClickAsync();
        await page.Locator(".intervals select").SelectOptionAsync("7m"); // the server builds it: no exchange has it
        await page.Locator("label.pick select").SelectOptionAsync("2");
        await page.Locator("figure [data-close]").Nth(1).WaitForAsync();
        await Assertions.Expect(page.Locator(".chart-box").First).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("rsi.*[0-9]"));
        var address = await page.EvaluateAsync<string>("location.href");

        var other = await watched.Context.NewPageAsync();
        await other.GotoAsync(address);
        await other.Locator("figure [data-close]").Nth(1).WaitForAsync();
        (await other.Locator("figure").First.GetAttributeAsync("data-interval")).ShouldBe("7m");
        foreach (var name in (string[])["Quantum cipher", "Volume profile", "Log"])
        {
            await Assertions.Expect(other.GetByRole(AriaRole.Button, new() { Name = name, Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        }

        await Assertions.Expect(other.Locator(".chart-box").First).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("cipher"));
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task History_scrolls_back_a_hole_is_named_and_what_is_exported_is_all_that_was_read()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 10);
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Hole) { Exchange = "binance" }); // the first hour of each day
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, $"chart?s={Key}&i=15m", [Key]);
        var page = watched.Page;
        await page.Locator("[data-gaps]").WaitForAsync();
        (await page.Locator("[data-gaps]").GetAttributeAsync("title")).ShouldNotBeNull().ShouldContain("00:00:00 – ");
        var before = await TimesAsync(page);
        var rows = await BackAsync(page, times => times.Count > before.Count);
        rows.ShouldBe(rows.Distinct().Order());
        rows.ShouldAllBe(time => time.UtcDateTime.Hour != 0 || time >= stage.Sandbox.Clock.GetUtcNow().Date, "what is missing is not made up");
        var picture = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "PNG" }).ClickAsync());
        picture.SuggestedFilename.ShouldBe("binance-spot-BTCUSDT-15m-SANDBOX.png");
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task History_goes_on_from_the_archive_to_the_exchange()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 10);
        var now = stage.Sandbox.Clock.GetUtcNow();
        var kept = await stage.CandlesAsync(Key, "15m", now.AddDays(-12)); // what is asked for is kept by the archive: more than a page of the chart
        var oldest = kept[0].GetProperty("openTime").GetDateTimeOffset();
        kept.Count.ShouldBeGreaterThan(1_100);
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Hole) { Exchange = "binance" }); // from now on the exchange lacks the first hour of each day
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, $"chart?s={Key}&i=15m", [Key]);
        await watched.Page.Locator("figure [data-close]").WaitForAsync();
        await Assertions.Expect(watched.Page.Locator("[data-gaps]")).ToHaveCountAsync(0); // all of the first page is the archive's

        var rows = await BackAsync(watched.Page, times => times[0] < oldest.AddDays(-2));
        var ofArchive = rows.Where(time => time >= oldest && time < now.AddHours(-1)).ToList();
        ofArchive.ShouldBe(Enumerable.Range(0, ofArchive.Count).Select(index => oldest.AddMinutes(15 * index)), "the archive has those hours");
        ofArchive[^1].ShouldBeGreaterThan(now.AddHours(-2));
        var ofExchange = rows.Where(time => time < oldest).ToList();
        ofExchange.ShouldAllBe(time => time.UtcDateTime.Hour != 0, "older ones are the exchange's");
        ofExchange[^1].ShouldBeGreaterThan(oldest.AddHours(-2));
        await watched.Page.Locator("[data-gaps]").WaitForAsync();
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task Charts_share_a_cursor_a_drawn_line_stays_and_times_are_of_utc_or_of_the_reader()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 0.01);
        await using var watched = await Watched.OpenAsync(
            await chromium.OpenAsync(), stage.Address, $"chart?s={Key},okx|spot|ETH/USDT&i=5m,5m", Contents.Followed);
        var page = watched.Page;
        await page.Locator("figure [data-close]").Nth(1).WaitForAsync();
        var box = (await page.Locator(".chart-box").First.BoundingBoxAsync())!;
        var newest = await page.Locator("figure time").Nth(1).InnerTextAsync();
        var areLinked = false;
        for (var move = 0; move < 100 && !areLinked; move++) // candles that still come shift what lies under the mouse
        {
            await page.Mouse.MoveAsync(box.X + 100 + (move % 2), box.Y + 120);
            areLinked = await page.EvaluateAsync<bool>(
                "newest => { const [own, other] = [...document.querySelectorAll('figure time')].map(one => one.innerText); return other !== newest && own === other; }",
                newest);
        }

        areLinked.ShouldBeTrue();

        await page.GetByRole(AriaRole.Button, new() { Name = "Line", Exact = true }).ClickAsync();
        await page.Mouse.ClickAsync(box.X + 100, box.Y + 120);
        await page.Mouse.ClickAsync(box.X + 220, box.Y + 160);
        var remove = page.GetByRole(AriaRole.Button, new() { Name = "Remove lines" });
        await remove.WaitForAsync();
        await page.ReloadAsync();
        await remove.ClickAsync();
        await remove.WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await Assertions.Expect(page.Locator(".clock")).ToContainTextAsync("UTC");
        await page.Locator(".clock").ClickAsync();
        await Assertions.Expect(page.Locator(".clock")).ToContainTextAsync("Local");
        await watched.NothingWrongAsync();
    }

    /// <summary>Drags the chart back until what it has read is enough; the opening times of that.</summary>
    private static async Task<List<DateTimeOffset>> BackAsync(IPage page, Func<List<DateTimeOffset>, bool> isEnough)
    {
        var box = (await page.Locator(".chart-box").BoundingBoxAsync())!;
        for (var times = await TimesAsync(page); ; times = await TimesAsync(page))
        {
            if (isEnough(times))
            {
                return times;
            }

            await page.Mouse.MoveAsync(box.X + 200, box.Y + 100);
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(box.X + box.Width - 100, box.Y + 100, new() { Steps = 3 });
            await page.Mouse.UpAsync();
        }
    }

    /// <summary>Opening times of the candles that a chart has read, as it exports them.</summary>
    private static async Task<List<DateTimeOffset>> TimesAsync(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync());
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Skip(1).Select(line => DateTimeOffset.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))];
    }
}
