using System.Collections.Concurrent;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;

namespace OhlcvConnector.BusTests;

/// <summary>A publisher that runs beside a test, until it is disposed.</summary>
internal sealed class Publisher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public Publisher(IPriceFeedRepository venue, IQuoteSink sink, IReadOnlyCollection<Series> series, DateTimeOffset? begin = null)
    {
        Sink = sink;
        Publishing = new PublishQuotes(venue, sink) { OnTrouble = Troubles.Enqueue };
        Running = Publishing.RunAsync(series, begin, _stop.Token);
    }

    public IQuoteSink Sink { get; }

    public PublishQuotes Publishing { get; }

    public Task Running { get; }

    public ConcurrentQueue<string> Troubles { get; } = [];

    /// <summary>Waits until the counts are as expected; what ends the publisher fails the test.</summary>
    public Task UntilAsync(Func<PublishingCounts, bool> condition) => Eventually.TrueAsync(
        () => Running.IsFaulted ? throw Running.Exception!.InnerException! : condition(Publishing.Counts),
        () => $"{Publishing.Counts} {string.Join('\n', Troubles)}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Sink.DisposeAsync();
        _stop.Dispose();
    }
}
