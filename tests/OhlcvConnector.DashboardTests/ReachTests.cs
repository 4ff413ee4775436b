using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

/// <summary>Every page for everybody: by the rules of axe-core, on a phone, in both themes, and without anything that its security policy forbids.</summary>
public sealed class ReachTests(Chromium chromium)
{
    [Fact]
    public async Task No_page_has_a_serious_barrier_nor_scrolls_sideways_on_a_phone()
    {
        var browser = await chromium.OpenAsync();
        await using var stage = await DashboardStage.SetAsync(speed: 60);
        await Contents.FillAsync(stage);
        var found = new List<string>();
        foreach (var isDark in (bool[])[true, false])
        {
            await using var watched = await Watched.OpenAsync(browser, stage.Address, follow: Contents.Followed, isDark: isDark);
            foreach (var name in Watched.Pages)
            {
                var barriers = await BarriersAsync(watched, name, isWhole: isDark);
                found.AddRange(barriers.Select(barrier => $"{name}, {(isDark ? "dark" : "light")}: {barrier}"));
            }

            await watched.NothingWrongAsync();
        }

        found.ShouldBeEmpty();
    }

    /// <summary>All of them, or those that a theme can change: the contrast of its colours.</summary>
    private static async Task<List<string>> BarriersAsync(Watched watched, string name, bool isWhole)
    {
        await watched.Page.SetViewportSizeAsync(1280, 800);
        await watched.GoAsync(name);
        await watched.ReadyAsync();
        (await watched.Page.Locator(".sandbox").IsVisibleAsync()).ShouldBeTrue(name);
        (await watched.Page.TitleAsync()).ShouldContain("SANDBOX", Case.Sensitive, name);
        (await watched.Page.EvaluateAsync<int>("document.getAnimations().length")).ShouldBe(0, $"{name} moves for who prefers reduced motion");
        var found = await Axe.BarriersAsync(watched.Page, isWhole);
        foreach (var opener in await watched.Page.Locator("main [aria-haspopup=dialog]").AllAsync())
        {
            await opener.ClickAsync();
            found.AddRange((await Axe.BarriersAsync(watched.Page, isWhole)).Select(barrier => $"dialog: {barrier}"));
            await watched.Page.Keyboard.PressAsync("Escape");
        }

        if (!isWhole)
        {
            return found;
        }

        await watched.Page.SetViewportSizeAsync(360, 740);
        var width = await watched.Page.EvaluateAsync<int>("() => new Promise((done) => requestAnimationFrame(() => done(document.scrollingElement.scrollWidth)))");
        if (width > 360)
        {
            found.Add($"{width} px wide on a phone of 360 px");
        }

        return found;
    }
}
