namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>A candle at a moment, in the units of a venue's markets.</summary>
internal readonly record struct CandleState
{
    public required long OpenMs { get; init; }

    /// <summary>Exclusive.</summary>
    public required long CloseMs { get; init; }

    public required decimal Open { get; init; }

    public required decimal High { get; init; }

    public required decimal Low { get; init; }

    public required decimal Close { get; init; }

    /// <summary>Volume in steps: contracts for contracts.</summary>
    public required long Steps { get; init; }

    public required long TakerSteps { get; init; }

    public required decimal BaseVolume { get; init; }

    public required decimal QuoteVolume { get; init; }

    public required decimal TakerBase { get; init; }

    public required decimal TakerQuote { get; init; }

    public required long Count { get; init; }

    /// <summary>True when the venue's row of this candle lacks a number: a fault.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>The seconds of the first and the last trade; -1 without trades.</summary>
    public required (long First, long Last) TradeSeconds { get; init; }
}
