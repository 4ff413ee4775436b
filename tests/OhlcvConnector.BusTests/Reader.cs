using OhlcvConnector.Domain;
using OhlcvConnector.Testing;

namespace OhlcvConnector.BusTests;

/// <summary>Reads a feed beside a test and keeps what came, until it is disposed.</summary>
internal sealed class Reader : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(PriceQuote Quote, SeriesNumber? Number)> _read = [];
    private readonly Task _running;

    public Reader(IPriceFeed feed)
    {
        Feed = feed;
        _running = Task.Run(async () =>
        {
            await foreach (var quote in feed.ReadAllAsync())
            {
                lock (_gate)
                {
                    _read.Add((quote, feed.Number));
                }
            }
        });
    }

    public IPriceFeed Feed { get; }

    public List<(PriceQuote Quote, SeriesNumber? Number)> Read
    {
        get
        {
            lock (_gate)
            {
                return [.. _read];
            }
        }
    }

    public List<PriceQuote> Closed(Series series) =>
        [.. Read.Select(one => one.Quote).Where(quote => quote.IsClosed && !quote.IsRevision && quote.Series.Equals(series))];

    public Task UntilAsync(Func<List<(PriceQuote Quote, SeriesNumber? Number)>, bool> condition) => Eventually.TrueAsync(
        () => _running.IsFaulted ? throw _running.Exception!.InnerException! : condition(Read),
        () => $"{Read.Count} came, the last {Read.LastOrDefault().Quote}");

    public async ValueTask DisposeAsync()
    {
        await Feed.DisposeAsync();
        await _running;
    }
}
