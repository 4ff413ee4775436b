namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// Reads since when something trades, as listings tell it. They are right for what was listed lately, and not for the oldest contracts, whose dates were
/// written down afterwards: Binance's BTCUSDT perpetual has candles 17 days before its onboardDate, Bybit's BTCUSDT five days and its BTCUSD more than a year
/// before their launchTime, and OKX gave BTC-USDT the day in 2021 on which it moved to another system. So a date of those years is taken for none.
/// </summary>
internal static class ListingDates
{
    private static readonly DateTimeOffset ReliableSince = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The earliest of the dates that the venue gives; null when it gives none, or one that is too old to be relied on.</summary>
    public static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> dates)
    {
        DateTimeOffset? earliest = null;
        foreach (var date in dates)
        {
            earliest = date < earliest || earliest is null ? date ?? earliest : earliest;
        }

        return earliest >= ReliableSince ? earliest : null;
    }
}
