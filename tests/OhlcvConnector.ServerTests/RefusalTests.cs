using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>What is not taken is refused in words, as all errors are, whoever in the server refuses it.</summary>
public sealed class RefusalTests : IDisposable
{
    private const string Accounts = "/api/v1/paper/accounts";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("refusals");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("POST", Accounts, "text/plain", 415, "wrong_content_type", "application/json")]
    [InlineData("POST", Accounts, "application/x-www-form-urlencoded", 415, "wrong_content_type", "application/json")]
    [InlineData("POST", Accounts + "/a/resume", "application/x-www-form-urlencoded", 415, "wrong_content_type", "application/json")]
    [InlineData("DELETE", Accounts + "/a", "text/plain", 415, "wrong_content_type", "application/json")]
    [InlineData("POST", Accounts + "/a/resume", null, 404, "not_found", "there are none.")]
    [InlineData("POST", "/prices", "application/json", 405, "wrong_method", "GET")]
    [InlineData("DELETE", "/v1/symbols", null, 405, "wrong_method", "GET")]
    public async Task What_is_not_taken_is_refused_in_words(string method, string path, string? type, int status, string code, string words)
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.PaperLedger = Path.Combine(_folder.FullName, "paper.db"));
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(stage.Server.HealthAddress!, path));
        if (type is not null)
        {
            request.Content = new StringContent("a=b", Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        }

        using var answer = await stage.Http.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(status);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        body.RootElement.GetProperty("code").GetString().ShouldBe(code);
        body.RootElement.GetProperty("message").GetString()!.ShouldContain(words);
        body.RootElement.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Who_watches_no_signals_is_not_warned_of_forgetting_them()
    {
        await using (var stage = await ServerStage.SetAsync())
        {
            await stage.GetAsync("/health");
            stage.Log.Lines.ShouldNotContain(line => line.Contains("Signals are kept in memory", StringComparison.Ordinal));
        }

        await using var other = await ServerStage.SetAsync(configure: options => options.Signals.Add("binance:BTCUSDT"));
        await Testing.Eventually.TrueAsync(() => other.Log.Lines.Any(line => line.Contains("Signals are kept in memory", StringComparison.Ordinal)), "a restart forgets them");
    }
}
