using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Queue;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>Closes the candles of a feed by their trades, as soon as those have come: looks at each tape when the next close can be due.</summary>
/// <param name="access">The market of the feed.</param>
/// <param name="tapes">The tapes.</param>
/// <param name="queue">The queue that takes the candles.</param>
/// <param name="isStarved">Returns true when history cannot be asked of all closes that are due.</param>
internal sealed class TradeCloser(VenueAccess access, Func<TradeTape[]> tapes, QuoteQueue queue, Func<bool> isStarved)
{
    private const long MaxMs = 250;
    private const long MinMs = 20;

    private readonly List<TradeClose> _closes = [];

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var nowMs = access.Clock.OurNowMs;
                var nextMs = Judge(nowMs);
                await DeliverAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(nextMs - nowMs, MinMs, MaxMs)), access.MarketClock, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    private long Judge(long nowMs)
    {
        var nextMs = long.MaxValue;
        foreach (var tape in tapes())
        {
            tape.Judge(nowMs, access.Clock.SurelyAt(nowMs), isStarved(), _closes, ref nextMs);
        }

        return nextMs;
    }

    private async Task DeliverAsync(CancellationToken cancellationToken)
    {
        foreach (var close in _closes)
        {
            await queue.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            if (close.Quote.Series is null)
            {
                close.Sequencer.PassQuiet(close.OpenMs, close.CloseMs);
            }
            else
            {
                close.Sequencer.OnTrades(close.Quote, isRevision: close.OpenMs == 0);
            }
        }

        if (_closes.Count > 0)
        {
            _closes.Clear();
            queue.Signal();
        }
    }
}
