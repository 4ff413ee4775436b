using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>How much was traded at which prices.</summary>
internal sealed record ProfileAnswer : RestAnswer
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    public required string Symbol { get; init; }

    [Description("In the exchange's own spelling.")]
    public required string VenueSymbol { get; init; }

    public required string Interval { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    [Description("How many candles it is of.")]
    public required long Candles { get; init; }

    [Description("How many were left out, since they were none.")]
    public required long Refused { get; init; }

    public required double Volume { get; init; }

    [Description("Point of control: the price at which most was traded; null without volume.")]
    public required double? Poc { get; init; }

    [Description("Value area high.")]
    public required double? Vah { get; init; }

    [Description("Value area low.")]
    public required double? Val { get; init; }

    [Description("The value area's share of the volume.")]
    public required double? Share { get; init; }

    [Description("High-volume nodes.")]
    public required IReadOnlyList<VolumeRowAnswer> Hvn { get; init; }

    [Description("Low-volume nodes.")]
    public required IReadOnlyList<VolumeRowAnswer> Lvn { get; init; }

    public required IReadOnlyList<VolumeRowAnswer> Rows { get; init; }

    [Description("What the exchange does not have.")]
    public required IReadOnlyList<GapRow> Gaps { get; init; }
}

/// <summary>A range of prices, and what was traded in it.</summary>
internal sealed record VolumeRowAnswer
{
    public required double Low { get; init; }

    public required double High { get; init; }

    public required double Volume { get; init; }
}
