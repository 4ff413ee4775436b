using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>Series that are followed.</summary>
internal sealed record FollowedSeriesAnswer : RestAnswer
{
    public required IReadOnlyList<FollowedSeriesRow> Series { get; init; }

    [Description("Whether these are all; else ask for fewer by exchange, market or interval, or with a larger limit.")]
    public required bool Complete { get; init; }
}

/// <summary>A series that is followed.</summary>
internal sealed record FollowedSeriesRow
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    [Description("In the common spelling.")]
    public required string Symbol { get; init; }

    [Description("In the exchange's own spelling.")]
    public required string VenueSymbol { get; init; }

    public required string Interval { get; init; }

    [Description("live, reconnecting or stale.")]
    public required string State { get; init; }

    [Description("Why it is not live; empty where it is.")]
    public required string Reason { get; init; }

    [Description("Who has it followed: the settings Preload, Record or Signals, rest for POST, else clients.")]
    public required IReadOnlyList<string> By { get; init; }

    [Description("Of the newest candle, open or closed; null before the first.")]
    public required decimal? Price { get; init; }

    [Description("Open time of the newest candle; null before the first.")]
    public required DateTimeOffset? OpenTime { get; init; }

    [Description("Whether the newest candle is closed; null before the first.")]
    public required bool? IsClosed { get; init; }

    [Description("Since the exchange last said something of it; null before the first candle.")]
    public required decimal? AgeSeconds { get; init; }

    [Description("Open time of the first candle that the following figures are of: the candles of the last day that are in memory; null without any.")]
    public required DateTimeOffset? Since { get; init; }

    [Description("Of the price, in per cent, since the first open of these; null without any.")]
    public required decimal? ChangePercent { get; init; }

    public required decimal? High { get; init; }

    public required decimal? Low { get; init; }

    [Description("In base units; null where the exchange does not say it.")]
    public required decimal? Volume { get; init; }

    [Description("The last closes in memory, ascending; as many as were asked for at most.")]
    public required IReadOnlyList<decimal> Closes { get; init; }
}

/// <summary>Series to follow.</summary>
internal sealed record NewSeries
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm. Default: the exchange's own.")]
    public string? Market { get; init; }

    [Description("1 to 100 symbols.")]
    public required IReadOnlyList<string> Symbols { get; init; }

    [Description("Length of the candles. Default: 1m.")]
    public string? Interval { get; init; }
}

/// <summary>What a search found.</summary>
internal sealed record SearchAnswer : RestAnswer
{
    [Description("The likeliest first.")]
    public required IReadOnlyList<SymbolRow> Symbols { get; init; }

    [Description("How many there are in all.")]
    public required int Total { get; init; }

    [Description("Exchanges whose listing could not be read.")]
    public required IReadOnlyList<UnlistedRow> Unlisted { get; init; }
}

/// <summary>An exchange whose listing could not be read.</summary>
internal sealed record UnlistedRow
{
    public required string Exchange { get; init; }

    public required string Reason { get; init; }
}
