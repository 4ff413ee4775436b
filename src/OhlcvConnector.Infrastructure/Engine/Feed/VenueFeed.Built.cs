using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Trades;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Series that the venue has no candles for, from its trades alone.</content>
internal sealed partial class VenueFeed
{
    private static readonly TimeSpan BuildEvery = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<Series, (BuiltSeries Built, TradeTape Tape)> _built = [];
    private readonly List<BuiltCandle> _candles = [];

    private void AddBuilt(Series series, DateTimeOffset? since)
    {
        if (since is not null)
        {
            throw new ArgumentException($"{series} is built from trades, which have no past: leave out since when.", nameof(since));
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            if (_built.ContainsKey(series))
            {
                return;
            }

            var tape = _tapes.Find(series.VenueSymbol);
            if (tape is null)
            {
                var existing = ShardWithRoom(series);
                _access.Address.Reserve(existing is null ? _access.Options.Redundancy : 0, _access.Options.Redundancy);
                _reservedSeries += _access.Options.Redundancy;
                tape = new TradeTape(series, _access.Market.Trades!, _tradeDelay, _access.Counters);
                var shard = existing ?? NewShard();
                _tapes.Add(tape, shard);
                shard.AddTrades(series);
            }

            var built = new BuiltSeries(series, _access.Market.Trades!, _access.Options.DeliverRevisions, _access.Counters);
            tape.Add(built);
            _built.Add(series, (built, tape));
        }
    }

    private void RemoveBuilt(Series series)
    {
        lock (_gate)
        {
            if (!_built.Remove(series, out var removed))
            {
                return;
            }

            removed.Tape.Remove(removed.Built);
            if (removed.Tape.Count > 0)
            {
                return;
            }

            _tapes.Remove(removed.Tape);
            if (!IsDisposed)
            {
                _access.Address.Release(0, _access.Options.Redundancy);
                _reservedSeries -= _access.Options.Redundancy;
            }
        }
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(BuildEvery, _access.MarketClock, cancellationToken).ConfigureAwait(false);
                var oursMs = _access.Clock.OurNowMs;
                var venueMs = _access.Clock.At(oursMs);
                foreach (var tape in _tapes.All)
                {
                    tape.Build(oursMs, venueMs, _candles);
                }

                await DeliverBuiltAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    private async Task DeliverBuiltAsync(CancellationToken cancellationToken)
    {
        foreach (var (built, quote) in _candles)
        {
            if (!quote.IsClosed)
            {
                _access.Counters.Delivered(isClosed: false);
                _queue.PushOpen(built.Slot, quote);
                continue;
            }

            await _queue.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            _access.Counters.Delivered(isClosed: true);
            if (quote.GapBefore is { } gap)
            {
                _access.Counters.GapUnfilled();
                LogGap(_logger, quote.Series.ToString(), gap.From, gap.To, gap.Reason);
            }

            _queue.PushClosed(built.Slot, quote);
        }

        if (_candles.Count > 0)
        {
            _candles.Clear();
            _queue.Signal();
        }
    }

    /// <summary>Its trades are refused for good: nothing else can make its candles.</summary>
    private void RefuseBuilt(TradeTape tape, string venueMessage)
    {
        Series[] refused;
        lock (_gate)
        {
            refused = [.. _built.Where(pair => pair.Value.Tape == tape).Select(pair => pair.Key)];
        }

        foreach (var series in refused)
        {
            Remove(series);
            Tell(series, SeriesCondition.Refused, venueMessage);
            if (OnStatus is null || _built.Count == 0)
            {
                _queue.Complete(new SubscriptionRejectedException(series, venueMessage));
            }
        }
    }
}
