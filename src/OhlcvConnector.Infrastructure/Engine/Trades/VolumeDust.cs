using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>The rounding of volumes, which venues add up with floating point: by how much two may differ that are the same.</summary>
internal static class VolumeDust
{
    private const decimal Share = 0.000_000_001m;

    /// <summary>Returns true when two volumes are the same but for their rounding.</summary>
    public static bool IsSame(decimal one, decimal other) => one == other || Math.Abs(one - other) <= Math.Abs(other) * Share;

    /// <summary>Returns by how much sums of a candle's volume may differ that are the same, in base units.</summary>
    public static decimal Of(in PriceQuote candle) => (candle.Volume ?? 0) * Share;
}
