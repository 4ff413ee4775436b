using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

/// <summary>Pictures of each page. DASHBOARD_PICTURES=1 writes them into docs/images; else it only looks whether they show something.</summary>
public sealed class PictureTests(Chromium chromium)
{
    private static readonly bool Writes = Environment.GetEnvironmentVariable("DASHBOARD_PICTURES") is "1";

    [Fact]
    public async Task Each_page_has_a_picture()
    {
        await using var stage = await DashboardStage.SetAsync();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: Contents.Followed, size: (1360, 850));
        await Contents.FillAsync(stage);
        foreach (var name in Watched.Pages)
        {
            await watched.GoAsync(name == "chart" ? "chart?s=binance|spot|BTC/USDT&i=5m&with=ema:20 bbands:20:2 rsi:14&vp=1" : name);
            await watched.ReadyAsync();
            await watched.Page.WaitForTimeoutAsync(Writes ? 3_000 : 200); // until charts have drawn what comes later
            var picture = await watched.Page.ScreenshotAsync();
            picture.Length.ShouldBeGreaterThan(10_000, name);
            var file = Path.Combine(ServerTests.Repository.Root, "docs", "images", $"dashboard-{name}.png");
            if (Writes)
            {
                await File.WriteAllBytesAsync(file, picture);
            }

            File.Exists(file).ShouldBeTrue($"{file} is missing; DASHBOARD_PICTURES=1 writes it.");
        }

        await watched.NothingWrongAsync();
    }
}
