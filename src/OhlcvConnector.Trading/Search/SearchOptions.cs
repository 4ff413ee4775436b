namespace OhlcvConnector.Trading;

/// <summary>Figure that a search ranks variants by; more is better.</summary>
public enum SearchGoal
{
    /// <summary>Sharpe ratio.</summary>
    Sharpe,

    /// <summary>Return of the whole run.</summary>
    Return,

    /// <summary>Calmar ratio.</summary>
    Calmar,

    /// <summary>System quality number.</summary>
    Sqn,
}

/// <summary>Settings of a search.</summary>
public sealed record SearchOptions
{
    /// <summary>The broker.</summary>
    public BrokerOptions Broker { get; init; } = new();

    /// <summary>Figure that variants are ranked by.</summary>
    public SearchGoal Goal { get; init; }

    /// <summary>Trading days of a year.</summary>
    public int DaysPerYear { get; init; } = 365;

    /// <summary>Notes of variants that were tried before, and where new ones are noted; null for none.</summary>
    public SearchJournal? Journal { get; init; }

    /// <summary>Most variants that are tried at once; null for as many as there are cores.</summary>
    public int? Workers { get; init; }

    /// <summary>Called after each variant with how many were tried, from any thread; null for nobody.</summary>
    public Action<int>? Tried { get; init; }
}
