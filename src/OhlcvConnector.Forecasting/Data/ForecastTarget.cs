namespace OhlcvConnector.Forecasting;

/// <summary>Target of a forecast: what of the next candles is forecast.</summary>
public enum ForecastTarget
{
    /// <summary>Natural logarithm of the close at the horizon by the close now; "no change" is 0.</summary>
    Return,

    /// <summary>Probability that the close at the horizon is above the close now; "no change" is a coin, 0.5.</summary>
    Direction,

    /// <summary>Root of the mean square of the returns of each candle up to the horizon; "no change" is that of the candles up to now.</summary>
    Volatility,

    /// <summary>Quantiles of <see cref="Return"/>, trained by the pinball loss; the point is the middle one, "no change" is 0.</summary>
    Quantiles,
}
