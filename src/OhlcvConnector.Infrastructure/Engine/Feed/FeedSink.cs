using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Takes what a feed's connections and history bring, to the series and tapes that it is for. For any thread.</summary>
/// <param name="access">The feed's market.</param>
/// <param name="all">The series of the feed.</param>
/// <param name="tapes">The trades of its symbols.</param>
/// <param name="areBuilt">True when the series are built from trades alone.</param>
/// <param name="refused">Told of a series that the exchange refused for good, with the exchange's words.</param>
/// <param name="tradesRefused">Told of trades that it refused for good.</param>
/// <param name="logger">The feed's log.</param>
internal sealed partial class FeedSink(
    VenueAccess access, ConcurrentDictionary<Series, FeedSeries> all, FeedTapes tapes, bool areBuilt, Action<FeedSeries, string> refused,
    Action<TradeTape, string> tradesRefused, ILogger logger) : IFrameSink
{
    private const long MaxAheadMs = 60_000; // of the venue's clock
    private const long SettledMs = 15_000; // after a candle's end no backend is behind any more
    private static readonly TimeSpan FaultLogEvery = TimeSpan.FromMinutes(1);

    private long _faultLoggedAt;

    /// <inheritdoc/>
    public void OnQuote(Arrival arrival, in PriceQuote quote)
    {
        if (all.TryGetValue(quote.Series, out var series))
        {
            series.Prove(arrival.ReadAt);
            var nowMs = arrival.VenueMs;
            if (series.Sequencer.WhyImpossible(quote, nowMs) is { } reason)
            {
                OnImpossible(quote, reason);
                return;
            }

            series.Sequencer.OnStream(quote, arrival.Generation, nowMs);
            series.Tape?.OnCandle(quote, arrival.ReceivedMs);
        }
    }

    /// <inheritdoc/>
    public void OnTrade(Arrival arrival, in TapedTrade trade)
    {
        if (trade.Trade.TimeMs - arrival.VenueMs > MaxAheadMs)
        {
            arrival.Trades.Break(); // it says nothing that can be believed, and may stand for one that is missing
            return;
        }

        arrival.Trades.Hear(trade.Trade.TimeMs, arrival.ReceivedMs);
        trade.Tape.OnTrade(trade.Trade, arrival.ReceivedMs);
    }

    /// <inheritdoc/>
    public void OnTradesBegin(Arrival arrival, Series series) => tapes.Find(series.VenueSymbol)?.Begin(arrival.Trades, arrival.VenueMs);

    /// <inheritdoc/>
    public void OnTradesRefused(Series series, string venueMessage)
    {
        if (tapes.Find(series.VenueSymbol) is not { } tape)
        {
            return;
        }

        tape.Refused();
        if (areBuilt)
        {
            LogBuiltRefused(logger, series.ToString(), venueMessage);
        }
        else
        {
            LogTradesRefused(logger, series.ToString(), venueMessage);
        }

        if (tape.IsGivenUp)
        {
            tapes.ShardOf(tape)?.RemoveTrades(tape.First);
            tradesRefused(tape, venueMessage);
        }
    }

    /// <inheritdoc/>
    public void OnEnded(Arrival arrival)
    {
        foreach (var tape in tapes.All)
        {
            tape.End(arrival.Trades);
        }
    }

    /// <inheritdoc/>
    public TimeSpan? OnRejected(Series series, string venueMessage)
    {
        if (!all.TryGetValue(series, out var known))
        {
            return null; // it was removed meanwhile
        }

        if (known.IsProven || known.Condition != SeriesCondition.Trading)
        {
            return known.Refused(); // not for good: history goes on meanwhile, and what does not trade yet may be unknown to the stream until it does
        }

        refused(known, venueMessage);
        return null;
    }

    /// <inheritdoc/>
    public bool MayLogFault()
    {
        var last = Volatile.Read(ref _faultLoggedAt);
        return (last == 0 || access.Options.TimeProvider.GetElapsedTime(last) > FaultLogEvery)
            && Interlocked.CompareExchange(ref _faultLoggedAt, access.Options.TimeProvider.GetTimestamp(), last) == last;
    }

    /// <summary>Takes what history says, and compares it with the trades.</summary>
    public void OnHistory(HistoryPiece piece)
    {
        foreach (ref readonly var row in piece.Candles.AsSpan())
        {
            if (all.TryGetValue(row.Series, out var series))
            {
                series.Tape?.OnHistory(row, row.CloseMs + SettledMs <= piece.VenueNowMs);
            }
        }
    }

    private void OnImpossible(in PriceQuote quote, string reason)
    {
        var count = access.Counters.RefusedCandles(1);
        if (MayLogFault())
        {
            LogImpossible(logger, quote.Series.ToString(), quote.OpenTime, reason, count);
        }
    }

    [LoggerMessage(ConnectorEventIds.CandleRefused, LogLevel.Warning, "{Series}: the candle of {OpenTime:u} is refused: {Reason}; {Count} candles so far")]
    private static partial void LogImpossible(ILogger logger, string series, DateTimeOffset openTime, string reason, long count);

    [LoggerMessage(ConnectorEventIds.TradesRefused, LogLevel.Warning, "The trades of {Series} do not come, history closes its candles: {Text}")]
    private static partial void LogTradesRefused(ILogger logger, string series, string text);

    [LoggerMessage(ConnectorEventIds.TradesRefused, LogLevel.Warning, "The trades of {Series} do not come, and nothing else can make its candles: {Text}")]
    private static partial void LogBuiltRefused(ILogger logger, string series, string text);
}
