namespace OhlcvConnector.Trading.Reports;

/// <summary>What a report tells of: one run of a strategy, and what was assumed of the market.</summary>
/// <param name="Strategy">Name of the strategy.</param>
/// <param name="Settings">Its parameters that are not the defaults.</param>
/// <param name="Result">What came of the run.</param>
/// <param name="Statistics">Statistics of it.</param>
public sealed record ReportSubject(
    string Strategy, IReadOnlyDictionary<string, decimal> Settings, BacktestResult Result, BacktestStatistics Statistics)
{
    /// <summary>Words that every report begins with.</summary>
    public const string Notice = "BACKTEST: a simulation of the past with stated assumptions, and no advice.";

    /// <summary>True when the candles are simulated.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Trading days of a year that the statistics were calculated with.</summary>
    public int DaysPerYear { get; init; } = 365;

    /// <summary>Number of the first series' candle from whose close buying and holding is counted.</summary>
    public int BenchmarkFrom { get; init; }

    /// <summary>More of the settings, for people, such as what the check for look-ahead said.</summary>
    public IReadOnlyList<(string Name, string Value)> Notes { get; init; } = [];

    /// <summary>The search that chose the parameters; null for none.</summary>
    public SearchSubject? Search { get; init; }

    /// <summary>Words for the parameters.</summary>
    internal string SettingsInWords => string.Join(", ", Settings.Select(one => FormattableString.Invariant($"{one.Key} {one.Value}")));
}

/// <summary>A search whose best variant is reported.</summary>
/// <param name="Ranked">The variants, the best first.</param>
/// <param name="Goal">Figure that they were ranked by, in words.</param>
/// <param name="Unseen">The best on candles that the search has not seen; null for none.</param>
/// <param name="DeflatedSharpe">Deflated Sharpe ratio of the best; null when it cannot be calculated.</param>
public sealed record SearchSubject(IReadOnlyList<TriedVariant> Ranked, string Goal, BacktestStatistics? Unseen, double? DeflatedSharpe);
