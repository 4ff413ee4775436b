namespace OhlcvConnector.Forecasting;

/// <summary>Thrown when a forecast cannot be made of what was given: too few candles, another interval, a damaged model; it says what to do.</summary>
public sealed class ForecastException : Exception
{
    internal ForecastException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
