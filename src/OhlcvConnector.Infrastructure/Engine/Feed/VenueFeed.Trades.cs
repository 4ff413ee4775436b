using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>The trades of its symbols, which close candles where nobody else does.</content>
internal sealed partial class VenueFeed
{
    private static readonly Interval MaxIntervalByTrades = Interval.Parse("1d"); // where longer ones begin is each venue's own affair

    private static readonly TimeSpan ShareEvery = TimeSpan.FromMinutes(1);

    private const long MaxAheadMs = 60_000; // of the venue's clock
    private const long SettledMs = 15_000; // after a candle's end no backend is behind any more

    private readonly FeedTapes _tapes = new();
    private readonly TradeDelay _tradeDelay = new();
    private readonly TradeCloser _closer;
    private readonly TradeAudit _audit;
    private int _roomBefore; // what was given up is not at once free at the exchange

    /// <summary>How many symbols go without their trades, for the exchange allows no more subscriptions.</summary>
    public int SymbolsWithoutTrades => _fromTrades ? 0 : _tapes.All.Count(tape => !tape.IsFollowed);

    private bool FollowsTrades(Series series) => ClosesByTrades && series.Interval <= MaxIntervalByTrades;

    private bool ClosesByTrades => _access.Market.Trades is not null && _access.Options.CloseByTrades;

    void IFrameSink.OnTrade(Arrival arrival, in TapedTrade trade)
    {
        if (trade.Trade.TimeMs - arrival.VenueMs > MaxAheadMs)
        {
            arrival.Trades.Break(); // it says nothing that can be believed, and may stand for one that is missing
            return;
        }

        arrival.Trades.Hear(trade.Trade.TimeMs, arrival.ReceivedMs);
        trade.Tape.OnTrade(trade.Trade, arrival.ReceivedMs);
    }

    void IFrameSink.OnTradesBegin(Arrival arrival, Series series) => _tapes.Find(series.VenueSymbol)?.Begin(arrival.Trades, arrival.VenueMs);

    void IFrameSink.OnTradesRefused(Series series, string venueMessage)
    {
        if (_tapes.Find(series.VenueSymbol) is { } tape)
        {
            tape.Refused();
            if (_fromTrades)
            {
                LogBuiltRefused(_logger, series.ToString(), venueMessage);
            }
            else
            {
                LogTradesRefused(_logger, series.ToString(), venueMessage);
            }

            if (tape.IsGivenUp)
            {
                _tapes.ShardOf(tape)?.RemoveTrades(tape.First);
                RefuseBuilt(tape, venueMessage);
            }
        }
    }

    void IFrameSink.OnEnded(Arrival arrival)
    {
        foreach (var tape in _tapes.All)
        {
            tape.End(arrival.Trades);
        }
    }

    /// <summary>Follows the trades of a series' symbol, where they can close its candles and the venue allows as many. Under the feed's lock.</summary>
    private void FollowTrades(FeedSeries series)
    {
        if (!FollowsTrades(series.Series))
        {
            return;
        }

        if (_tapes.Find(series.Series.VenueSymbol) is not { } tape)
        {
            tape = new TradeTape(series.Series, _access.Market.Trades!, _tradeDelay, _access.Counters) { Distrusted = OnDistrusted };
            tape.Lease = new TradesLease(_access.Options.Redundancy, () => tape.Busyness, () => GiveUpTrades(tape));
            _tapes.Add(tape, series.Shard);
            if (!TryFollow(tape))
            {
                LogTradesLeftOut(_logger, tape.First.ToString());
            }
        }

        tape.Add(series.Sequencer);
        series.Tape = tape;
    }

    private bool TryFollow(TradeTape tape)
    {
        if (tape.Lease is not { } lease || _tapes.ShardOf(tape) is not { } shard || !HasStream(shard) || !_access.Address.TryReserve(lease))
        {
            return false;
        }

        tape.IsFollowed = true;
        shard.AddTrades(tape.First);
        return true;
    }

    private bool HasStream(FeedShard shard) => shard.Streams < _access.Market.Limits.SeriesPerConnection;

    /// <summary>
    /// Gives subscriptions that became free to the busiest symbols that go without, and takes one at a time from the quietest for a busier one.
    /// </summary>
    private async Task ShareTradesAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ShareEvery, _access.MarketClock, cancellationToken).ConfigureAwait(false);
                ShareTrades();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    /// <summary>Looks once.</summary>
    internal void ShareTrades()
    {
        lock (_gate)
        {
            var without = new Queue<TradeTape>(
                _tapes.All.Where(tape => tape is { IsFollowed: false, IsGivenUp: false } && HasStream(_tapes.ShardOf(tape)!))
                    .OrderByDescending(tape => tape.Busyness));
            var room = _access.Address.Room;
            for (var left = Math.Min(room, _roomBefore); !IsDisposed
                && left >= _access.Options.Redundancy
                && without.TryDequeue(out var busiest)
                && TryFollow(busiest); left -= _access.Options.Redundancy)
            {
                LogTradesFollowed(_logger, busiest.First.ToString());
            }

            if (room < _access.Options.Redundancy && without.TryPeek(out var next))
            {
                _access.Address.TryMakeRoom(next.Lease!);
            }

            _roomBefore = _access.Address.Room;
        }
    }

    private void LeaveTrades(Series series)
    {
        if (_tapes.Find(series.VenueSymbol) is { } tape)
        {
            tape.Remove(series);
            if (tape.Count == 0)
            {
                _tapes.Remove(tape);
                _access.Address.Release(tape.Lease!);
            }
        }
    }

    /// <summary>The subscriptions are wanted for candles.</summary>
    private void GiveUpTrades(TradeTape tape)
    {
        LogTradesLeftOut(_logger, tape.First.ToString());
        tape.IsFollowed = false;
        tape.Stop();
        _tapes.ShardOf(tape)?.RemoveTrades(tape.First);
    }

    /// <summary>History told candles: what do their trades say?</summary>
    private void OnHistory(HistoryPiece piece)
    {
        foreach (ref readonly var row in piece.Candles.AsSpan())
        {
            if (_series.TryGetValue(row.Series, out var series))
            {
                series.Tape?.OnHistory(row, row.CloseMs + SettledMs <= piece.VenueNowMs);
            }
        }
    }

    private void OnDistrusted(Series series, string reason)
    {
        _access.Counters.TradesDistrust();
        LogDistrusted(_logger, series.ToString(), reason);
    }

    [LoggerMessage(EventIds.TradesDistrusted, LogLevel.Warning, "The trades of {Series} do not make its candles, which history closes for the next half hour: {Reason}")]
    private static partial void LogDistrusted(ILogger logger, string series, string reason);

    [LoggerMessage(EventIds.TradesRefused, LogLevel.Warning, "The trades of {Series} do not come, history closes its candles: {Text}")]
    private static partial void LogTradesRefused(ILogger logger, string series, string text);

    [LoggerMessage(EventIds.TradesRefused, LogLevel.Warning, "The trades of {Series} do not come, and nothing else can make its candles: {Text}")]
    private static partial void LogBuiltRefused(ILogger logger, string series, string text);

    [LoggerMessage(EventIds.TradesLeftOut, LogLevel.Information, "The exchange allows no more subscriptions: {Series} goes without its trades, and history closes its candles")]
    private static partial void LogTradesLeftOut(ILogger logger, string series);

    [LoggerMessage(EventIds.TradesLeftOut, LogLevel.Information, "The exchange allows another subscription: {Series} has its trades now, which close its candles")]
    private static partial void LogTradesFollowed(ILogger logger, string series);
}
