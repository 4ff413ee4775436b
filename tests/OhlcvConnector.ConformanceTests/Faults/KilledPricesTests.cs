using System.Text.Json;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>A server with a table of prices ends without a goodbye (<c>kill -9</c>), and its exchanges are away when it comes back.</summary>
public sealed class KilledPricesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("killed-prices");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Its_prices_are_there_at_once_with_their_true_age()
    {
        var table = Path.Combine(_folder.FullName, "prices.db");
        string[] settings = ["--set", $"PriceTable={table}", "--set", "PriceSymbols=BTC", "--set", "PriceExchanges=binance"];
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 });
        using var http = new HttpClient();
        decimal? kept = null;
        DateTimeOffset keptAt = default;
        using (var server = await ServerProcess.StartAsync(sandbox.BaseAddress, LoopbackPort.Reserve(), LoopbackPort.Reserve(), settings))
        {
            await Eventually.TrueAsync(
                () =>
                {
                    if (File.Exists(table)
                        && SqlitePriceTable.Open(table, isSimulated: true).ReadAllAsync().GetAwaiter().GetResult() is [{ Symbol: "BTC" } price])
                    {
                        (kept, keptAt) = (price.Price, price.LastUpdated);
                    }

                    return kept is not null;
                },
                "the price is in the table");
        }

        sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError));
        sandbox.Inject(new SandboxFault(SandboxFaultKind.Refuse));
        using var again = await ServerProcess.StartAsync(sandbox.BaseAddress, LoopbackPort.Reserve(), LoopbackPort.Reserve(), settings);
        var asked = TimeProvider.System.GetTimestamp();
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri(again.Rest, "/prices?symbols=BTC")));
        var took = TimeProvider.System.GetElapsedTime(asked);
        var row = answer.RootElement.GetProperty("prices")[0];
        var at = row.GetProperty("lastUpdated").GetDateTimeOffset();

        at.ShouldBeGreaterThanOrEqualTo(keptAt.AddMilliseconds(-1), "what was written before the end, or later");
        var age = sandbox.Clock.GetUtcNow() - at;
        row.GetProperty("ageSeconds").GetInt64().ShouldBeInRange((long)age.TotalSeconds - 2, (long)age.TotalSeconds);
        row.GetProperty("price").GetDecimal().ShouldBeGreaterThan(0);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(5), "no source is waited for");
    }
}
