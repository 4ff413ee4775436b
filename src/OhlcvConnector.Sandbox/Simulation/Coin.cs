namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>Stage of a coin's life at the venues.</summary>
internal enum CoinLife
{
    /// <summary>The coin trades, and has for long.</summary>
    Usual,

    /// <summary>The coin trades since a hundred minutes before the sandbox started.</summary>
    Young,

    /// <summary>The coin is listed, and does not trade any more.</summary>
    Halted,

    /// <summary>The coin is announced: where the venue trades such things at all, it calls that pre-market.</summary>
    Coming,
}

/// <summary>A coin of the simulated markets.</summary>
/// <param name="Name">The name of the coin.</param>
/// <param name="Price">The price around which it moves, in dollars.</param>
/// <param name="Index">The index of the coin in the list.</param>
/// <param name="Life">The stage of its life.</param>
internal sealed record Coin(string Name, double Price, int Index, CoinLife Life = CoinLife.Usual)
{
    private const long MinuteMs = 60_000;
    private const long DayMs = 86_400_000;

    /// <summary>Minutes of a hundred in which it is traded at all.</summary>
    public int ActiveMinutesPercent => Index % 5 == 4 ? 40 : 100;

    /// <summary>Returns the time at which trading ended, Unix epoch milliseconds; the largest number while the coin trades.</summary>
    public long EndsMs(long nowMs) => Life == CoinLife.Halted ? (nowMs / DayMs * DayMs) - (30 * DayMs) : long.MaxValue;

    /// <summary>Returns the time since which the coin trades, Unix epoch milliseconds, where most coins have for so many days.</summary>
    public long ListedMs(long nowMs, int usualDays) => Life switch
    {
        CoinLife.Young => (nowMs / MinuteMs * MinuteMs) - (100 * MinuteMs),
        CoinLife.Coming => (nowMs / DayMs * DayMs) - (2 * DayMs),
        _ => (nowMs / DayMs * DayMs) - (DayMs * (Index % 7 == 6 ? 90 : usualDays)),
    };
}
