namespace OhlcvConnector.Forecasting;

/// <summary>Thrown when a forecast cannot be made of what was given: too few candles, another interval, a damaged model; it says what to do.</summary>
public sealed class ForecastException : Exception
{
    /// <summary>Creates the exception, for runtimes of networks.</summary>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="inner">What it comes of.</param>
    public ForecastException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
