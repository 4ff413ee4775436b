using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>
/// What the rules of one kind of series need together, shared by all series of it: each indicator once, and for each rule the columns of its references.
/// </summary>
internal sealed class RulePlan
{
    /// <summary>Columns that a frame begins with: the candle's own numbers.</summary>
    private static readonly int Prices = PriceSources.All.Count;

    private readonly Dictionary<string, int> _indicators = [];
    private readonly Dictionary<(AreaSize, AreaEdge), int> _areas = [];
    private readonly Dictionary<(int Of, int High, int Low, bool, int), int> _divergences = [];
    private readonly Interval _interval;
    private readonly IndicatorSet? _set;

    public RulePlan(Interval interval, IReadOnlyList<Rule> rules)
    {
        (_interval, Rules) = (interval, [.. rules]);
        var specifications = new List<string>();
        var width = Prices;
        foreach (var reference in rules.SelectMany(rule => rule.References))
        {
            Gather(reference, specifications, ref width);
        }

        _set = specifications.Count > 0 ? IndicatorSet.Parse(string.Join(',', specifications)) : null;
        AreaSizes = [.. rules.SelectMany(rule => rule.References).OfType<AreaReference>().Select(area => area.Size).Distinct()];
        for (var area = 0; area < AreaSizes.Length; area++, width += 3)
        {
            _areas[(AreaSizes[area], AreaEdge.High)] = width;
            _areas[(AreaSizes[area], AreaEdge.Low)] = width + 1;
            _areas[(AreaSizes[area], AreaEdge.Control)] = width + 2;
        }

        FirstArea = width - (3 * AreaSizes.Length);
        Forecasts = [.. rules.SelectMany(rule => rule.References).OfType<ForecastReference>().Distinct()];
        FirstForecast = width;
        width += Forecasts.Length;
        var divergences = new List<DivergencePlan>();
        Columns = [.. Rules.Select(rule => rule.References.Select(reference => ColumnOf(reference, divergences, ref width)).ToArray())];
        (Divergences, Width) = ([.. divergences], width);
        Depth = Rules.Max(rule => rule.Reach) + 1;
    }

    public Rule[] Rules { get; }

    /// <summary>For each rule the columns of its references.</summary>
    public int[][] Columns { get; }

    public AreaSize[] AreaSizes { get; }

    /// <summary>The column of the first area's high; its low, control and the other areas follow.</summary>
    public int FirstArea { get; }

    public ForecastReference[] Forecasts { get; }

    /// <summary>The column of the first forecast; the others follow.</summary>
    public int FirstForecast { get; }

    public DivergencePlan[] Divergences { get; }

    public int Width { get; }

    /// <summary>Closes that are kept.</summary>
    public int Depth { get; }

    /// <summary>Where the candle's numbers end and the indicators' begin.</summary>
    public static int FirstIndicator => Prices;

    public int IndicatorColumns => _set?.Columns.Count ?? 0;

    public IndicatorSet? NewSet() => _set?.Clone();

    /// <summary>The open time of the first candle to add so that a later one is judged as with a long history.</summary>
    public long BeginMs(long openMs)
    {
        var closes = Depth + Rules.Max(rule => rule.Confirm) + AreaSizes.Select(size => size.Candles).DefaultIfEmpty().Max();
        var begin = _interval.AddMs(openMs, -closes);
        foreach (var divergence in Divergences)
        {
            var candles = divergence.Within + (2 * DivergencePlan.Span);
            begin = Math.Min(begin, divergence.Interval is { } longer ? longer.AddMs(longer.FloorMs(openMs), -candles) : _interval.AddMs(openMs, -candles));
        }

        begin = Math.Max(_interval.FloorMs(begin), 0);
        return _set?.BeginMs(_interval, begin) ?? begin;
    }

    private void Gather(Reference reference, List<string> specifications, ref int width)
    {
        switch (reference)
        {
            case IndicatorReference indicator:
                GatherIndicator(SpecificationOf(indicator.Specification, reference.Interval), indicator.Kind.Outputs.Count, specifications, ref width);
                break;
            case PriceReference price when LongerOf(reference.Interval) is not null:
                GatherIndicator(SpecificationOf(Identity(price.Source), reference.Interval), 1, specifications, ref width);
                break;
            case DivergenceReference divergence:
                foreach (var part in PartsOf(divergence))
                {
                    Gather(part, specifications, ref width);
                }

                break;
        }
    }

    private void GatherIndicator(string specification, int outputs, List<string> specifications, ref int width)
    {
        if (_indicators.TryAdd(specification, width))
        {
            specifications.Add(specification);
            width += outputs;
        }
    }

    private int ColumnOf(Reference reference, List<DivergencePlan> divergences, ref int width)
    {
        switch (reference)
        {
            case IndicatorReference indicator:
                return _indicators[SpecificationOf(indicator.Specification, reference.Interval)] + indicator.Output;
            case PriceReference price:
                return LongerOf(reference.Interval) is null ? (int)price.Source : _indicators[SpecificationOf(Identity(price.Source), reference.Interval)];
            case AreaReference area:
                return _areas[(area.Size, area.Edge)];
            case ForecastReference forecast:
                return FirstForecast + Array.IndexOf(Forecasts, forecast);
            case DivergenceReference divergence:
                var parts = PartsOf(divergence);
                var (of, high, low) = (ColumnOf(parts[0], divergences, ref width), ColumnOf(parts[1], divergences, ref width), ColumnOf(parts[2],
                    divergences, ref width));
                if (_divergences.TryAdd((of, high, low, divergence.IsHidden, divergence.Within), width))
                {
                    divergences.Add(new DivergencePlan(of, high, low, width++, divergence.IsHidden, divergence.Within, LongerOf(divergence.Interval)));
                }

                return _divergences[(of, high, low, divergence.IsHidden, divergence.Within)];
            default:
                throw new InvalidOperationException($"{reference} has no column.");
        }
    }

    /// <summary>What swings, and the prices that it is compared with.</summary>
    private static Reference[] PartsOf(DivergenceReference divergence) =>
    [
        divergence.Of with { Interval = divergence.Interval },
        new PriceReference(PriceSource.High) { Interval = divergence.Interval },
        new PriceReference(PriceSource.Low) { Interval = divergence.Interval },
    ];

    private Interval? LongerOf(Interval? interval) => interval == _interval ? null : interval;

    private string SpecificationOf(string specification, Interval? interval) =>
        LongerOf(interval) is { } longer ? $"{specification}/{longer}" : specification;

    /// <summary>An indicator that is its source: the way to a price of longer candles.</summary>
    private static string Identity(PriceSource source) => $"sma:1@{PriceSources.Name(source)}";
}
