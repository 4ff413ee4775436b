using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Infrastructure.Engine.Trades;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Gives series their place, and takes it from those that are refused.</content>
internal sealed partial class VenueFeed
{
    private void AddToShard(Series series, DateTimeOffset? since)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            if (!_table.Add(series))
            {
                return;
            }

            try
            {
                var shard = _shards.Place(series, streams: _trades.WouldSubscribe(series) ? 2 : 1);
                var added = new FeedSeries(series, NewSequencer(series, since), shard, _access.Options.TimeProvider);
                _series[series] = added;
                shard.Add(series);
                _trades.Follow(added);
                _filler.Wake();
            }
            catch (SubscriptionLimitException)
            {
                _table.Remove(series);
                throw;
            }
        }
    }

    private FeedShard NewShard()
    {
        var added = new FeedShard(
            _access,
            _first,
            () => new FeedConnection(_access, _table, _tapes.Table, _sink, _queue, Interlocked.Increment(ref _connections)),
            _remedies.OnSuspects,
            _random);
        if (_started)
        {
            Run(added);
        }

        return added;
    }

    private SeriesSequencer NewSequencer(Series series, DateTimeOffset? since)
    {
        var interval = series.Interval;
        var addedMs = _access.Clock.OurNowMs;
        var startMs = since is { } moment ? Math.Max(moment.ToUnixTimeMilliseconds(), BeginningMs) : _access.Clock.At(addedMs);
        var floorMs = interval.FloorMs(startMs);
        var firstMs = since is not null && floorMs < startMs ? interval.NextMs(floorMs) : floorMs;
        return new SeriesSequencer(
            series, _rules, _queue, _access.Counters, firstMs, isExact: since is not null, OnGap, since is null ? () => _access.Clock.At(addedMs) : null,
            streamedFromMs: since is null ? 0 : _access.Clock.At(addedMs));
    }

    private void OnGap(Series series, Gap gap) => LogGap(_logger, series.ToString(), gap.From, gap.To, gap.Reason);

    private void OnRefused(FeedSeries series, string venueMessage)
    {
        Remove(series.Series);
        _status.Tell(series, SeriesCondition.Refused, venueMessage);
        CompleteIfUntold(series.Series, venueMessage);
    }

    /// <summary>Removes the series that are built from a symbol's trades, which are refused for good: nothing else can make their candles.</summary>
    private void OnTradesRefused(TradeTape tape, string venueMessage)
    {
        Series[] refused;
        lock (_gate)
        {
            refused = _built?.Of(tape) ?? [];
        }

        foreach (var series in refused)
        {
            Remove(series);
            _status.Tell(series, SeriesCondition.Refused, venueMessage);
            CompleteIfUntold(series, venueMessage);
        }
    }

    /// <summary>
    /// Ends the feed with the refusal of a series, where nobody listens for its status or no other series is left: the reader learns of it only by that.
    /// </summary>
    private void CompleteIfUntold(Series series, string venueMessage)
    {
        if (OnStatus is null || SeriesCount == 0)
        {
            _queue.Complete(new SubscriptionRejectedException(series, venueMessage));
        }
    }

    [LoggerMessage(ConnectorEventIds.GapAnnounced, LogLevel.Warning, "{Series} has a gap from {From:u} to {To:u}: {Reason}")]
    private static partial void LogGap(ILogger logger, string series, DateTimeOffset from, DateTimeOffset to, string reason);
}
