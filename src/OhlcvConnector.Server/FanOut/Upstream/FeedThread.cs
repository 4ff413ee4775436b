using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// Reads a feed on a thread of its own, which blocks while nothing comes: the thread pool's workers spin after each turn, which at the rates of real markets
/// costs more than the turn; and the exchange's connection does not wait for the sending.
/// </summary>
/// <param name="quotes">The feed.</param>
/// <param name="publish">Takes each quote.</param>
/// <param name="flush">Sends what was published, once for all that came together.</param>
/// <param name="maxBeforeFlush">The largest number of quotes between two flushes.</param>
internal sealed class FeedThread(IAsyncEnumerator<PriceQuote> quotes, QuoteTaker publish, Action flush, int maxBeforeFlush)
{
    private int _unflushed;

    /// <summary>Runs until the feed ends, or throws what it throws.</summary>
    public Task RunAsync() => Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Read()
    {
        using var woken = new AutoResetEvent(initialState: false);
        Action wake = () => woken.Set(); // on the thread that brings the quote
        try
        {
            while (Next(quotes.MoveNextAsync(), woken, wake))
            {
                publish(quotes.Current);
                _unflushed++;
            }
        }
        finally
        {
            Flush();
        }
    }

    private bool Next(ValueTask<bool> next, AutoResetEvent woken, Action wake)
    {
        var awaiter = next.ConfigureAwait(false).GetAwaiter();
        if (_unflushed > 0 && (!awaiter.IsCompleted || _unflushed >= maxBeforeFlush))
        {
            Flush();
        }

        if (!awaiter.IsCompleted)
        {
            awaiter.UnsafeOnCompleted(wake);
            woken.WaitOne();
        }

        return awaiter.GetResult();
    }

    private void Flush()
    {
        _unflushed = 0;
        flush();
    }
}

/// <summary>Takes a quote.</summary>
internal delegate void QuoteTaker(in PriceQuote quote);
