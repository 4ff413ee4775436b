using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Spreads series over connections, within the venue's limits, and gives one that ends its connection another of its own.</content>
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
                var existing = ShardWithRoom(series);
                _access.Address.Reserve(existing is null ? _access.Options.Redundancy : 0, _access.Options.Redundancy);
                _reservedSeries += _access.Options.Redundancy;
                var shard = existing ?? NewShard();
                var added = new FeedSeries(series, NewSequencer(series, since), shard, _access.Options.TimeProvider);
                _series[series] = added;
                shard.Add(series);
                FollowTrades(added);
                _filler.Wake();
            }
            catch (SubscriptionLimitException)
            {
                _table.Remove(series);
                throw;
            }
        }
    }

    private FeedShard? ShardWithRoom(Series series)
    {
        var limits = _access.Market.Limits;
        var most = _access.Options.MaxSeriesPerConnection ?? int.MaxValue;
        var room = limits.CharactersPerConnection - limits.TopicCharacters(series);
        var takesTrades = !_fromTrades
            && FollowsTrades(series)
            && _tapes.Find(series.VenueSymbol) is null
            && _access.Address.Room >= 2 * _access.Options.Redundancy;
        var streams = takesTrades ? 2 : 1;
        return _shards.Find(
            shard => (_fromTrades ? shard.Streams : shard.Count) < most && shard.Streams + streams <= limits.SeriesPerConnection && shard.Characters <= room);
    }

    /// <summary>Opens connections that have been reserved.</summary>
    private FeedShard NewShard()
    {
        var added = new FeedShard(
            _access,
            _first,
            () => new FeedConnection(_access, _table, _tapes.Table, this, _queue, Interlocked.Increment(ref _connections)),
            OnSuspects,
            _random);
        _shards.Add(added);
        if (_started)
        {
            Run(added);
        }

        return added;
    }

    /// <summary>
    /// Some venues end the whole socket when they are asked for something that they do not have. Who was asked for each time that it happened gets a connection
    /// of its own, so that the others live; and is given up if it kills that one, too.
    /// </summary>
    private void OnSuspects(FeedShard shard, Series[] suspects)
    {
        var isAlone = shard.Count == 1;
        foreach (var suspect in suspects)
        {
            if (!_series.TryGetValue(suspect, out var series) || series.Suspected() < SuspicionsBeforeIsolation)
            {
                continue;
            }

            if (!isAlone)
            {
                Isolate(series);
            }
            else if (((IFrameSink)this).OnRejected(suspect, "the exchange ends the connection whenever it is asked for this series") is null)
            {
                LogQuarantined(_logger, suspect.ToString());
            }
        }
    }

    private void Isolate(FeedSeries series)
    {
        lock (_gate)
        {
            try
            {
                _access.Address.Reserve(_access.Options.Redundancy, series: 0);
                var alone = NewShard();
                series.Shard.Remove(series.Series);
                series.Shard = alone;
                alone.Add(series.Series);
            }
            catch (SubscriptionLimitException exception)
            {
                LogNotIsolated(_logger, series.Series.ToString(), exception.Message);
            }
        }
    }

    private SeriesSequencer NewSequencer(Series series, DateTimeOffset? since)
    {
        var interval = series.Interval;
        var addedMs = _access.Clock.OurNowMs;
        var startMs = since is { } moment ? Math.Max(moment.ToUnixTimeMilliseconds(), BeginningMs) : _access.Clock.At(addedMs);
        var floorMs = interval.FloorMs(startMs);
        var firstMs = since is not null && floorMs < startMs ? interval.NextMs(floorMs) : floorMs;
        return new SeriesSequencer(series, _rules, _queue, _access.Counters, firstMs, isExact: since is not null,
            (gapped, gap) => LogGap(_logger, gapped.ToString(), gap.From, gap.To, gap.Reason), since is null ? () => _access.Clock.At(addedMs) : null);
    }
}
