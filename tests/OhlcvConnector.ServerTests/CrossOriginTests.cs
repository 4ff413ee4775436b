using System.Net;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Keys;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public sealed class CrossOriginTests : IDisposable
{
    private const string Page = "https://example.com";
    private const string Path = "/v1/symbols?exchange=binance&market=spot";

    private readonly string _keys = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

    public void Dispose() => File.Delete(_keys);

    [Fact]
    public async Task Scripts_of_other_pages_may_read_nothing_unless_a_setting_says_so()
    {
        await using var stage = await ServerStage.SetAsync();
        using var answer = await AskAsync(stage, HttpMethod.Get, Page);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        using var preflight = await AskAsync(stage, HttpMethod.Options, Page, ("Access-Control-Request-Method", "GET"));

        preflight.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Theory]
    [InlineData(Page, Page, Page)]
    [InlineData(Page, "https://evil.example", null)]
    [InlineData("*", "https://any.example", "*")]
    public async Task Scripts_of_the_pages_that_are_named_may_read_answers_and_errors(string setting, string page, string? allowed)
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.CorsOrigins.Add(setting));
        using var answer = await AskAsync(stage, HttpMethod.Get, page);

        Header(answer, "Access-Control-Allow-Origin").ShouldBe(allowed);
        using var refused = await AskAsync(stage, HttpMethod.Get, page, path: "/v1/symbols");

        (refused.StatusCode, Header(refused, "Access-Control-Allow-Origin")).ShouldBe((HttpStatusCode.BadRequest, allowed));
        using var health = await AskAsync(stage, HttpMethod.Get, page, path: "/health");

        Header(health, "Access-Control-Allow-Origin").ShouldBeNull();
        using var before = await AskAsync(stage, HttpMethod.Options, page, ("Access-Control-Request-Method", "GET"));

        Header(before, "Access-Control-Allow-Methods")
            .ShouldBe(
                allowed is null ? null : allowed == "*" ? "GET,HEAD,OPTIONS" : "GET,HEAD,OPTIONS,POST,PUT,PATCH,DELETE", "all may read, named ones write");
    }

    [Fact]
    public async Task A_browser_asks_before_without_a_key_and_is_told_that_keys_may_be_sent()
    {
        var (key, _) = new KeyFile(_keys, TimeProvider.System).Add("page");
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.KeysPath = _keys;
            options.CorsOrigins.Add(Page);
        });
        using var preflight = await AskAsync(stage, HttpMethod.Options, Page, ("Access-Control-Request-Method", "GET"), headers: "x-api-key");

        preflight.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Header(preflight, "Access-Control-Allow-Origin").ShouldBe(Page);
        Header(preflight, "Access-Control-Allow-Headers").ShouldBe("X-Api-Key,Authorization,If-None-Match,Content-Type");
        Header(preflight, "Access-Control-Allow-Methods").ShouldBe("GET,HEAD,OPTIONS,POST,PUT,PATCH,DELETE");
        Header(preflight, "Access-Control-Max-Age").ShouldBe("600");
        Header(preflight, "Vary").ShouldBe("Origin");

        using var refused = await AskAsync(stage, HttpMethod.Get, Page);

        (refused.StatusCode, Header(refused, "Access-Control-Allow-Origin")).ShouldBe((HttpStatusCode.Unauthorized, Page));
        using var answer = await AskAsync(stage, HttpMethod.Get, Page, ("X-Api-Key", key));

        (answer.StatusCode, Header(answer, "Access-Control-Allow-Origin")).ShouldBe((HttpStatusCode.OK, Page));
        Header(answer, "Access-Control-Expose-Headers")
            .ShouldBe("ETag,Retry-After,X-Sandbox,X-Complete,X-Next-From,RateLimit-Limit,RateLimit-Remaining,RateLimit-Reset");
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("https://example.com/")]
    [InlineData("https://example.com/page")]
    [InlineData("ftp://example.com")]
    [InlineData("https://*.example.com/x")]
    public async Task What_is_no_origin_ends_the_start(string wrong)
    {
        var exception = await Should.ThrowAsync<Domain.InvalidSettingException>(
            () => ServerStage.SetAsync(configure: options => options.CorsOrigins.Add(wrong)));
        exception.Message
            .ShouldBe($"CorsOrigins has '{wrong}'; write a scheme and a host, such as https://example.com or http://localhost:3000, or * for all.");
    }

    [Fact]
    public async Task All_and_some_exclude_each_other() =>
        (await Should.ThrowAsync<Domain.InvalidSettingException>(() => ServerStage.SetAsync(configure: AllAndSome))).Message
            .ShouldBe("CorsOrigins has * and others; * alone is for all.");

    private static void AllAndSome(ServerOptions options)
    {
        options.CorsOrigins.Add(Page);
        options.CorsOrigins.Add("*");
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private static async Task<HttpResponseMessage> AskAsync(
        ServerStage stage, HttpMethod method, string page, (string Name, string Value)? header = null, string path = Path, string? headers = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(stage.Server.HealthAddress!, path));
        request.Headers.Add("Origin", page);
        if (header is var (name, value))
        {
            request.Headers.Add(name, value);
        }

        if (headers is not null)
        {
            request.Headers.Add("Access-Control-Request-Headers", headers);
        }

        return await stage.Http.SendAsync(request);
    }
}
