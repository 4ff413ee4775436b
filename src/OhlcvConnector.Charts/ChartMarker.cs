namespace OhlcvConnector.Charts;

/// <summary>Marker at a candle: where something was bought, sold, or happened.</summary>
/// <param name="Time">The time, UTC: it stands at the candle in which that lies, and at the last one when it is that one's close.</param>
/// <param name="Kind">How it looks.</param>
/// <param name="Price">Its price, in the quote asset; null for below or above the candle, as its kind wants.</param>
/// <param name="Text">What stands beside it; null for nothing.</param>
public sealed record ChartMarker(DateTimeOffset Time, ChartMarkerKind Kind, decimal? Price = null, string? Text = null);

/// <summary>Looks of a marker.</summary>
public enum ChartMarkerKind
{
    /// <summary>Green, pointing up, below the candle: bought, long.</summary>
    Up,

    /// <summary>Red, pointing down, above the candle: sold, short.</summary>
    Down,

    /// <summary>A yellow diamond, above the candle: out, or neither.</summary>
    Neutral,
}
