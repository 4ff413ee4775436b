namespace OhlcvConnector.Signals;

/// <summary>What one rule may cost and say, over all series together, before it is stopped.</summary>
/// <param name="Milliseconds">
/// How long its conditions may take at one close: it is stopped when <see cref="RuleGuard.MostSlow"/> of its last <see cref="RuleGuard.LastCloses"/>
/// evaluations took longer. 0.01 to 10,000.
/// </param>
/// <param name="SignalsPerHour">Signals of candles that closed within the same hour, UTC; the one beyond them is not made. 1 to 10,000,000.</param>
public sealed record RuleLimits(double Milliseconds, int SignalsPerHour)
{
    /// <summary>What holds where a file says nothing else: 1 ms, and 10,000 signals an hour.</summary>
    public static RuleLimits Usual { get; } = new(1, 10_000);
}
