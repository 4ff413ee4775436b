using OhlcvConnector.Application.Keys;
using OhlcvConnector.Server.Keys;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

/// <summary>Who may do what of what the dashboard does.</summary>
public sealed class RoleTests : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_keys);

    [Fact]
    public async Task Each_path_needs_its_role_and_no_foreign_page_gets_in()
    {
        var file = new KeyFile(_keys, TimeProvider.System);
        var (reader, trader, admin) = (file.Add("reader").Key, file.Add("trader", KeyRole.Trade).Key, file.Add("admin", KeyRole.Admin).Key);
        await using var stage = await ServerStage.SetAsync(configure: options => options.KeysPath = _keys);
        (HttpMethod Method, string Path, string? Body, KeyRole Role, int Status)[] routes =
        [
            (HttpMethod.Get, "/api/v1/strategies", null, KeyRole.Read, 200),
            (HttpMethod.Get, "/api/v1/backtests", null, KeyRole.Read, 200),
            (HttpMethod.Get, "/api/v1/backtests/none", null, KeyRole.Read, 404),
            (HttpMethod.Post, "/api/v1/backtests", "{}", KeyRole.Trade, 400),
            (HttpMethod.Delete, "/api/v1/backtests/none", null, KeyRole.Trade, 404),
            (HttpMethod.Get, "/api/v1/series", null, KeyRole.Read, 200),
            (HttpMethod.Post, "/api/v1/series", "{}", KeyRole.Trade, 400),
            (HttpMethod.Delete, "/api/v1/series?exchange=binance&symbol=BTCUSDT", null, KeyRole.Trade, 404),
            (HttpMethod.Get, "/api/v1/search?text=btc", null, KeyRole.Read, 200),
            (HttpMethod.Get, "/api/v1/health", null, KeyRole.Read, 200),
            (HttpMethod.Get, "/api/v1/archive/calendar?exchange=binance&symbol=BTCUSDT", null, KeyRole.Read, 404),
            (HttpMethod.Get, "/api/v1/settings", null, KeyRole.Admin, 200),
            (HttpMethod.Patch, "/api/v1/settings", """{"settings":{}}""", KeyRole.Admin, 200),
            (HttpMethod.Get, "/api/v1/signals/rules", null, KeyRole.Read, 200),
            (HttpMethod.Get, "/api/v1/signals/rules/file", null, KeyRole.Admin, 200),
            (HttpMethod.Put, "/api/v1/signals/rules", "[1]", KeyRole.Admin, 400),
            (HttpMethod.Get, "/udf/config", null, KeyRole.Read, 200),
        ];
        foreach (var (method, path, body, role, status) in routes)
        {
            (await stage.AskAsync(method, path, body)).Status.ShouldBe(401, path);
            (await stage.AskAsync(method, path, body, reader)).Status.ShouldBe(role == KeyRole.Read ? status : 403, $"{method} {path}");
            (await stage.AskAsync(method, path, body, trader)).Status.ShouldBe(role <= KeyRole.Trade ? status : 403, $"{method} {path}");
            (await stage.AskAsync(method, path, body, admin)).Status.ShouldBe(status, $"{method} {path}");
            (await stage.AskAsync(method, path, body, admin, "https://evil.example")).Status.ShouldBe(role == KeyRole.Read ? status : 403, $"{method} {path}");
        }

        (await stage.AskAsync(HttpMethod.Patch, "/api/v1/settings", """{"settings":{}}""", trader)).Body.Text("message")!.ShouldContain("--role admin");
    }
}
