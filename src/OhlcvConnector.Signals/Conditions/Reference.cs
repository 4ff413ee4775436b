using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Signals.Conditions;

/// <summary>What a column holds: a price of the candle, an output of an indicator, an edge of the value area, or a divergence.</summary>
internal abstract record Reference
{
    /// <summary>The length of the longer candles that it is calculated on, of which the last closed one counts; null for those of the series.</summary>
    public Interval? Interval { get; set; }

    /// <summary>True when it needs the candles' volume.</summary>
    public virtual bool IsOfVolume => false;
}

/// <summary>A number of the candle.</summary>
internal sealed record PriceReference(PriceSource Source) : Reference
{
    public override bool IsOfVolume => Source == PriceSource.Volume;
}

/// <summary>An output of an indicator.</summary>
/// <param name="Specification">The indicator as the catalog writes it.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Output">Which output.</param>
internal sealed record IndicatorReference(string Specification, IndicatorKind Kind, int Output) : Reference
{
    /// <summary>The specification with the output's name.</summary>
    public string Full
    {
        get
        {
            var at = Specification.IndexOf('@', StringComparison.Ordinal);
            return Output == 0 ? Specification : at < 0 ? $"{Specification}.{Kind.Outputs[Output]}"
                : $"{Specification[..at]}.{Kind.Outputs[Output]}{Specification[at..]}";
        }
    }
}

/// <summary>An edge of the value area of the last candles.</summary>
internal sealed record AreaReference(AreaSize Size, AreaEdge Edge) : Reference
{
    public override bool IsOfVolume => true;
}

/// <summary>The forecast of a model, as it was known at the close.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="IsForced">Whether it counts though its model does not beat no change.</param>
internal sealed record ForecastReference(string Model, bool IsForced) : Reference;

/// <summary>The divergence of prices from something that swings: 1 where a bullish one is confirmed, -1 where a bearish one is.</summary>
internal sealed record DivergenceReference(Reference Of, bool IsHidden, int Within) : Reference;

/// <summary>Candles of a value area, and rows that its prices are cut into.</summary>
internal readonly record struct AreaSize(int Candles, int Rows)
{
    public static AreaSize Usual { get; } = new(96, 50);
}

/// <summary>Edge of a value area.</summary>
internal enum AreaEdge
{
    High,
    Low,
    Control,
}
