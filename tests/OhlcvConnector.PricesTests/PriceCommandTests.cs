using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.ServerTests;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public class PriceCommandTests
{
    [Fact]
    public async Task Prices_come_as_a_table_or_as_JSON_and_an_unknown_one_is_a_failure()
    {
        using var folder = new TestFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60 });
        var terminal = new Terminal(folder) { Sandbox = sandbox };
        var (code, output, error) = await terminal.RunAsync("price BTC,eth --live");

        (code, error).ShouldBe((0, ""));
        var lines = output.TrimEnd().Split('\n');

        lines[0].ShouldStartWith("SANDBOX");
        lines[2..].Select(line => line.Split(' ')[0]).ShouldBe(["BTC", "ETH"]);
        lines[2..].ShouldAllBe(line => line.EndsWith('~'));
        (code, output, _) = await terminal.RunAsync("price BTC NOPE --live --output json");

        code.ShouldBe(1);
        var rows = output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        (rows[0].Text("symbol"), rows[0].Text("sandbox"), rows[1].Text("error")).ShouldBe(("BTC", "true", "unknown_symbol"));
        (code, output, _) = await terminal.RunAsync("price BTC --live --watch --limit 3 --output json");

        (code, output.TrimEnd().Split('\n').Length).ShouldBe((0, 3));
    }

    [Fact]
    public async Task A_price_above_a_limit_is_told_to_an_address()
    {
        var told = new TaskCompletionSource<JsonElement>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var hook = builder.Build();
        hook.MapPost("/hook", async (HttpContext context) => told.TrySetResult((await JsonDocument.ParseAsync(context.Request.Body)).RootElement));
        await hook.StartAsync();
        using var folder = new TestFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60 });
        var (code, _, error) = await new Terminal(folder) { Sandbox = sandbox }.RunAsync($"price BTC --above 1000 --notify {hook.Urls.First()}/hook --live");

        (code, error).ShouldBe((0, ""));
        var notice = await told.Task;
        (notice.Text("kind"), notice.Text("sandbox")).ShouldBe(("price", "true"));
        var body = notice.GetProperty("data");
        (body.GetProperty("above").GetDecimal(), body.GetProperty("price").Text("symbol"), body.GetProperty("price").Text("sandbox"))
            .ShouldBe((1000, "BTC", "true"));
    }

    [Theory]
    [InlineData("price BTC --notify http://127.0.0.1:1", "--notify needs --above or --below")]
    [InlineData("price BTC --above 1 --notify ftp://127.0.0.1/x", "https://example.com/hook instead of 'ftp:'")]
    [InlineData("price BTC --above abc", "--above is 'abc'; it must be a number.")]
    [InlineData("notify list --nope", "Try 'connector-cli notify list --help'.")]
    [InlineData("price BTC --provider nope", "There is no source of prices 'nope'")]
    [InlineData("price #BTC", "'#BTC' is no asset")]
    public async Task A_wrong_command_says_what_would_be_right(string line, string words)
    {
        using var folder = new TestFolder();
        var (code, _, error) = await new Terminal(folder).RunAsync(line);

        code.ShouldBe(2);
        error.ShouldContain(words);
    }
}
