using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>A publisher that is told to end while NATS dies.</summary>
public class StoppingTests
{
    [Fact]
    public async Task Who_is_told_to_end_while_the_server_dies_waits_no_longer_than_for_an_answer()
    {
        using var server = await NatsServer.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            await using var sink = NatsPublishingTests.Sink(server, options => options.Timeout = TimeSpan.FromSeconds(1));
            using var stop = new CancellationTokenSource();
            var series = Candles.Minutes($"A{round}USDT");
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var appending = Task.Run(async () =>
            {
                for (var index = 0; ; index++)
                {
                    try
                    {
                        await sink.AppendAsync(Candles.Closed(series, index), stop.Token);
                    }
                    catch (SinkException)
                    {
                        stop.Token.ThrowIfCancellationRequested();
                    }

                    first.TrySetResult();
                }
            });
            await first.Task;
            server.Kill();
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => appending.WaitAsync(TimeSpan.FromSeconds(60)));
            await server.RunAsync();
        }
    }
}
