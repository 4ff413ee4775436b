namespace OhlcvConnector.Server.Backtests;

/// <summary>What backtests may take of the server: it has candles to deliver meanwhile.</summary>
internal static class BacktestLimits
{
    /// <summary>Candles that one reads at most, shorter ones that others are built of counted as they are.</summary>
    public const int Candles = 200_000;

    /// <summary>Symbols of one at most.</summary>
    public const int Symbols = 10;

    /// <summary>Combinations of parameters that one tries at most.</summary>
    public const int Variants = 500;

    /// <summary>Candles times combinations times parts of a walk-forward at most.</summary>
    public const long Steps = 20_000_000;

    /// <summary>Backtests that run at once; the others wait.</summary>
    public const int AtOnce = 2;

    /// <summary>Backtests that wait at most.</summary>
    public const int Waiting = 10;

    /// <summary>Backtests that are kept, those that run among them; the oldest that is over gives way.</summary>
    public const int Kept = 50;

    /// <summary>Points of an equity curve that are kept.</summary>
    public const int Points = 1_000;

    /// <summary>Trades that are kept, the newest ones; the statistics are of all.</summary>
    public const int Trades = 5_000;

    /// <summary>Longest time that one may run.</summary>
    public static TimeSpan Time { get; } = TimeSpan.FromMinutes(10);
}
