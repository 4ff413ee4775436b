using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>Simulated exchanges, connector-wss on them as a program of its own, and a network to it that can be cut.</summary>
internal sealed class DashboardStage : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private DashboardStage(SandboxServer sandbox, WssProcess server, DirectoryInfo folder)
    {
        (Sandbox, Server, _folder) = (sandbox, server, folder);
        Network = new CutProxy(() => server.Port);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), Timeout = TimeSpan.FromMinutes(1) };
    }

    public SandboxServer Sandbox { get; }

    public WssProcess Server { get; }

    public CutProxy Network { get; }

    /// <summary>Asks the server, not over the network that is cut.</summary>
    public HttpClient Http { get; }

    /// <summary>Where the browser goes.</summary>
    public Uri Address => new($"http://127.0.0.1:{Network.Port}");

    public static async Task<DashboardStage> SetAsync(double speed = 60, int symbols = 20, bool hasArchive = true, params string[] arguments)
    {
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = speed, SymbolCount = symbols });
        var folder = Directory.CreateTempSubdirectory("dashboard-");
        try
        {
            string[] own =
            [
                $"--sandbox={sandbox.BaseAddress}", "--set", $"PaperLedger={Path.Combine(folder.FullName, "paper.db")}",
                .. hasArchive ? ["--set", $"Archive={Path.Combine(folder.FullName, "candles.db")}"] : Array.Empty<string>(),
                "--signals", "binance:BTCUSDT,ETHUSDT", "--set", "SignalIntervals=1m", "--set", "MessagesPerMinute=0",
            ];
            return new DashboardStage(sandbox, await WssProcess.StartAsync([.. own, .. arguments]), folder);
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the API.</summary>
    public async Task<JsonElement> AskAsync(string path)
    {
        using var document = JsonDocument.Parse(await Http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    /// <summary>Sends something to the API.</summary>
    public async Task<JsonElement> SendAsync(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return answer.IsSuccessStatusCode ? document.RootElement.Clone() : throw new InvalidOperationException(document.RootElement.GetRawText());
    }

    /// <summary>The exchange's candles of a series from a time on, as the API has them.</summary>
    public async Task<List<JsonElement>> CandlesAsync(string key, string interval, DateTimeOffset from, bool withOpen = false)
    {
        var (exchange, market, symbol) = key.Split('|') switch { [var a, var b, var c] => (a, b, c), _ => throw new ArgumentException(key, nameof(key)) };
        var text = from.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var answer = await AskAsync(
            $"/v1/candles?exchange={exchange}&market={market}&symbol={Uri.EscapeDataString(symbol)}&interval={interval}&from={text}&limit=5000{(withOpen ? "&includeOpen=true" : "")}");
        return [.. answer.GetProperty("candles").EnumerateArray()];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Network.DisposeAsync();
        await Server.DisposeAsync();
        await Sandbox.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
