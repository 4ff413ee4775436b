namespace OhlcvConnector.Indicators;

/// <summary>
/// The quantum cipher, of the family of Market Cipher B: waves, money flow, strength and cycle of one market beside each other, where the waves cross, where
/// they diverge from prices, and the dots made of these. Signals belong to the candle that confirms them: none is ever drawn at an earlier one, moved or taken
/// back.
/// </summary>
public sealed class QuantumCipher : Indicator
{
    /// <summary>Level of the second wave beyond which a cross makes a dot: overbought above it, oversold below the same below zero.</summary>
    public const double DotLevel = 53;

    private const int MoneyFlowPeriod = 60;
    private const int RsiPeriod = 14;
    private const int Smooth = 3;
    private const int StochasticWarmUp = (2 * RsiPeriod) + Smooth - 1;
    private const double GoldLow = -80;
    private const double GoldRsi = 20;

    private readonly WaveTrendPart _waves;
    private readonly MoneyFlowPart _moneyFlow;
    private readonly RsiPart _rsi;
    private readonly RsiPart _logRsi;
    private readonly StochasticPart _place;
    private readonly SumPart _d;
    private readonly SchaffPart _schaff;
    private readonly RingPart _highs;
    private readonly RingPart _lows;
    private readonly (FractalPart Turn, DivergencePart Limited, DivergencePart Second, DivergencePart Free) _waveTurns;
    private readonly (FractalPart Turn, DivergencePart Limited, DivergencePart Free) _rsiTurns;
    private readonly (FractalPart Turn, DivergencePart Free) _placeTurns;
    private readonly int _at; // the momentum of the candle before, whether there is one, the index at the last low of the waves
    private readonly int _signal;
    private readonly int _warmUp;
    private readonly int _settled; // how many candles it takes until all outputs are numbers

    /// <summary>Makes one.</summary>
    /// <param name="channel">The period of the waves' averages of price and distance.</param>
    /// <param name="average">The period of the waves' smoothing.</param>
    /// <param name="signal">The number of values that the second wave averages.</param>
    public QuantumCipher(int channel = 9, int average = 12, int signal = 3)
        : base(Definition, WaveTrendPart.WarmUp(channel, average), channel, average, signal)
    {
        (_signal, _warmUp) = (signal, WaveTrendPart.WarmUp(channel, average));
        _waves = new WaveTrendPart(this, channel, average, signal);
        _moneyFlow = new MoneyFlowPart(this, MoneyFlowPeriod, 150, 2.5);
        (_rsi, _logRsi) = (new RsiPart(this, RsiPeriod), new RsiPart(this, RsiPeriod));
        (_place, _d) = (new StochasticPart(this, RsiPeriod, Smooth), new SumPart(this, Smooth));
        _schaff = new SchaffPart(this, 23, 50, 10, 0.5);
        (_highs, _lows) = (new RingPart(this, FractalPart.Span), new RingPart(this, FractalPart.Span));
        _waveTurns = (new FractalPart(this), new DivergencePart(this, 45, -65), new DivergencePart(this, 15, -40), Free());
        _rsiTurns = (new FractalPart(this), new DivergencePart(this, 60, 30), Free());
        _placeTurns = (new FractalPart(this), Free());
        _at = Claim(3);
        _settled = _warmUp + Enumerable.Range(0, Definition.Outputs.Count).Max(LaterBy);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "cipher",
        Aliases = ["quantumcipher", "marketcipher"],
        Title = "Quantum cipher",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("channel", 9), IndicatorParameter.Period("average", 12), IndicatorParameter.Period("signal", 3)],
        Outputs =
        [
            "wt1", "wt2", "vwap", "moneyflow", "rsi", "k", "d", "schaff", "zone", "cross", "dot",
            "divergence", "second", "hidden", "rsidivergence", "rsihidden", "stochdivergence", "stochhidden",
        ],
        Takes = BarParts.Prices,
        Formula =
            "waves as wavetrend; vwap (the family's name for momentum) = wt1 - wt2; moneyflow:60:150:2.5; rsi:14; k, d: stochrsi:14:14:3:3 of log prices; "
            + "schaff: stc:23:50:10:0.5. "
            + "zone of wt2: 1 to 3 from 53, 60 and 100 up, -1 to -3 from -53, -60 and -75 down. cross: 1 wt1 above wt2, -1 below. "
            + "dot: 1 green (cross up, wt2 <= -53), -1 red (cross down, wt2 >= 53), 2 gold (bullish divergence "
            + "of waves or index after a low of wt2 <= -80 where the index was < 20; "
            + "its authors: do not buy yet). Divergences, 1 bullish and -1 bearish, at the candle that confirms the later of two five-candle fractals, "
            + "two candles after it: "
            + "of wt2 from 45 up and -65 down, second from 15 and -40, hidden of all; of the index from 60 and 30, hidden of all; of k of all",
        Reference = "the public imitations of Market Cipher B",
        Seed = "as its parts",
        Flat = "as its parts; the logarithm of a price of 0 or less is that of the least number above 0",
        Create = values => new QuantumCipher((int)values[0], (int)values[1], (int)values[2]),
    };

    /// <summary>The wave.</summary>
    public double Wt1 => this[0];

    /// <summary>The average of the wave.</summary>
    public double Wt2 => this[1];

    /// <summary>The wave's distance from its average, which the family calls its VWAP oscillator.</summary>
    public double Vwap => this[2];

    /// <summary>The money flow area.</summary>
    public double MoneyFlow => this[3];

    /// <summary>The relative strength index.</summary>
    public double RelativeStrength => this[4];

    /// <summary>The stochastic of the relative strength of logarithmic prices.</summary>
    public double K => this[5];

    /// <summary>The average of K.</summary>
    public double D => this[6];

    /// <summary>Schaff's trend cycle.</summary>
    public double Schaff => this[7];

    /// <summary>Zone of the second wave, by how far it is beyond its levels: 1 to 3 overbought, -1 to -3 oversold.</summary>
    public int Zone => Signal(8);

    /// <summary>Cross of the last candle: 1 where the wave crossed above its average, -1 where below.</summary>
    public int Cross => Signal(9);

    /// <summary>Dot of the last candle: 1 a green one, -1 a red one, 2 a gold one.</summary>
    public int Dot => Signal(10);

    /// <summary>A regular divergence of the second wave: 1 bullish, -1 bearish.</summary>
    public int Divergence => Signal(11);

    /// <summary>A regular divergence of the second wave within the nearer limits.</summary>
    public int SecondDivergence => Signal(12);

    /// <summary>A hidden divergence of the second wave.</summary>
    public int HiddenDivergence => Signal(13);

    private protected override int LaterBy(int output) => Math.Max(0, output switch
    {
        0 => 0,
        1 or 2 or 8 => _signal - 1,
        3 => MoneyFlowPeriod - _warmUp,
        4 => RsiPeriod + 1 - _warmUp,
        5 => StochasticWarmUp - _warmUp,
        6 => StochasticWarmUp + Smooth - 1 - _warmUp,
        7 => SchaffPart.WarmUp(50, 10) - _warmUp,
        9 => _signal,
        14 or 15 => RsiPeriod + FractalPart.Span - _warmUp,
        16 or 17 => StochasticWarmUp + FractalPart.Span - 1 - _warmUp,
        _ => _signal + FractalPart.Span - 2,
    });

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (first, second) = _waves.Push(state, bar[PriceSource.Hlc3]);
        var moneyFlow = _moneyFlow.Push(state, bar);
        var rsi = _rsi.Push(state, bar.Close);
        var logRsi = _logRsi.Push(state, Math.Log(Math.Max(bar.Close, double.Epsilon)));
        var k = double.IsNaN(logRsi) ? double.NaN : _place.Push(state, logRsi, logRsi, logRsi);
        var d = double.IsNaN(k) ? double.NaN : _d.Mean(state, k);
        var schaff = _schaff.Push(state, bar.Close);
        _highs.Push(state, bar.High);
        _lows.Push(state, bar.Low);
        var (high, low) = (_highs.Back(state, FractalPart.Span / 2), _lows.Back(state, FractalPart.Span / 2));

        var ofRsi = Turn(_rsiTurns.Turn, state, rsi, out var rsiTurn);
        var rsiRegular = _rsiTurns.Limited.Push(state, rsiTurn, ofRsi, high, low).Regular;
        var rsiHidden = _rsiTurns.Free.Push(state, rsiTurn, ofRsi, high, low).Hidden;
        var ofPlace = Turn(_placeTurns.Turn, state, k, out var placeTurn);
        var place = _placeTurns.Free.Push(state, placeTurn, ofPlace, high, low);

        var (lastLow, lastRsi) = (_waveTurns.Limited.Bottom(state), state[_at + 2]);
        var ofWave = Turn(_waveTurns.Turn, state, second, out var waveTurn);
        var regular = _waveTurns.Limited.Push(state, waveTurn, ofWave, high, low).Regular;
        var nearer = _waveTurns.Second.Push(state, waveTurn, ofWave, high, low).Regular;
        var hidden = _waveTurns.Free.Push(state, waveTurn, ofWave, high, low).Hidden;
        if (waveTurn < 0 && _waveTurns.Limited.Bottom(state) == ofWave)
        {
            state[_at + 2] = CountOf(state) > RsiPeriod + (FractalPart.Span / 2) ? ofRsi : 100; // no index yet is no low one
        }

        var cross = Crosses(state, first - second);
        if (double.IsNaN(first))
        {
            return;
        }

        var isGold = (regular > 0 || rsiRegular > 0) && lastLow <= GoldLow && lastRsi < GoldRsi;
        ReadOnlySpan<double> values =
        [
            first, second, first - second, moneyFlow, rsi, k, d, schaff, ZoneOf(second), cross,
            isGold ? 2 : cross > 0 && second <= -DotLevel ? 1 : cross < 0 && second >= DotLevel ? -1 : 0,
            regular, nearer, hidden, rsiRegular, rsiHidden, place.Regular, place.Hidden,
        ];
        var count = CountOf(state);
        for (var output = 0; output < values.Length; output++)
        {
            if (count >= _settled || count >= _warmUp + LaterBy(output))
            {
                state[output] = values[output];
            }
        }
    }

    private static int ZoneOf(double wave) =>
        wave >= 100 ? 3 : wave >= 60 ? 2 : wave >= DotLevel ? 1 : wave <= -75 ? -3 : wave <= -60 ? -2 : wave <= -DotLevel ? -1 : 0;

    /// <summary>Takes a value, once there is one, and gives the one that may be a turning point.</summary>
    private static double Turn(FractalPart part, double[] state, double value, out int turn)
    {
        turn = double.IsNaN(value) ? 0 : part.Push(state, value) ?? 0;
        return part.Middle(state);
    }

    private DivergencePart Free() => new(this, double.NegativeInfinity, double.PositiveInfinity);

    private int Signal(int output) => double.IsNaN(this[output]) ? 0 : (int)this[output];

    private int Crosses(double[] state, double momentum)
    {
        if (double.IsNaN(momentum))
        {
            return 0;
        }

        var (before, isFirst) = (state[_at], state[_at + 1] == 0);
        (state[_at], state[_at + 1]) = (momentum, 1);
        return isFirst ? 0 : momentum > 0 && before <= 0 ? 1 : momentum < 0 && before >= 0 ? -1 : 0;
    }
}
