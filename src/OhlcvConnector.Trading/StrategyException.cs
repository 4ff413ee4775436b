namespace OhlcvConnector.Trading;

/// <summary>A strategy threw; the inner exception is what it threw.</summary>
public sealed class StrategyException : Exception
{
    internal StrategyException(string place, Exception inner)
        : base($"The strategy failed {place}: {inner.Message}", inner)
    {
    }
}
