namespace OhlcvConnector.Indicators;

/// <summary>When a <see cref="Vwap"/> begins anew.</summary>
public enum VwapAnchor
{
    /// <summary>Each UTC day.</summary>
    Day,

    /// <summary>Each UTC week, on Monday.</summary>
    Week,

    /// <summary>Each UTC month.</summary>
    Month,

    /// <summary>Never: it is anchored at the first candle.</summary>
    First,
}
