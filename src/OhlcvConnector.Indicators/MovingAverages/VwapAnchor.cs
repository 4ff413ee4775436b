namespace OhlcvConnector.Indicators;

/// <summary>Anchor of a <see cref="Vwap"/>: the time at which it begins anew.</summary>
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
