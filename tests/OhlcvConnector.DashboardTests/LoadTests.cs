using System.Globalization;
using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

/// <summary>
/// Many series in the table, all of them moving. DASHBOARD_FIGURES=MINUTES follows 500 and measures for so long, and says figures for docs/dashboard.md;
/// without it the test follows 150 and looks for a few seconds, with bounds that hold on a busy machine. DASHBOARD_SPEED is that of the market, 60 by itself.
/// </summary>
public sealed class LoadTests(Chromium chromium, ITestOutputHelper output)
{
    private static readonly double Minutes = Number("DASHBOARD_FIGURES", "0");
    private static readonly double Speed = Number("DASHBOARD_SPEED", "60");
    private static readonly int Series = Minutes > 0 ? 500 : 150;

    [Fact]
    public async Task Hundreds_of_rows_move_without_holding_the_page_up()
    {
        // The disk of the machine is not what is measured.
        await using var stage = await DashboardStage.SetAsync(speed: Speed, symbols: Series, hasArchive: false);
        var symbols = (await stage.AskAsync("/v1/symbols?exchange=binance&market=spot")).GetProperty("symbols").EnumerateArray();
        string[] keys =
        [
            .. symbols.Where(row => row.GetProperty("status").GetString() == "trading").Select(row => $"binance|spot|{row.GetProperty("symbol").GetString()}")
                .Take(Series),
        ];
        keys.Length.ShouldBeGreaterThanOrEqualTo(Series - 10);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: keys);
        await watched.ReadyAsync();
        var page = watched.Page;
        await Assertions.Expect(page.Locator(".count")).ToContainTextAsync($"{keys.Length} followed");
        await page.Locator("[role=grid]").FocusAsync();
        await page.Keyboard.PressAsync("End"); // the list is virtual: the last rows are drawn only now
        await PriceAsync(keys[^1]);
        (await page.Locator("[data-key]").CountAsync()).ShouldBeLessThan(60);
        await page.Keyboard.PressAsync("Home");
        await PriceAsync(keys[0]);

        var frames = await FrameTimes.MeasureAsync(page, TimeSpan.FromSeconds(Minutes > 0 ? 20 : 3));
        var paint = await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{keys.Length} rows: {frames.Count} frames with work, scripting and layout a frame: mean {frames.Mean:F1} ms, median {frames.Median:F1} ms, 95 of 100 within {frames.Ninety5:F1} ms; first paint {paint:F0} ms"));
        frames.Count.ShouldBeGreaterThan(10);
        frames.Median.ShouldBeLessThan(50); // 8 on a calm machine: docs/dashboard.md
        for (var minute = 0; minute < Minutes; minute++)
        {
            Say(minute, await HeapAsync(page));
            await page.WaitForTimeoutAsync(60_000);
        }

        Say(Minutes, await HeapAsync(page));
        await watched.NothingWrongAsync();

        async Task PriceAsync(string key) => await page.WaitForFunctionAsync( // a price is drawn anew so often that one look must do
            "key => document.querySelector(`[data-key='${key}'] [data-price]`)?.dataset.price", key, new() { PollingInterval = 200 });

        void Say(double minute, double megabytes) =>
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {minute} minutes: {megabytes:F1} MB of the scripts' heap"));
    }

    private static double Number(string variable, string standard) =>
        double.Parse(Environment.GetEnvironmentVariable(variable) ?? standard, CultureInfo.InvariantCulture);

    private static async Task<double> HeapAsync(IPage page) =>
        await page.EvaluateAsync<double>("() => { gc(); gc(); return performance.memory.usedJSHeapSize / 1048576; }");
}
