using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>What <c>/prices</c> answers, for the description.</summary>
internal sealed record AssetPricesAnswer : RestAnswer
{
    [Description("In the order of the question, each asset once.")]
    public required IReadOnlyList<AssetPriceRow> Prices { get; init; }
}

/// <summary>The newest price of an asset, or why there is none. With fields, only those.</summary>
internal sealed record AssetPriceRow
{
    [Description("The asset, in capital letters.")]
    public required string Symbol { get; init; }

    [Description("The asset's name for people; null where no source gives one.")]
    public string? Name { get; init; }

    public decimal? Price { get; init; }

    [Description("The currency of all amounts here.")]
    public string? Quote { get; init; }

    [Description("In per cent; null until a day is known.")]
    public decimal? Change24h { get; init; }

    public decimal? High24h { get; init; }

    public decimal? Low24h { get; init; }

    [Description("In quote; null where no source gives it.")]
    public decimal? Volume24h { get; init; }

    [Description("In quote; null where no source gives it.")]
    public decimal? MarketCap { get; init; }

    [Description("When the price was made, by its source's word.")]
    public DateTimeOffset? LastUpdated { get; init; }

    [Description("Since lastUpdated.")]
    public long? AgeSeconds { get; init; }

    [Description("Whether it is older than it should be.")]
    public bool? Stale { get; init; }

    [Description("Who says so.")]
    public string? Source { get; init; }

    [Description("With sparkline: prices of the last day, oldest first; null until a day is known.")]
    public IReadOnlyList<decimal>? Sparkline { get; init; }

    [Description("Another source that differs by more than is allowed; absent where none does.")]
    public DisagreementRow? Disagreement { get; init; }

    [Description("Why there is no price: unknown_symbol, upstream_unavailable or too_old. Absent where there is one.")]
    public string? Error { get; init; }
}

/// <summary>What another source says.</summary>
internal sealed record DisagreementRow
{
    public required string Source { get; init; }

    public required decimal Price { get; init; }

    [Description("Of the price that is shown; negative where the other is lower.")]
    public required decimal Percent { get; init; }
}
