using OhlcvConnector.Domain;

namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>How a contract counts.</summary>
internal enum Sizing
{
    /// <summary>In steps of the base coin.</summary>
    Base,

    /// <summary>In contracts of a fixed amount of the base coin.</summary>
    LinearContracts,

    /// <summary>In contracts of a fixed amount of the quote currency.</summary>
    InverseContracts,
}

/// <summary>Something that trades on a simulated market.</summary>
internal sealed record Listing
{
    /// <summary>The market it belongs to.</summary>
    public required Market Market { get; init; }

    /// <summary>The venue's spelling.</summary>
    public required string Symbol { get; init; }

    /// <summary>The base coin.</summary>
    public required string BaseAsset { get; init; }

    /// <summary>The quote currency.</summary>
    public required string QuoteAsset { get; init; }

    /// <summary>What it is margined in; null on spot.</summary>
    public string? SettleAsset { get; init; }

    /// <summary>The price step.</summary>
    public required decimal Tick { get; init; }

    /// <summary>The size step in base units, or the contract's size (or its tradable part's) in base or quote units, by <see cref="Sizing"/>.</summary>
    public required decimal Step { get; init; }

    /// <summary>How many steps make a contract, where a part of one can be traded.</summary>
    public int StepsPerContract { get; init; } = 1;

    /// <summary>What sizes are counted in.</summary>
    public Sizing Sizing { get; init; }

    /// <summary>Around where its price moves.</summary>
    public required double BasePrice { get; init; }

    /// <summary>When it was listed, Unix epoch milliseconds, on a minute's start.</summary>
    public required long ListedMs { get; init; }

    /// <summary>When it stopped trading, Unix epoch milliseconds; never, while it trades.</summary>
    public long EndsMs { get; init; } = long.MaxValue;

    /// <summary>Whether it does not trade any more.</summary>
    public bool IsHalted => EndsMs < long.MaxValue;

    /// <summary>Whether it is announced rather than listed.</summary>
    public bool IsComing { get; init; }

    /// <summary>When a dated contract expires; null otherwise.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Minutes of a hundred in which it is traded at all.</summary>
    public int ActiveMinutesPercent { get; init; } = 100;

    /// <summary>Digits after the point of its tick.</summary>
    public int PriceDecimals => Tick.Scale;

    /// <summary>Digits after the point of its step.</summary>
    public int SizeDecimals => Step.Scale;
}
