using System.Diagnostics;
using System.Globalization;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Delivery;

/// <summary>Five venues in one process. A few seconds in the usual run; SOAK_MINUTES=3 makes it as long as the figures in docs/delivery.md.</summary>
public class FiveVenuesTests(ITestOutputHelper output)
{
    private const int Symbols = 20;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(12);

    private static readonly (string Exchange, Market Market)[] Markets =
        [("binance", Market.Spot), ("okx", Market.UsdMargined), ("bybit", Market.UsdMargined), ("gateio", Market.Spot), ("hyperliquid", Market.UsdMargined)];

    [Fact]
    public async Task Twenty_symbols_on_each_of_five_venues_at_sixty_times_real_time_lose_and_double_nothing()
    {
        var length = Environment.GetEnvironmentVariable("SOAK_MINUTES") is { Length: > 0 } text
            ? TimeSpan.FromMinutes(double.Parse(text, CultureInfo.InvariantCulture))
            : Usual;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60, SymbolCount = Symbols });
        using var log = new LogRecorder();
        await using var connector = Connector.Create(
            options =>
            {
                options.Sandbox = sandbox.BaseAddress;
                options.MarketClock = sandbox.Clock;
            },
            log);
        var requests = new List<StreamRequest>();
        var checkers = new Dictionary<Series, SeriesChecker>();
        foreach (var (exchange, market) in Markets)
        {
            var listed = await connector.InstrumentsAsync(exchange, market);
            requests.Add(new StreamRequest
            {
                Exchange = exchange,
                Market = market,
                Symbols = [.. listed.Where(instrument => instrument.ExpiresAt is null
                && instrument.IsTrading).Take(Symbols).Select(instrument => instrument.VenueSymbol)]
            });
        }

        requests.Sum(request => request.Symbols.Count).ShouldBe(Symbols * Markets.Length);
        var process = Process.GetCurrentProcess();
        var (cpu, read, sources) = (process.TotalProcessorTime, 0L, new Dictionary<QuoteSource, long>());
        using var patience = new CancellationTokenSource(length);
        try
        {
            await foreach (var quote in connector.StreamAsync(requests, patience.Token))
            {
                if (!checkers.TryGetValue(quote.Series, out var checker))
                {
                    checkers.Add(quote.Series, checker = new SeriesChecker(quote.Series.ToString(), quote.Exchange == "hyperliquid"));
                }

                checker.Read(quote);
                read++;
                if (quote.IsClosed)
                {
                    sources[quote.Source] = sources.GetValueOrDefault(quote.Source) + 1;
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // the time is over
        }

        checkers.Count.ShouldBe(Symbols * Markets.Length);
        foreach (var checker in checkers.Values)
        {
            checker.Closed.Count.ShouldBeGreaterThan(0);
            checker.CompareWith(sandbox);
        }

        sandbox.Statistics.Violations.ShouldBe(0, $"no limit is exceeded\n{string.Join('\n', log.Lines.TakeLast(10))}");
        process.Refresh();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{length.TotalMinutes:F1} min: {checkers.Count} series, {read} quotes, {checkers.Values.Sum(checker => checker.Closed.Count)} closed ({string.Join(", ", sources.Select(pair => $"{pair.Key} {pair.Value}"))}), 0 lost, 0 doubled, 0 out of order; {(process.TotalProcessorTime - cpu).TotalSeconds:F0} s CPU with the sandbox in the same process; {process.WorkingSet64 / 1_048_576} MB; {sandbox.Statistics}"));
    }
}
