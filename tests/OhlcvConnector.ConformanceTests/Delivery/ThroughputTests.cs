using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Delivery;

public class ThroughputTests
{
    private const int Symbols = 50;
    private const int Messages = 10_000;

    [Fact]
    public async Task Fifty_symbols_at_full_speed_arrive_complete_and_in_order_though_the_connection_is_killed_twenty_times()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 4_000, SymbolCount = Symbols });
        using var log = new LogRecorder();
        await using var connector = Connector.Create(
            options =>
            {
                options.Sandbox = sandbox.BaseAddress;
                options.MarketClock = sandbox.Clock;
                options.ReconnectDelay = TimeSpan.FromMilliseconds(50);
                options.ReconnectDelayMax = TimeSpan.FromMilliseconds(200);
                options.CloseDeadline = TimeSpan.FromMinutes(2); // market time: 30 ms
            },
            log);
        var symbols = (await connector.InstrumentsAsync("binance", Market.Spot)).Where(instrument => instrument.IsTrading)
            .Select(instrument => instrument.VenueSymbol).Take(Symbols).ToList();

        symbols.Count.ShouldBe(Symbols);
        var checkers = symbols.ToDictionary(symbol => symbol, symbol => new SeriesChecker(symbol));
        var read = 0;
        var kills = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(100));
        try
        {
            await foreach (var quote in connector.StreamAsync(new StreamRequest { Exchange = "binance", Symbols = symbols }, patience.Token))
            {
                checkers[quote.Symbol].Read(quote);
                read++;
                if (read >= (kills + 1) * (Symbols * Messages / 22) && kills < 20)
                {
                    kills += sandbox.DropConnections() > 0 ? 1 : 0;
                }

                if (read >= Symbols * Messages && kills == 20)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{read} messages, {kills} kills.\n{string.Join('\n', log.Lines.TakeLast(30))}");
        }

        foreach (var checker in checkers.Values)
        {
            checker.Closed.Count.ShouldBeGreaterThan(10);
            checker.CompareWith(sandbox);
        }
    }
}
