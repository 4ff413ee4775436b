using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Trades;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// The part of a feed that builds series from trades alone, which the venue has no candles for. Used under the feed's lock, except <see cref="RunAsync"/>.
/// </summary>
/// <param name="access">The market of the feed.</param>
/// <param name="shards">The connections.</param>
/// <param name="tapes">The tapes.</param>
/// <param name="queue">The queue that takes the candles.</param>
/// <param name="announced">Told of each gap when it is announced.</param>
internal sealed class BuiltFeed(VenueAccess access, FeedShards shards, FeedTapes tapes, QuoteQueue queue, Action<Series, Gap> announced)
{
    private static readonly TimeSpan BuildEvery = TimeSpan.FromMilliseconds(50);

    private readonly TradeDelay _delay = new();
    private readonly Dictionary<Series, (BuiltSeries Built, TradeTape Tape)> _built = [];
    private readonly List<BuiltCandle> _candles = [];

    /// <summary>Number of series that are built from trades.</summary>
    public int Count => _built.Count;

    /// <summary>Builds a series from now on.</summary>
    /// <exception cref="SubscriptionLimitException">The exchange allows no more.</exception>
    public void Add(Series series)
    {
        if (_built.ContainsKey(series))
        {
            return;
        }

        var tape = tapes.Find(series.VenueSymbol);
        if (tape is null)
        {
            var shard = shards.Place(series, streams: 1);
            tape = new TradeTape(series, access.Market.Trades!, _delay, access.Counters);
            tapes.Add(tape, shard);
            shard.AddTrades(series);
        }

        var built = new BuiltSeries(series, access.Market.Trades!, access.Options.DeliverRevisions, access.Counters);
        tape.Add(built);
        _built.Add(series, (built, tape));
    }

    /// <summary>Builds a series no more.</summary>
    public void Remove(Series series)
    {
        if (!_built.Remove(series, out var removed))
        {
            return;
        }

        removed.Tape.Remove(removed.Built);
        if (removed.Tape.Count == 0)
        {
            tapes.Remove(removed.Tape);
            shards.Leave();
        }
    }

    /// <summary>Returns the series that are built from a tape.</summary>
    public Series[] Of(TradeTape tape) => [.. _built.Where(pair => pair.Value.Tape == tape).Select(pair => pair.Key)];

    /// <summary>Builds until it is cancelled. Needs no lock.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(BuildEvery, access.MarketClock, cancellationToken).ConfigureAwait(false);
                var oursMs = access.Clock.OurNowMs;
                var venueMs = access.Clock.At(oursMs);
                foreach (var tape in tapes.All)
                {
                    tape.Build(oursMs, venueMs, _candles);
                }

                await DeliverAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    private async Task DeliverAsync(CancellationToken cancellationToken)
    {
        foreach (var (built, quote) in _candles)
        {
            if (!quote.IsClosed)
            {
                access.Counters.Delivered(isClosed: false);
                queue.PushOpen(built.Slot, quote);
                continue;
            }

            await queue.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            access.Counters.Delivered(isClosed: true);
            if (quote.GapBefore is { } gap)
            {
                access.Counters.GapUnfilled();
                announced(quote.Series, gap);
            }

            queue.PushClosed(built.Slot, quote);
        }

        if (_candles.Count > 0)
        {
            _candles.Clear();
            queue.Signal();
        }
    }
}
