using OhlcvConnector.Application;
using OhlcvConnector.ConformanceTests.Delivery;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>The venues end without a goodbye and come back two market-hours later: all that was between is delivered.</summary>
public class KilledVenueTests
{
    private const double Speed = 1_200;
    private const int Symbols = 5;
    private static readonly TimeSpan Away = TimeSpan.FromHours(2);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Everything_between_is_delivered()
    {
        var port = LoopbackPort.Reserve();
        var clock = new SandboxClock(TimeProvider.System, Start, Speed);
        var venues = await SandboxProcess.StartAsync(port, Speed, Symbols, Start);
        var checkers = new Dictionary<Series, SeriesChecker>();
        using var log = new LogRecorder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await using var truth = await SandboxServer.StartAsync(new SandboxOptions { StartTime = Start, Speed = Speed, SymbolCount = Symbols });
            await using var connector = Connector.Create(
                options =>
                {
                    options.Sandbox = venues.Address;
                    options.MarketClock = clock;
                    options.ReconnectDelay = TimeSpan.FromMilliseconds(50);
                    options.ReconnectDelayMax = TimeSpan.FromMilliseconds(500);
                    options.CircuitBreakerRecoveryTime = TimeSpan.FromMilliseconds(500);
                },
                log);
            string[] exchanges = ["binance", "okx", "bybit", "gateio", "hyperliquid"];
            var requests = new List<StreamRequest>();
            foreach (var exchange in exchanges)
            {
                var market = exchange == "hyperliquid" ? Market.UsdMargined : Market.Spot;
                var listed = await connector.InstrumentsAsync(exchange, market);
                requests.Add(new StreamRequest
                {
                    Exchange = exchange,
                    Market = market,
                    Symbols = [.. listed.Where(instrument => instrument.IsTrading).Take(3).Select(instrument => instrument.VenueSymbol)]
                });
            }

            DateTimeOffset? killed = null;
            DateTimeOffset back = default;
            await foreach (var quote in connector.StreamAsync(requests, patience.Token))
            {
                if (!checkers.TryGetValue(quote.Series, out var checker))
                {
                    checkers.Add(quote.Series, checker = new SeriesChecker(quote.Series.ToString(), quote.Exchange == "hyperliquid"));
                }

                checker.Read(quote);
                if (killed is null && checkers.Count == exchanges.Length * 3 && checkers.Values.All(one => one.Closed.Count >= 2))
                {
                    venues.Dispose();
                    killed = clock.GetUtcNow();
                    await Eventually.TrueAsync(() => clock.GetUtcNow() - killed.Value >= Away, "two market-hours pass");
                    venues = await SandboxProcess.StartAsync(port, Speed, Symbols, clock.GetUtcNow());
                    back = clock.GetUtcNow();
                }

                if (killed is not null && checkers.Values.All(one => one.Closed[^1].OpenTime > back))
                {
                    break;
                }
            }

            await Eventually.TrueAsync(() => checkers.Values.All(
                checker => checker.Closed[^1].CloseTime < truth.Clock.GetUtcNow()), "the other books, whose clock started later, have it all");
            foreach (var checker in checkers.Values)
            {
                checker.CompareWith(truth);
                checker.Closed.Count.ShouldBeGreaterThan(60);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"{string.Join(", ", checkers.Values.Select(checker => checker.Closed.Count))}\n{string.Join('\n', log.Lines.TakeLast(30))}");
        }
        finally
        {
            venues.Dispose();
        }
    }
}
