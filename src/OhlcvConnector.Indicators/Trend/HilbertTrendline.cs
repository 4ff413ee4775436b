namespace OhlcvConnector.Indicators;

/// <summary>Ehlers' instantaneous trendline: the average over the cycle that prices have now.</summary>
public sealed class HilbertTrendline : Indicator
{
    private const int MaxCycle = 50;
    private const int Begins = 11;

    private readonly HilbertPart _cycle;
    private readonly RingPart _prices;
    private readonly RingPart _averages;
    private readonly int _at; // the cycle, smoothed once more

    /// <summary>Makes one.</summary>
    public HilbertTrendline()
        : base(Definition, 1)
    {
        _cycle = new HilbertPart(this);
        _prices = new RingPart(this, MaxCycle + 1);
        _averages = new RingPart(this, 4);
        _at = Claim(1);
        Remember(0.1); // the estimate of the cycle feeds on itself
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    public HilbertTrendline(Indicator input)
        : this() => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "httrendline",
        Aliases = ["ht_trendline", "htl"],
        Title = "Hilbert transform trendline",
        Group = IndicatorGroup.Trend,
        Outputs = ["trendline", "period"],
        Source = PriceSource.Hl2,
        Formula = "weighted mean (4 3 2 1) of the averages of x over the cycle's period, which is smoothed: p += 0.33 (homodyne discriminator - p); O(window)",
        Reference = "Ehlers 2001; Skender HTL, on hl2; TA-Lib HT_TRENDLINE, on closes, after its 63 candles",
        Seed = "the price itself for 11 candles",
        Create = _ => new HilbertTrendline(),
    };

    /// <summary>The period of the cycle in candles.</summary>
    public double Period => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : 7;

    private protected override void Advance(in Bar bar, double[] state)
    {
        _prices.Push(state, bar.Close);
        if (_cycle.Push(state, bar.Close))
        {
            state[_at] = (0.33 * _cycle.Period(state)) + (0.67 * state[_at]);
        }

        var period = (int)(state[_at] + 0.5);
        _averages.Push(state, Average(state, Math.Min(period, _prices.Count(state)), bar.Close));
        state[0] = CountOf(state) > Begins
            ? ((4 * _averages.Back(state, 0)) + (3 * _averages.Back(state, 1)) + (2 * _averages.Back(state, 2)) + _averages.Back(state, 3)) / 10
            : bar.Close;
        if (CountOf(state) > 7)
        {
            state[1] = period;
        }
    }

    private double Average(double[] state, int period, double price)
    {
        var sum = 0.0;
        for (var back = 0; back < period; back++)
        {
            sum += _prices.Back(state, back);
        }

        return period > 0 ? sum / period : price;
    }
}
