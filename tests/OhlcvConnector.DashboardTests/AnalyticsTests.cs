using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class AnalyticsTests(Chromium chromium) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("models-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Backtests_are_run_by_the_form_compared_and_walked_forward_and_a_short_one_has_no_figures_of_a_year()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 1);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "analytics", Contents.Followed);
        var page = watched.Page;
        var form = page.Locator("form.form");
        await form.GetByLabel("Strategy").SelectOptionAsync("sma-cross");
        await form.GetByLabel("fast (").FillAsync("5");
        await form.GetByLabel("slow (").FillAsync("20");
        await form.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(page.Locator(".tag.good", new() { HasText = "done" })).ToHaveCountAsync(1);
        await form.GetByLabel("From").FillAsync(stage.Sandbox.Clock.GetUtcNow().AddDays(-20).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await form.GetByLabel("Walk-forward").CheckAsync();
        await form.GetByLabel("fast: Values to try").FillAsync("3, 5");
        await form.GetByLabel("Parts").FillAsync("2");
        await form.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(page.Locator(".tag.good", new() { HasText = "done" })).ToHaveCountAsync(2);

        await Assertions.Expect(page.GetByRole(AriaRole.Table, new() { Name = "Walk-forward" }).Locator("tbody tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("[data-short]")).ToContainTextAsync("90 are the least");
        await Assertions.Expect(page.Locator(".facts div", new() { HasText = "Sharpe" }).Locator("dd")).ToHaveTextAsync("–");
        foreach (var box in await page.Locator("td input[type=checkbox]").AllAsync())
        {
            await box.CheckAsync();
        }

        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Compare" }).Locator("path.line")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Forget" }).First.ClickAsync();
        await Assertions.Expect(page.Locator(".tag.good", new() { HasText = "done" })).ToHaveCountAsync(1);
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task A_backtest_that_runs_says_how_far_it_is_and_is_ended_from_the_page()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 1);
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "analytics", Contents.Followed);
        var page = watched.Page;
        var form = page.Locator("form.form");
        await form.GetByLabel("Strategy").SelectOptionAsync("sma-cross");
        await form.GetByLabel("Walk-forward").CheckAsync(); // of 90 days: about as much as a server allows
        await form.GetByLabel("fast: Values to try").FillAsync(string.Join(',', Enumerable.Range(2, 20)));
        await form.GetByLabel("slow: Values to try").FillAsync(string.Join(',', Enumerable.Range(30, 25)));
        await form.GetByLabel("Parts").FillAsync("18");
        await form.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();

        const string Later = "first => { const now = document.querySelector('progress')?.value; return now > first && now < 1 && now; }";
        var half = await page.WaitForFunctionAsync(Later, 0.5); // it has read its candles
        await page.WaitForFunctionAsync(Later, await half.JsonValueAsync<double>());
        var run = (await stage.AskAsync("/api/v1/backtests")).GetProperty("backtests")[0];
        run.GetProperty("state").GetString().ShouldBe("running");
        run.GetProperty("progress").GetDouble().ShouldBeInRange(0.5, 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".tag.bad", new() { HasText = "cancelled" })).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("progress")).ToHaveCountAsync(0);

        var ended = (await stage.AskAsync($"/api/v1/backtests/{run.GetProperty("id").GetString()}")).GetProperty("backtest");
        ended.GetProperty("state").GetString().ShouldBe("cancelled");
        ended.GetProperty("progress").GetDouble().ShouldBeLessThan(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Forget" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No backtest was run")).ToBeVisibleAsync();
        (await stage.AskAsync("/api/v1/backtests")).GetProperty("backtests").GetArrayLength().ShouldBe(0);
        await watched.NothingWrongAsync();
    }

    [Fact]
    public async Task A_forecast_stands_beside_the_skill_of_its_model_and_one_that_has_none_says_so()
    {
        await using var stage = await DashboardStage.SetAsync(speed: 1, arguments: ["--set", $"ForecastModels={_folder.FullName}"]);
        await Cli.RunAsync(
            "forecast", "train", "binance:BTCUSDT", "--from", "-40d", "--interval", "1h", "--model", "ridge", "--name", "hourly", "--models", _folder.FullName,
            $"--sandbox={stage.Sandbox.BaseAddress}");
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "analytics?tab=forecasts", Contents.Followed);
        var page = watched.Page;
        var model = (await stage.AskAsync("/api/v1/ai/models")).GetProperty("models")[0];
        var verdict = model.GetProperty("verdict").GetString()!;
        verdict.ShouldContain("than no change"); // prices of the sandbox are a random walk: no better, or worse
        model.GetProperty("skillLow").GetDouble().ShouldBeLessThan(0);
        await page.Locator("tbody .tag.warn, tbody .tag.bad", new() { HasText = verdict }).WaitForAsync();
        var skill = model.GetProperty("skill").GetDouble().ToString("F4", System.Globalization.CultureInfo.InvariantCulture).Replace('-', '\u2212');
        await Assertions.Expect(page.Locator("tbody td.number").Last).ToContainTextAsync($"{skill} (");
        await page.GetByRole(AriaRole.Button, new() { Name = "Forecast now" }).ClickAsync();
        var forecast = page.GetByRole(AriaRole.Region, new() { Name = "Forecast", Exact = true });
        await Assertions.Expect(forecast).ToContainTextAsync(verdict);
        await Assertions.Expect(forecast).ToContainTextAsync($"{skill} (");
        await watched.NothingWrongAsync();
    }
}
