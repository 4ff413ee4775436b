namespace OhlcvConnector.Trading;

/// <summary>A variant of a strategy that was tried.</summary>
/// <param name="Settings">Its parameters.</param>
/// <param name="Statistics">Statistics of it; null when it failed.</param>
/// <param name="Score">Figure that it is ranked by; null where that cannot be calculated.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record TriedVariant(IReadOnlyDictionary<string, decimal> Settings, BacktestStatistics? Statistics, double? Score, string? Failure)
{
    /// <summary>Sharpe ratio of its days, which is not annualised: what the deflated Sharpe ratio is worked out from.</summary>
    public double DailySharpe { get; init; }
}
