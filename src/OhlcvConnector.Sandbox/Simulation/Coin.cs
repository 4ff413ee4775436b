namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>Where a coin is in its life at the venues.</summary>
internal enum CoinLife
{
    /// <summary>It trades, and has for long.</summary>
    Usual,

    /// <summary>It trades since a hundred minutes before the sandbox started.</summary>
    Young,

    /// <summary>It is listed, and does not trade any more.</summary>
    Halted,

    /// <summary>It is announced: where the venue trades such things at all, it calls that pre-market.</summary>
    Coming,
}

/// <summary>A coin of the simulated markets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Price">The price around which it moves, in dollars.</param>
/// <param name="Index">Its place in the list.</param>
/// <param name="Life">Where it is in its life.</param>
internal sealed record Coin(string Name, double Price, int Index, CoinLife Life = CoinLife.Usual)
{
    private const long MinuteMs = 60_000;
    private const long DayMs = 86_400_000;

    /// <summary>Minutes of a hundred in which it is traded at all.</summary>
    public int ActiveMinutesPercent => Index % 5 == 4 ? 40 : 100;

    /// <summary>When its last trade was; never, while it trades.</summary>
    public long EndsMs(long nowMs) => Life == CoinLife.Halted ? (nowMs / DayMs * DayMs) - (30 * DayMs) : long.MaxValue;

    /// <summary>Since when it trades, where most coins have for so many days.</summary>
    public long ListedMs(long nowMs, int usualDays) => Life switch
    {
        CoinLife.Young => (nowMs / MinuteMs * MinuteMs) - (100 * MinuteMs),
        CoinLife.Coming => (nowMs / DayMs * DayMs) - (2 * DayMs),
        _ => (nowMs / DayMs * DayMs) - (DayMs * (Index % 7 == 6 ? 90 : usualDays)),
    };
}
