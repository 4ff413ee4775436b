using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Dashboard;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The files of the dashboard as the server gives them, and the WebSocket that its pages use.</summary>
public sealed partial class DashboardFilesTests : IDisposable
{
    private static readonly JsonSerializerOptions Lines = new() { WriteIndented = true };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_page_and_all_that_it_names_come_from_this_server()
    {
        await using var stage = await ServerStage.SetAsync();
        var page = await stage.GetAsync("/");
        var named = Names().Matches(page).Select(match => match.Groups[1].Value).ToList();

        named.ShouldNotBeEmpty();
        foreach (var path in named)
        {
            path.ShouldStartWith("./");
            (await stage.GetAsync(path[1..])).ShouldNotBeEmpty();
        }

        page.ShouldNotContain("style=");
        ScriptWithText().IsMatch(page).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_but_its_own_files_may_run_in_it()
    {
        await using var stage = await ServerStage.SetAsync();
        using var answer = await stage.Http.GetAsync(stage.Server.HealthAddress);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self'");
        policy.ShouldContain("connect-src 'self'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
    }

    /// <summary>The policy allows the one style sheet that the chart library writes by itself; another version may have another one.</summary>
    [Fact]
    public void The_style_that_is_allowed_is_that_of_the_chart_library()
    {
        var chart = DashboardFile.All().Single(file => Regex.IsMatch(file.Key, @"^assets/Chart-[^/]*\.js$")).Value;
        var style = Style().Match(Encoding.UTF8.GetString(chart.Content)).Groups[2].Value;

        style.ShouldContain("a#tv-attr-logo");
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}".ShouldBe(DashboardEndpoint.ChartStyleHash);
    }

    [Fact]
    public async Task A_browser_that_has_a_file_is_not_sent_it_again()
    {
        await using var stage = await ServerStage.SetAsync();
        using var page = await stage.Http.GetAsync(stage.Server.HealthAddress);
        page.Headers.CacheControl!.NoCache.ShouldBeTrue();
        using var asked = new HttpRequestMessage(HttpMethod.Get, stage.Server.HealthAddress);
        asked.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        using var again = await stage.Http.SendAsync(asked);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.GetValues("Content-Security-Policy").ShouldNotBeEmpty();

        var script = DashboardFile.All().Keys.First(path => path.StartsWith("assets/index-", StringComparison.Ordinal) && path.EndsWith(".js", StringComparison.Ordinal));
        using var named = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, script));
        named.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        named.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
    }

    [Theory]
    [InlineData("gzip, deflate, br", true)]
    [InlineData("br", false)]
    [InlineData("gzip;q=0, br", false)]
    public async Task It_is_compressed_for_those_who_accept_that(string accepted, bool isCompressed)
    {
        await using var stage = await ServerStage.SetAsync();
        var path = DashboardFile.All().OrderByDescending(file => file.Value.Content.Length).First();
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, path.Key));
        asked.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var answer = await stage.Http.SendAsync(asked);
        var body = await answer.Content.ReadAsByteArrayAsync();

        answer.Content.Headers.ContentEncoding.ShouldBe(isCompressed ? ["gzip"] : []);
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
        (isCompressed ? Expanded(body) : body).ShouldBe(path.Value.Content);
        if (isCompressed)
        {
            body.Length.ShouldBeLessThan(path.Value.Content.Length / 2);
        }
    }

    [Fact]
    public void It_is_small()
    {
        DashboardFile.All().Where(file => file.Key is "index.html" || file.Value.IsNamedByContent)
            .Sum(file => file.Value.Compressed.Length).ShouldBeLessThan(250_000);
    }

    /// <summary>The client of the dashboard is typed by this file.</summary>
    [Fact]
    public async Task The_description_that_its_client_is_made_from_is_the_servers()
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
            (options.PaperLedger, options.ForecastModels) = (Path.Combine(_folder.FullName, "paper.db"), Path.Combine(_folder.FullName, "models")));
        using var described = JsonDocument.Parse(await stage.GetAsync("/openapi.json"));
        var text = JsonSerializer.Serialize(
            new Dictionary<string, JsonElement>
            {
                ["paths"] = described.RootElement.GetProperty("paths"),
                ["components"] = described.RootElement.GetProperty("components"),
            },
            Lines) + "\n";
        var stored = Path.Combine(Repository.Root, "src/OhlcvConnector.Dashboard/web/api/openapi.json");
        var received = Path.Combine(AppContext.BaseDirectory, "openapi.json");
        await File.WriteAllTextAsync(received, text);

        ((await File.ReadAllTextAsync(stored)) == text).ShouldBeTrue($"cp {received} {stored} && src/OhlcvConnector.Dashboard/web/run --write");
    }

    [Fact]
    public async Task Its_pages_hear_candles_over_the_port_that_they_come_from()
    {
        await using var stage = await ServerStage.SetAsync();
        var address = Stream(stage);
        await using var client = await TestClient.ConnectAsync(
            address, socket => socket.Options.SetRequestHeader("Origin", $"http://{address.Authority}"));
        await client.SayAsync("""{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTC/USDT"],"snapshot":2,"decimals":"string"}""");

        (await client.ReadAsync("ack")).GetProperty("id").GetInt32().ShouldBe(1);
        (await client.ReadAsync("quote")).GetProperty("close").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Pages_of_others_are_refused_there_unless_the_settings_name_them()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.CorsOrigins.Add("https://friend.example"));

        (await HandshakeAsync(stage, "https://evil.example")).ShouldBe(HttpStatusCode.Forbidden);
        (await HandshakeAsync(stage, "null")).ShouldBe(HttpStatusCode.Forbidden);
        (await HandshakeAsync(stage, "https://friend.example")).ShouldBe(HttpStatusCode.SwitchingProtocols);
        (await HandshakeAsync(stage, origin: null)).ShouldBe(HttpStatusCode.SwitchingProtocols);
    }

    private static async Task<HttpStatusCode> HandshakeAsync(ServerStage stage, string? origin)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(Stream(stage)) { Scheme = "http" }.Uri);
        foreach (var (name, value) in new[]
        {
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        })
        {
            asked.Headers.TryAddWithoutValidation(name, value);
        }

        if (origin is not null)
        {
            asked.Headers.TryAddWithoutValidation("Origin", origin);
        }

        using var answer = await stage.Http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private static Uri Stream(ServerStage stage) => new UriBuilder(stage.Server.HealthAddress!) { Scheme = "ws", Path = "/stream" }.Uri;

    private static byte[] Expanded(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var target = new MemoryStream();
        gzip.CopyTo(target);
        return target.ToArray();
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Names();

    [GeneratedRegex("<script[^>]*>\\s*[^<\\s]")]
    private static partial Regex ScriptWithText();

    [GeneratedRegex("innerText=([`\"'])(.*?)\\1")]
    private static partial Regex Style();
}
