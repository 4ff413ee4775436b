using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

public sealed class PortfolioTests(Chromium chromium)
{
    [Fact]
    public async Task An_account_is_made_orders_are_placed_changed_and_cancelled_and_the_kill_switch_is_pressed_twice_all_of_it_as_paper()
    {
        await using var stage = await DashboardStage.SetAsync();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, "portfolio", Contents.Followed);
        var page = watched.Page;
        await page.Locator("form.form input").First.FillAsync("desk");
        await IsPaperAsync(page, "before there is an account");
        await page.Locator(".account-form .button.primary").ClickAsync();
        await page.Locator(".account[aria-pressed=true]").WaitForAsync();
        await IsPaperAsync(page, "with an account");

        var form = page.GetByRole(AriaRole.Region, new() { Name = "Order", Exact = true });
        await form.GetByLabel("Type").SelectOptionAsync("limit");
        await form.GetByLabel("Amount", new() { Exact = true }).FillAsync("50");
        await form.GetByRole(AriaRole.Textbox, new() { Name = "Limit", Exact = true }).FillAsync("1000.50");
        await form.GetByRole(AriaRole.Button, new() { Name = "Buy" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Open orders" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Amend" }).ClickAsync();
        await page.Locator("form.amend").GetByRole(AriaRole.Textbox, new() { Name = "Limit", Exact = true }).FillAsync("1100.25");
        await page.Locator("form.amend .primary").ClickAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "1,100.25" }).WaitForAsync();
        var order = (await stage.AskAsync("/api/v1/paper/accounts/desk/orders?open=true")).GetProperty("orders")[0];
        order.GetProperty("limitPrice").GetDecimal().ShouldBe(1100.25m);
        await page.Locator(".list .danger").ClickAsync();
        await page.GetByText("No open order.").WaitForAsync();

        await form.GetByLabel("Type").SelectOptionAsync("market");
        await form.GetByLabel("Amount", new() { Exact = true }).FillAsync("10");
        await form.GetByRole(AriaRole.Button, new() { Name = "Buy" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Fills" }).ClickAsync();
        await page.Locator(".list td.number").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Halt and close positions" }).ClickAsync();
        (await stage.AskAsync("/api/v1/paper/accounts")).GetProperty("accounts")[0].GetProperty("halt").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        await page.GetByRole(AriaRole.Button, new() { Name = "Press again to be sure" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).WaitForAsync();
        await IsPaperAsync(page, "halted");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Positions" }).ClickAsync();
        await page.GetByText("No position.").WaitForAsync();

        var cash = (await stage.AskAsync("/api/v1/paper/accounts")).GetProperty("accounts")[0].GetProperty("cash").GetRawText();
        await page.Locator($".facts [title='{cash}']").First.WaitForAsync(); // exact where it is pointed at
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Halt", Exact = true }).WaitForAsync();
        await watched.NothingWrongAsync();
    }

    private static async Task IsPaperAsync(IPage page, string when)
    {
        (await page.Locator(".paper-note").InnerTextAsync()).ShouldStartWith("PAPER", Case.Sensitive, when);
        (await page.Locator("h1 + .tag.paper").InnerTextAsync()).ShouldBe("PAPER", when);
        (await page.Locator(".account").CountAsync()).ShouldBe(await page.Locator(".account .tag.paper").CountAsync(), when);
    }
}
