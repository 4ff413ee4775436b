using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Trades;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// The trades of a feed's symbols, which close candles where nobody else does: decides which symbols have theirs followed, within the exchange's limits. Where
/// it
/// does not say otherwise, used under the feed's lock.
/// </summary>
/// <param name="access">The market of the feed.</param>
/// <param name="shards">The connections.</param>
/// <param name="tapes">The tapes.</param>
/// <param name="gate">The feed's lock.</param>
/// <param name="logger">The feed's log.</param>
internal sealed partial class FeedTrades(VenueAccess access, FeedShards shards, FeedTapes tapes, Lock gate, ILogger logger)
{
    private static readonly Interval MaxInterval = Interval.Parse("1d"); // where longer ones begin is each venue's own affair
    private static readonly TimeSpan ShareEvery = TimeSpan.FromMinutes(1);

    private readonly TradeDelay _delay = new();
    private int _roomBefore; // what was given up is not at once free at the exchange

    /// <summary>True when trades close candles in this market.</summary>
    public bool IsOn => access.Market.Trades is not null && access.Options.CloseByTrades;

    /// <summary>Number of symbols that go without their trades, because the exchange allows no more subscriptions. Needs no lock.</summary>
    public int SymbolsWithout => tapes.All.Count(tape => !tape.IsFollowed);

    /// <summary>Returns true when a series would begin another subscription, to its symbol's trades.</summary>
    public bool WouldSubscribe(Series series) =>
        MayClose(series) && tapes.Find(series.VenueSymbol) is null && access.Address.Room >= 2 * access.Options.Redundancy;

    /// <summary>Follows the trades of a series' symbol, where they can close its candles and the venue allows as many.</summary>
    public void Follow(FeedSeries series)
    {
        if (!MayClose(series.Series))
        {
            return;
        }

        if (tapes.Find(series.Series.VenueSymbol) is not { } tape)
        {
            tape = new TradeTape(series.Series, access.Market.Trades!, _delay, access.Counters) { Distrusted = OnDistrusted };
            tape.Lease = new TradesLease(access.Options.Redundancy, () => tape.Busyness, () => GiveUp(tape));
            tapes.Add(tape, series.Shard);
            if (!TryFollow(tape))
            {
                LogLeftOut(logger, tape.First.ToString());
            }
        }

        tape.Add(series.Sequencer);
        series.Tape = tape;
    }

    /// <summary>Leaves the trades of a series' symbol, if no other series needs them.</summary>
    public void Leave(Series series)
    {
        if (tapes.Find(series.VenueSymbol) is { } tape)
        {
            tape.Remove(series);
            if (tape.Count == 0)
            {
                tapes.Remove(tape);
                access.Address.Release(tape.Lease!);
            }
        }
    }

    /// <summary>Gives back what was reserved.</summary>
    public void Release()
    {
        foreach (var tape in tapes.All)
        {
            if (tape.Lease is { } lease)
            {
                access.Address.Release(lease);
            }
        }
    }

    /// <summary>Shares the subscriptions out again each minute, until it is cancelled. Takes the lock.</summary>
    public async Task ShareAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ShareEvery, access.MarketClock, cancellationToken).ConfigureAwait(false);
                Share();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    /// <summary>
    /// Gives subscriptions that became free to the busiest symbols that go without, and takes one at a time from the quietest for a busier one. Takes the lock.
    /// </summary>
    public void Share()
    {
        lock (gate)
        {
            var without = new Queue<TradeTape>(
                tapes.All.Where(tape => tape is { IsFollowed: false, IsGivenUp: false } && shards.HasStream(tapes.ShardOf(tape)!))
                    .OrderByDescending(tape => tape.Busyness));
            var redundancy = access.Options.Redundancy;
            var room = access.Address.Room;
            for (var left = Math.Min(room, _roomBefore);
                !shards.IsReleased && left >= redundancy && without.TryDequeue(out var busiest) && TryFollow(busiest);
                left -= redundancy)
            {
                LogFollowed(logger, busiest.First.ToString());
            }

            if (room < redundancy && without.TryPeek(out var next))
            {
                access.Address.TryMakeRoom(next.Lease!);
            }

            _roomBefore = access.Address.Room;
        }
    }

    private bool MayClose(Series series) => IsOn && series.Interval <= MaxInterval;

    private bool TryFollow(TradeTape tape)
    {
        if (tape.Lease is not { } lease || tapes.ShardOf(tape) is not { } shard || !shards.HasStream(shard) || !access.Address.TryReserve(lease))
        {
            return false;
        }

        tape.IsFollowed = true;
        shard.AddTrades(tape.First);
        return true;
    }

    /// <summary>Gives up the trades of a symbol, because the subscriptions are wanted for candles.</summary>
    private void GiveUp(TradeTape tape)
    {
        LogLeftOut(logger, tape.First.ToString());
        tape.IsFollowed = false;
        tape.Stop();
        tapes.ShardOf(tape)?.RemoveTrades(tape.First);
    }

    private void OnDistrusted(Series series, string reason)
    {
        access.Counters.TradesDistrust();
        LogDistrusted(logger, series.ToString(), reason);
    }

    [LoggerMessage(ConnectorEventIds.TradesDistrusted, LogLevel.Warning, "The trades of {Series} do not make its candles, which history closes for the next half hour: {Reason}")]
    private static partial void LogDistrusted(ILogger logger, string series, string reason);

    [LoggerMessage(ConnectorEventIds.TradesLeftOut, LogLevel.Information, "The exchange allows no more subscriptions: {Series} goes without its trades, and history closes its candles")]
    private static partial void LogLeftOut(ILogger logger, string series);

    [LoggerMessage(ConnectorEventIds.TradesLeftOut, LogLevel.Information, "The exchange allows another subscription: {Series} has its trades now, which close its candles")]
    private static partial void LogFollowed(ILogger logger, string series);
}
