using OhlcvConnector.Domain;

namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>Unit in which sizes are counted.</summary>
internal enum Sizing
{
    /// <summary>Steps of the base coin.</summary>
    Base,

    /// <summary>Contracts of a fixed amount of the base coin.</summary>
    LinearContracts,

    /// <summary>Contracts of a fixed amount of the quote currency.</summary>
    InverseContracts,
}

/// <summary>Listing: something that trades on a simulated market.</summary>
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

    /// <summary>Asset that the contract is margined in; null on spot.</summary>
    public string? SettleAsset { get; init; }

    /// <summary>The price step.</summary>
    public required decimal Tick { get; init; }

    /// <summary>The size step in base units, or the contract's size (or its tradable part's) in base or quote units, by <see cref="Sizing"/>.</summary>
    public required decimal Step { get; init; }

    /// <summary>Number of steps that make a contract, where a part of one can be traded.</summary>
    public int StepsPerContract { get; init; } = 1;

    /// <summary>Unit that sizes are counted in.</summary>
    public Sizing Sizing { get; init; }

    /// <summary>Price around which the listing's price moves.</summary>
    public required double BasePrice { get; init; }

    /// <summary>Time at which it was listed, Unix epoch milliseconds, on a minute's start.</summary>
    public required long ListedMs { get; init; }

    /// <summary>Time at which it stopped trading, Unix epoch milliseconds; the largest number while it trades.</summary>
    public long EndsMs { get; init; } = long.MaxValue;

    /// <summary>True when it does not trade any more.</summary>
    public bool IsHalted => EndsMs < long.MaxValue;

    /// <summary>True when it is announced rather than listed.</summary>
    public bool IsComing { get; init; }

    /// <summary>Time at which a dated contract expires, UTC; null otherwise.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Minutes of a hundred in which it is traded at all.</summary>
    public int ActiveMinutesPercent { get; init; } = 100;

    /// <summary>Digits after the point of its tick.</summary>
    public int PriceDecimals => Tick.Scale;

    /// <summary>Digits after the point of its step.</summary>
    public int SizeDecimals => Step.Scale;
}
