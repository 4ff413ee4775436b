using System.Globalization;
using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

/// <summary>An hour of the market while the network is cut and the server is killed: every close is there once, and nothing leaves the screen.</summary>
public sealed class FaultTests(Chromium chromium)
{
    private const string Key = "binance|spot|BTC/USDT";

    [Fact]
    public async Task A_chart_has_each_close_once_over_a_cut_network_and_a_killed_server()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 240);
        var begin = stage.Sandbox.Clock.GetUtcNow();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, $"chart?s={Key}&i=1m", [Key]);
        var page = watched.Page;
        await page.Locator("figure [data-close]").WaitForAsync();
        await page.EvaluateAsync("""
            window.blank = 0;
            setInterval(() => { if (!document.querySelector('figure [data-close]') || !document.querySelector('.chart-box canvas')) { blank++; } }, 20);
            """);
        var before = (await CandlesAsync(page)).Count;
        await MoreAsync(page, before + 5);

        stage.Network.Cut();
        await page.WaitForSelectorAsync("[data-link=waiting]");
        (await page.Locator("main [role=status]").First.InnerTextAsync()).ShouldContain("connection is lost");
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken); // four minutes of the market
        stage.Network.Mend();
        await page.WaitForSelectorAsync("[data-link=open]");
        await MoreAsync(page, (await CandlesAsync(page)).Count + 5);

        await stage.Server.KillAsync();
        await page.WaitForSelectorAsync("[data-link=waiting]");
        await stage.Server.StartAsync();
        await page.WaitForSelectorAsync("[data-link=open]");
        var last = DateTimeOffset.MinValue;
        while (last < begin.AddHours(1))
        {
            var shown = await CandlesAsync(page);
            await MoreAsync(page, shown.Count + 3);
            last = shown[^1].OpenTime;
        }

        var candles = await CandlesAsync(page);
        candles.Zip(candles.Skip(1)).ShouldAllBe(
            pair => pair.Second.OpenTime - pair.First.OpenTime == TimeSpan.FromMinutes(1), "each close is there once, in order");
        var truth = (await stage.CandlesAsync(Key, "1m", candles[0].OpenTime)).ToDictionary(one => one.GetProperty("openTime").GetDateTimeOffset());
        foreach (var candle in candles)
        {
            var row = truth[candle.OpenTime];
            (candle.Open, candle.High, candle.Low, candle.Close, candle.Volume).ShouldBe(
                (row.GetProperty("open").GetDecimal(), row.GetProperty("high").GetDecimal(), row.GetProperty("low").GetDecimal(),
                    row.GetProperty("close").GetDecimal(),
                    row.GetProperty("volume").GetDecimal()),
                $"{candle.OpenTime:u}");
        }

        (await page.EvaluateAsync<int>("blank")).ShouldBe(0, "what was there stayed on the screen");
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task The_table_keeps_its_rows_while_the_server_is_gone_and_goes_on_by_itself()
    {
        await using var stage = await DashboardStage.SetAsync();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: Contents.Followed);
        var prices = watched.Page.Locator("[data-price]:not([data-price=''])");
        await Assertions.Expect(prices).ToHaveCountAsync(Contents.Followed.Length);
        await stage.Server.KillAsync();
        await watched.Page.WaitForSelectorAsync("[data-link=waiting]");
        await Assertions.Expect(prices).ToHaveCountAsync(Contents.Followed.Length);
        await Assertions.Expect(watched.Page.Locator(".row.is-reconnecting")).ToHaveCountAsync(Contents.Followed.Length);
        await stage.Server.StartAsync();
        await watched.Page.WaitForSelectorAsync("[data-link=open]");
        await Assertions.Expect(watched.Page.Locator(".row.is-live")).ToHaveCountAsync(Contents.Followed.Length);
        var price = await prices.First.GetAttributeAsync("data-price");
        await Assertions.Expect(prices.First).Not.ToHaveAttributeAsync("data-price", price!); // it moves again
        await watched.NothingWrongAsync();
    }

    private static async Task MoreAsync(IPage page, int count)
    {
        while ((await CandlesAsync(page)).Count < count)
        {
            await page.WaitForTimeoutAsync(50); // the page has no event for it
        }
    }

    /// <summary>All closed candles of the chart, as its own export has them.</summary>
    private static async Task<List<Candle>> CandlesAsync(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("figure .exports button", new() { HasTextString = "CSV" }).ClickAsync());
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("open_time,open,high,low,close,volume,exchange,market,symbol,interval,sandbox");
        return [.. lines.Skip(1).Select(line => line.Split(',')).Select(cells => new Candle(
            DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture), Number(cells[1]), Number(cells[2]), Number(cells[3]), Number(cells[4]),
            Number(cells[5])))];
    }

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private sealed record Candle(DateTimeOffset OpenTime, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume);
}
