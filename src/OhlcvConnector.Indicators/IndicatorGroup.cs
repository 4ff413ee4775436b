namespace OhlcvConnector.Indicators;

/// <summary>Group of an indicator: what it is about.</summary>
public enum IndicatorGroup
{
    /// <summary>Averages of prices.</summary>
    MovingAverage,

    /// <summary>Measures of how fast prices move.</summary>
    Momentum,

    /// <summary>Measures of whether and where to prices move.</summary>
    Trend,

    /// <summary>Measures of how much prices move.</summary>
    Volatility,

    /// <summary>Measures of what is traded, and with which prices.</summary>
    Volume,

    /// <summary>Measures of the distribution.</summary>
    Statistics,

    /// <summary>Prices that others look at.</summary>
    Levels,

    /// <summary>Shapes of a few candles.</summary>
    Pattern,
}
