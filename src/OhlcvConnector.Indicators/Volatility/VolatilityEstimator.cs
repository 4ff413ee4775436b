namespace OhlcvConnector.Indicators;

/// <summary>Estimator of the historical volatility: what of candles it is estimated from.</summary>
public enum VolatilityEstimator
{
    /// <summary>The deviation of the logarithmic returns of closes.</summary>
    Close,

    /// <summary>Parkinson's, of high and low.</summary>
    Parkinson,

    /// <summary>Garman and Klass', of all four prices.</summary>
    Garman,

    /// <summary>Rogers and Satchell's, of all four prices, free of drift.</summary>
    Rogers,

    /// <summary>Yang and Zhang's, of all four prices and the jump from the close before.</summary>
    Yang,
}
