using OhlcvConnector.Application;
using OhlcvConnector.Client;
using OhlcvConnector.ConformanceTests.Delivery;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>Connector servers end without a goodbye (<c>kill -9</c>), one comes back, one stands in: clients of theirs get every closed candle once.</summary>
public class KilledServerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_client_loses_and_doubles_nothing(int servers)
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Speed = 240, SymbolCount = 5, StartTime = new DateTimeOffset(2026, 3, 2, 6, 0, 0, TimeSpan.Zero) });
        var running = new List<ServerProcess>();
        using var log = new LogRecorder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            for (var i = 0; i < servers; i++)
            {
                running.Add(await ServerProcess.StartAsync(sandbox.BaseAddress, LoopbackPort.Reserve(), LoopbackPort.Reserve()));
            }

            await using var client = ConnectorClient.Create(
                options =>
                {
                    running.ForEach(server => options.Servers.Add(server.Stream));
                    running.ForEach(server => options.RestServers.Add(server.Rest));
                    (options.ReconnectDelay, options.ReconnectDelayMax) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));
                },
                log);
            var checkers = new Dictionary<Series, SeriesChecker>();
            var kills = 0;
            await foreach (var quote in client.StreamAsync(new StreamRequest { Exchange = "okx", Symbols = ["BTC-USDT", "ETH-USDT"] }, patience.Token))
            {
                if (!checkers.TryGetValue(quote.Series, out var checker))
                {
                    checkers.Add(quote.Series, checker = new SeriesChecker(quote.Series.ToString()));
                }

                checker.Read(quote);
                if (kills == 0 && checkers.Count == 2 && checkers.Values.All(one => one.Closed.Count >= 3))
                {
                    kills++;
                    running[0].Dispose();
                    if (servers == 1)
                    {
                        running[0] = await ServerProcess.StartAsync(sandbox.BaseAddress, running[0].Stream.Port, running[0].Rest.Port);
                    }
                }

                if (kills == 1 && checkers.Values.All(one => one.Closed.Count >= 16))
                {
                    break;
                }
            }

            kills.ShouldBe(1);
            client.Diagnose().Single().Reconnections.ShouldBeGreaterThan(0);
            foreach (var checker in checkers.Values)
            {
                checker.CompareWith(sandbox);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(string.Join('\n', log.Lines.TakeLast(30)));
        }
        finally
        {
            running.ForEach(server => server.Dispose());
        }
    }
}
