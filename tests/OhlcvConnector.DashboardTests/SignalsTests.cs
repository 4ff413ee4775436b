using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class SignalsTests(Chromium chromium)
{
    [Fact]
    public async Task Signals_come_with_their_parts_are_filtered_and_say_what_came_after()
    {
        await using var stage = await DashboardStage.SetAsync();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "signals", Contents.Followed);
        var page = watched.Page;
        var first = page.Locator(".signal").First;
        await first.WaitForAsync();
        var id = (await first.GetAttributeAsync("data-id"))!;
        var one = page.Locator($"[data-id='{id}']");
        await one.Locator("summary").ClickAsync();
        var row = (await stage.AskAsync("/api/v1/signals?limit=500")).GetProperty("signals").EnumerateArray().Single(signal => signal.GetProperty("id").GetString() == id);
        (await one.Locator("tbody tr code").AllInnerTextsAsync()).ShouldBe(row.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("text").GetString()));
        await one.Locator(".facts dd:not(.quiet)").First.WaitForAsync(); // the change after one candle, which is known a second later

        await page.GetByLabel("Direction").SelectOptionAsync("short");
        await Assertions.Expect(page.Locator(".signal:not(.d-short)")).ToHaveCountAsync(0);
        await page.GetByLabel("Direction").SelectOptionAsync("");
        await page.GetByLabel("Symbol or exchange").FillAsync("nothing is called so");
        await Assertions.Expect(page.Locator(".signal")).ToHaveCountAsync(0);
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task The_editor_names_the_place_of_a_mistake_and_says_what_right_rules_would_have_said()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 1);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "signals", Contents.Followed);
        var page = watched.Page;
        var editor = page.Locator("textarea");
        await Assertions.Expect(editor).Not.ToHaveValueAsync("");
        await editor.FillAsync("""{"sets":[],"rules":[{"name":"dip","title":"Dip","direction":"long","when":{"all":["rsi:14 is nice"]}}]}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Assertions.Expect(page.Locator(".mistakes li").First).ToContainTextAsync("line 1, column");
        await editor.FillAsync("""{"sets":[],"rules":[{"name":"dip","title":"Dip","direction":"long","when":{"all":["rsi:14 crosses below 45"]}}]}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await page.GetByText("These 1 rules are right.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Evaluate" }).ClickAsync();
        var trial = page.GetByRole(AriaRole.Region, new() { Name = "What would it have said?" });
        await Assertions.Expect(trial.Locator("p").First).ToContainTextAsync("candles were judged");
        await trial.Locator(".signal.d-long").First.WaitForAsync();
        (await stage.AskAsync("/api/v1/signals/rules")).GetProperty("rules").GetArrayLength().ShouldBeGreaterThan(1, "neither checking nor trying stores anything");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save to the server" }).ClickAsync();
        await page.GetByText("1 rules stand now").WaitForAsync();
        (await stage.AskAsync("/api/v1/signals/rules")).GetProperty("rules").GetArrayLength().ShouldBe(1);
        await watched.NothingWrongAsync();
    }
}
