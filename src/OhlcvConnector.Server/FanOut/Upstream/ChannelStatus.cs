using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>Decides how a series is, as its subscribers are told.</summary>
internal static class ChannelStatus
{
    /// <summary>Returns a series' state, with the reason in words.</summary>
    /// <param name="channel">The series.</param>
    /// <param name="market">The diagnostics of its market.</param>
    /// <param name="failure">The reason why the market's feed failed last; null while it runs.</param>
    /// <param name="now">The market's time.</param>
    /// <param name="staleAfter">The longest time that a close may be overdue.</param>
    public static (SeriesState State, string Reason) Of(
        SeriesChannel channel, MarketDiagnostics market, string? failure, DateTimeOffset now, TimeSpan staleAfter)
    {
        if (channel.Refusal is { } refusal)
        {
            return (SeriesState.Stale, $"the exchange refuses it: {refusal}");
        }

        if (failure is not null || market.ActiveConnections == 0)
        {
            return (
                SeriesState.Reconnecting,
                failure
                    ?? (
                        market.Circuit == CircuitState.Open
                            ? "the exchange could not be reached again and again; waiting before the next attempt"
                            : "connecting"));
        }

        if (channel.NotTrading is { } notTrading)
        {
            return (SeriesState.Stale, notTrading);
        }

        if (channel.LastQuoteMs == 0)
        {
            return channel.Status.State == SeriesState.Reconnecting ? (SeriesState.Live, "connected; no candle yet") : channel.Status;
        }

        // the newest quote's candle, and the one after it, have ended for so long, and no close came
        var interval = channel.Series.Interval;
        var dueMs = interval.NextMs(channel.LastClosedMs >= channel.LastQuoteMs ? interval.NextMs(channel.LastClosedMs) : channel.LastQuoteMs);
        var overdue = now - DateTimeOffset.FromUnixTimeMilliseconds(dueMs);
        return overdue > staleAfter && !market.OmitsQuietCandles
            ? (SeriesState.Stale, "a close is overdue; the exchange sends none, and its history has none yet")
            : (SeriesState.Live, "");
    }
}
