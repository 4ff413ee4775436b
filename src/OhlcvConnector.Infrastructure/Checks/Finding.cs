namespace OhlcvConnector.Infrastructure.Checks;

/// <summary>How something is that was checked.</summary>
public enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but not as well as it could.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failure,
}

/// <summary>Result of a check.</summary>
/// <param name="Verdict">How it is.</param>
/// <param name="What">What was looked at.</param>
/// <param name="Result">What was seen.</param>
/// <param name="Remedy">What to do about it; null when there is nothing to do.</param>
public sealed record Finding(Verdict Verdict, string What, string Result, string? Remedy = null);
