namespace OhlcvConnector.Forecasting;

/// <summary>Thrown when a forecast cannot be made of what it was given: too few candles, another interval, a damaged model; the message says what to do.</summary>
public sealed class ForecastException : Exception
{
    internal ForecastException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
