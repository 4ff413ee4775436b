namespace OhlcvConnector.Indicators;

/// <summary>What an indicator is about.</summary>
public enum IndicatorGroup
{
    /// <summary>Averages of prices.</summary>
    MovingAverage,

    /// <summary>How fast prices move.</summary>
    Momentum,

    /// <summary>Whether and where to prices move.</summary>
    Trend,

    /// <summary>How much prices move.</summary>
    Volatility,

    /// <summary>What is traded, and with which prices.</summary>
    Volume,

    /// <summary>Measures of the distribution.</summary>
    Statistics,

    /// <summary>Prices that others look at.</summary>
    Levels,

    /// <summary>Shapes of a few candles.</summary>
    Pattern,
}
