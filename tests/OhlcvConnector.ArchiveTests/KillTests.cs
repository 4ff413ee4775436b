using System.Diagnostics;
using System.Globalization;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Configuration;
using OhlcvConnector.ConformanceTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>A recorder in a process of its own, killed without a word at moments that nobody chose: every close of the exchange's books is there once. KILLS
/// says how often.</summary>
public abstract class KillTests(TestStore store) : IDisposable
{
    private const int Usual = 5;
    private const double Speed = 120;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_close_is_there_once_however_often_the_recorder_is_killed()
    {
        var kills = Environment.GetEnvironmentVariable("KILLS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Usual;
        using var sandbox = await SandboxProcess.StartAsync(LoopbackPort.Reserve(), Speed, symbols: 3,
            new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var random = new Random(16);
        for (var kill = 0; kill < kills; kill++)
        {
            using var recorder = await StartAsync(sandbox.Address);
            (await recorder.StandardError.ReadLineAsync(Token))!.ShouldStartWith("Keeping 6 series");
            await Task.Delay(TimeSpan.FromMilliseconds(300 + random.Next(1_200)), Token);
            recorder.Kill();
            await recorder.WaitForExitAsync(Token);
        }

        var last = await StartAsync(sandbox.Address);
        using (last)
        {
            await last.StandardError.ReadLineAsync(Token);
            await using var watched = await store.OpenAsync(mustExist: true);
            var before = (await watched.ListAsync(Token)).ToDictionary(series => series, series =>
                watched.LastOpenTimeAsync(series, Token).GetAwaiter().GetResult());
            before.Count.ShouldBe(6);
            await Testing.Eventually.TrueAsync(() => before.All(entry => watched.LastOpenTimeAsync(entry.Key, Token).GetAwaiter().GetResult() > entry.Value),
                "each series goes on");
            last.Kill();
            await last.WaitForExitAsync(Token);
        }

        var clock = await RunningSandbox.ClockAsync(sandbox.Address, TimeProvider.System, Token);
        await using var connector = Connector.Create(options => (options.Sandbox, options.MarketClock) = (sandbox.Address, clock));
        await using var archive = await store.OpenAsync(mustExist: true);
        store.Examine(archive);
        foreach (var series in await archive.ListAsync(Token))
        {
            var holdings = await archive.HoldingsAsync(series, Token);
            holdings.Coverage.ShouldBe([new CoverageRange(holdings.FirstOpen!.Value.ToUnixTimeMilliseconds(),
                series.Interval.NextMs(holdings.LastOpen!.Value.ToUnixTimeMilliseconds()), Coverage.Complete)], series.ToString());
            var kept = await archive.AllAsync(series);
            var truth = new List<PriceQuote>();
            var request = new HistoryRequest
            {
                Exchange = series.Exchange,
                Market = series.Market,
                Symbol = series.VenueSymbol,
                From = holdings.FirstOpen.Value,
                To = series.Interval.Next(holdings.LastOpen.Value)
            };
            await foreach (var candle in connector.HistoryAsync(request, Token))
            {
                truth.Add(candle);
            }

            kept.Select(candle => candle.OpenMs).ShouldBe(truth.Select(candle => candle.OpenMs));
            kept.Zip(truth).ShouldAllBe(pair => pair.First.Agrees(pair.Second));
        }
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<Process> StartAsync(Uri sandbox) => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList =
        {
            Path.Combine(AppContext.BaseDirectory, "connector-cli.dll"), "record", "binance:BTCUSDT,ETHUSDT", "okx:BTC-USDT", "bybit/usdm:BTCUSDT",
                "gateio:BTC_USDT,ETH_USDT",
            $"--sandbox={sandbox}", "--archive", await store.AddressAsync(),
        },
        RedirectStandardError = true,
    })!;
}

/// <summary>A recorder on SQLite's archive.</summary>
public sealed class SqliteKillTests() : KillTests(new SqliteStore());

/// <summary>A recorder on PostgreSQL's archive.</summary>
public sealed class PostgreSqlKillTests() : KillTests(new PostgreSqlStore());
