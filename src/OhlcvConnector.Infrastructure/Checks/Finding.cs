namespace OhlcvConnector.Infrastructure.Checks;

/// <summary>Verdict of a check.</summary>
public enum Verdict
{
    /// <summary>Checked, and as it should be.</summary>
    Ok,

    /// <summary>Works, but not as well as it could.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Failure,
}

/// <summary>Result of a check.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="What">The object of the check: what was looked at.</param>
/// <param name="Result">The observation: what was seen.</param>
/// <param name="Remedy">The remedy: what to do about it; null when there is nothing to do.</param>
public sealed record Finding(Verdict Verdict, string What, string Result, string? Remedy = null);
