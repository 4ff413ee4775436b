using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>The indicators that can be asked for.</summary>
internal sealed record CatalogAnswer : RestAnswer
{
    public required IReadOnlyList<IndicatorKindRow> Indicators { get; init; }
}

/// <summary>A kind of indicator.</summary>
internal sealed record IndicatorKindRow
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required string Group { get; init; }

    [Description("In the order in which they follow the name: macd:fast:slow:signal.")]
    public required IReadOnlyList<IndicatorParameterRow> Parameters { get; init; }

    [Description("Names behind the point, where there are several: macd.histogram.")]
    public required IReadOnlyList<string> Outputs { get; init; }

    [Description("Whether its values are prices, and can be drawn over the candles; null where some of its outputs are.")]
    public required bool? OnPrices { get; init; }
}

/// <summary>A parameter of a kind of indicator.</summary>
internal sealed record IndicatorParameterRow
{
    public required string Name { get; init; }

    [Description("What it is when left out; of a word, its place among words.")]
    public required double Standard { get; init; }

    public required double Least { get; init; }

    public required double Most { get; init; }

    [Description("Whether only whole numbers are allowed.")]
    public required bool Whole { get; init; }

    [Description("The words that it can be; empty for a number.")]
    public required IReadOnlyList<string> Words { get; init; }
}
