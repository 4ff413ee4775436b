using System.Text.Json;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Cli.Recording;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>What was recorded raw can be replayed to any program, which then sees what was seen live.</summary>
public sealed class ReplayTests : IDisposable
{
    private const string All =
        "binance:BTCUSDT,ETHUSDT binance/usdm:SOLUSDT binance/coinm:BTCUSD_PERP okx/usdm:BTC-USDT-SWAP okx/spot:ETH-USDT bybit/usdm:BTCUSDT bybit/coinm:BTCUSD "
        + "gateio/spot:BTC_USDT gateio/usdm:ETH_USDT hyperliquid/usdm:BTC,BNB hyperliquid/spot:@107";

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Raw => Path.Combine(_folder.Path, "raw");

    [Fact]
    public async Task A_stretch_that_was_recorded_gives_the_same_candles_when_it_is_replayed()
    {
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 6, Speed = 60 }, Token))
        {
            await RecordAsync(sandbox, "live.db", $" --raw {Raw}", minutes: 7);
        }

        RawFiles.In(Raw).ShouldNotBeEmpty();
        await using (var replayed = await SandboxServer.StartAsync(
            new SandboxOptions { Speed = 60, Recording = new RawReplay(Raw, start: null).Open() }, Token))
        {
            await RecordAsync(replayed, "replayed.db", "", minutes: 7);
            await HistoryIsThatOfLiveAsync(replayed, "binance BTCUSDT", "binance spot BTCUSDT 1m");
            await HistoryIsThatOfLiveAsync(replayed, "okx BTC-USDT-SWAP --market usdm", "okx usdm BTC-USDT-SWAP 1m");
            await HistoryIsThatOfLiveAsync(replayed, "gateio ETH_USDT --market usdm", "gateio usdm ETH_USDT 1m");
            await HistoryIsThatOfLiveAsync(replayed, "hyperliquid BTC --market usdm", "hyperliquid usdm BTC 1m");
            await AnotherProgramAsync(replayed);
        }

        await using var live = SqliteCandleArchive.Open(Path.Combine(_folder.Path, "live.db"), true);
        await using var again = SqliteCandleArchive.Open(Path.Combine(_folder.Path, "replayed.db"), true);
        var all = await live.ListAsync(Token);

        all.Count.ShouldBe(13);
        foreach (var series in all)
        {
            var truth = (await live.AllAsync(series)).ToDictionary(candle => candle.OpenMs);
            var candles = await again.AllAsync(series);
            candles.Count(candle => truth.ContainsKey(candle.OpenMs)).ShouldBeGreaterThanOrEqualTo(Math.Min(2, truth.Count - 2), $"{series}");
            foreach (var candle in candles.Where(candle => truth.ContainsKey(candle.OpenMs)))
            {
                candle.Agrees(truth[candle.OpenMs])
                    .ShouldBeTrue($"live {truth[candle.OpenMs]} {truth[candle.OpenMs].Source}, replayed {candle} {candle.Source}");
            }
        }
    }

    /// <summary>What REST says of the stretch is what was received, to the last digit.</summary>
    private async Task HistoryIsThatOfLiveAsync(SandboxServer replayed, string words, string name)
    {
        await using var live = SqliteCandleArchive.Open(Path.Combine(_folder.Path, "live.db"), true);
        var truth = await live.AllAsync((await live.ListAsync(Token)).Single(series => series.ToString() == name));
        var (from, to) = (truth[1].OpenTime, truth[^1].OpenTime);
        var answer = await new Terminal(_folder) { Sandbox = replayed }.RunAsync(
            $"history {words} --from {from:yyyy-MM-ddTHH:mm:ssZ} --to {to:yyyy-MM-ddTHH:mm:ssZ} --output json --live");
        var rows = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        rows.Select(row => (row.GetProperty("openTime").GetDateTimeOffset(), row.GetProperty("high").GetDecimal(), row.GetProperty("close").GetDecimal(),
            row.GetProperty("volume").GetDecimal())).ShouldBe(
            truth[1..^1].Select(candle => (candle.OpenTime, candle.High, candle.Close, candle.Volume!.Value)), answer.Error);
    }

    /// <summary>A program that shares nothing with ours, and speaks as Binance's documentation says: a combined stream, and its listing.</summary>
    private static async Task AnotherProgramAsync(SandboxServer replayed)
    {
        using var http = new HttpClient();
        var address = replayed.Venues.Single(venue => venue is { Exchange: "binance", Market: Market.Spot });
        using var listing = JsonDocument.Parse(await http.GetStringAsync(new Uri(address.Rest + "/api/v3/exchangeInfo"), Token));

        listing.RootElement.GetProperty("symbols").EnumerateArray().Select(symbol => symbol.GetProperty("symbol").GetString()).ShouldContain("BTCUSDT");
        using var rows = JsonDocument.Parse(await http.GetStringAsync(new Uri(address.Rest + "/api/v3/klines?symbol=BTCUSDT&interval=5m&limit=1"), Token));

        rows.RootElement[0].GetArrayLength().ShouldBe(12);
    }

    public void Dispose() => _folder.Dispose();

    private async Task RecordAsync(SandboxServer sandbox, string file, string more, int minutes)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var path = Path.Combine(_folder.Path, file);
        var running = new Terminal(_folder) { Sandbox = sandbox }.RunAsync($"record {All} --archive {path}{more} --live", stop.Token);
        var end = sandbox.Clock.GetUtcNow().AddMinutes(minutes);
        await Eventually.TrueAsync(() => running.IsCompleted || sandbox.Clock.GetUtcNow() >= end, "the stretch is over");

        running.IsCompleted.ShouldBeFalse(running.IsCompleted ? (await running).Error : "");
        await stop.CancelAsync();
        await running;
    }
}
