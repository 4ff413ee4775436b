using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>
/// A formula that candles run through, one by one: <c>Add</c> a closed candle, read <see cref="Value"/>; <c>Peek</c> at what an open one would give. It has no
/// clock, does no I/O, and allocates nothing after it was made. Not for several threads at once.
/// </summary>
/// <remarks>
/// State that changes lies in one array: the outputs, the number of candles, then what each part of the formula has claimed. So a clone, a saved state and a
/// preview are copies of it, for every indicator alike, and the fields of an indicator are read-only.
/// </remarks>
public abstract partial class Indicator
{
    private const double Forgotten = 27.7;      // (1 - weight)^(27.7 / weight) < 10^-12
    private const double MaxMemory = 10_000_000;

    private readonly double[] _arguments;
    private readonly int _outputs;
    private readonly int _ownWarmUp;
    private readonly bool _takesBar;
    private readonly bool _takesVolume;
    private double[] _state;
    private double[]? _preview;
    private PriceSource _source;
    private Indicator? _input;
    private int _outputOfInput;
    private bool _isPlain;
    private int _memory;

    private protected Indicator(IndicatorKind kind, int warmUp, params ReadOnlySpan<double> arguments)
    {
        Kind = kind;
        kind.Check(arguments);
        _arguments = arguments.ToArray();
        _outputs = kind.Outputs.Count;
        _ownWarmUp = warmUp;
        _takesBar = kind.Takes.HasFlag(BarParts.Prices);
        _takesVolume = kind.Takes.HasFlag(BarParts.Volume);
        _source = kind.Source;
        _isPlain = _takesBar || _source == PriceSource.Close;
        _state = new double[_outputs + 1];
        Forget(_state);
    }

    /// <summary>Kind of the indicator: its name, parameters and outputs.</summary>
    public IndicatorKind Kind { get; }

    /// <summary>Number of candles that it takes until <see cref="Value"/> is a number: exactly so many, that of the input included.</summary>
    public int WarmUp => _ownWarmUp + (_input is null ? 0 : _input.WarmUpOf(_outputOfInput) - 1);

    /// <summary>
    /// Number of candles that it takes until where they began matters no longer: <see cref="WarmUp"/> where the formula looks back over a window; where it is
    /// an average of all that came, until a part in 10^12 of the first is left. What counts from its beginning (<c>obv</c>, an anchored <c>vwap</c>) keeps it
    /// for ever.
    /// </summary>
    public int Settled => WarmUp + Math.Max(0, Enumerable.Range(0, _outputs).Max(LaterBy)) + Chain().Sum(one => one._memory);

    /// <summary>Number of candles that went in.</summary>
    public long Count => _input?.Count ?? (long)_state[_outputs];

    /// <summary>Parts of a candle that the indicator needs, those of its input included.</summary>
    public BarParts Needs => _input is null
        ? Kind.Takes | (_takesBar || _source == PriceSource.Close ? 0 : _source == PriceSource.Volume ? BarParts.Volume : BarParts.Prices)
        : _input.Needs | (Kind.Takes & ~BarParts.Prices);

    /// <summary>True when <see cref="Value"/> is a number.</summary>
    public bool IsWarm => Count >= WarmUp;

    /// <summary>The first output as of the last candle; <see cref="double.NaN"/> before <see cref="WarmUp"/> candles.</summary>
    public double Value => _state[0];

    /// <summary>Number of candles that were refused, because a number that the formula needs was missing or not finite; they changed nothing.</summary>
    public long Refused { get; private set; }

    /// <summary>The outputs as of the last candle, in the order of <see cref="IndicatorKind.Outputs"/>.</summary>
    /// <param name="output">Which.</param>
    public double this[int output]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)output, (uint)_outputs, nameof(output));
            return _state[output];
        }
    }

    /// <summary>
    /// Returns the number of candles that it takes until an output is a number: the first takes <see cref="WarmUp"/>; another can take more, such as a signal
    /// line, or fewer.
    /// </summary>
    /// <param name="output">Which, in the order of <see cref="IndicatorKind.Outputs"/>.</param>
    public int WarmUpOf(int output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)output, (uint)_outputs, nameof(output));
        return WarmUp + LaterBy(output);
    }

    /// <summary>Adds a closed candle. Open ones are for <see cref="Peek(in PriceQuote)"/>.</summary>
    /// <param name="quote">The candle.</param>
    /// <returns><see cref="Value"/>; <see cref="double.NaN"/> when the candle was refused.</returns>
    /// <exception cref="ArgumentException">The candle is open.</exception>
    public double Add(in PriceQuote quote) => quote.IsClosed
        ? Add(new Bar(quote))
        : throw new ArgumentException("Only closed candles are added; an open one can be peeked at.", nameof(quote));

    /// <summary>Adds a number of a series that is no candle.</summary>
    /// <param name="value">The number.</param>
    /// <returns><see cref="Value"/>; <see cref="double.NaN"/> when the number was refused.</returns>
    public double Add(double value) => Add(new Bar(value));

    /// <summary>Adds a closed candle.</summary>
    /// <param name="bar">The candle.</param>
    /// <returns><see cref="Value"/>; <see cref="double.NaN"/> when the candle was refused.</returns>
    public double Add(in Bar bar) => TryAdd(bar) ? _state[0] : double.NaN;

    /// <summary>Gives what <see cref="Value"/> would be after a candle, which can still be open, and changes nothing.</summary>
    /// <param name="quote">The candle.</param>
    public double Peek(in PriceQuote quote) => Peek(new Bar(quote));

    /// <summary>Gives what <see cref="Value"/> would be after a number, and changes nothing.</summary>
    /// <param name="value">The number.</param>
    public double Peek(double value) => Peek(new Bar(value));

    /// <summary>Gives what <see cref="Value"/> would be after a candle, and changes nothing.</summary>
    /// <param name="bar">The candle.</param>
    public double Peek(in Bar bar) => Preview(bar)[0];

    /// <summary>Gives what all outputs would be after a candle, and changes nothing.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="outputs">The span that takes the outputs; as many as <see cref="IndicatorKind.Outputs"/>.</param>
    public void Peek(in Bar bar, Span<double> outputs) => Preview(bar).AsSpan(0, _outputs).CopyTo(outputs);

    /// <summary>Calculates a whole series, oldest first, from the beginning; what was added before neither matters nor changes.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="output">The first output of each; <see cref="double.NaN"/> before <see cref="WarmUp"/>.</param>
    public void Compute(ReadOnlySpan<double> values, Span<double> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, values.Length, nameof(output));
        if (_input is null && _source != PriceSource.Volume && !values.Overlaps(output) && Windows.AreFinite(values) && TryCompute(values, output))
        {
            return;
        }

        var fresh = Clone();
        fresh.Reset();
        for (var index = 0; index < values.Length; index++)
        {
            output[index] = fresh.Add(values[index]);
        }
    }

    /// <summary>Calculates a whole series of candles, oldest first, from the beginning; what was added before neither matters nor changes.</summary>
    /// <param name="bars">The candles.</param>
    /// <param name="output">The first output of each; <see cref="double.NaN"/> before <see cref="WarmUp"/>.</param>
    public void Compute(ReadOnlySpan<Bar> bars, Span<double> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, bars.Length, nameof(output));
        var fresh = Clone();
        fresh.Reset();
        for (var index = 0; index < bars.Length; index++)
        {
            output[index] = fresh.Add(bars[index]);
        }
    }

    /// <summary>Makes another one in the same state, which goes its own way from here. Its input is cloned with it.</summary>
    public Indicator Clone()
    {
        var copy = (Indicator)MemberwiseClone();
        copy._state = (double[])_state.Clone();
        copy._preview = null;
        copy._input = _input?.Clone();
        return copy;
    }

    /// <summary>Forgets all candles, those of the input too.</summary>
    public void Reset()
    {
        Array.Clear(_state);
        Forget(_state);
        Refused = 0;
        _input?.Reset();
    }

    /// <summary>Gives the state to keep: restored into an indicator of the same kind and parameters, it goes on to the last bit as this one would.</summary>
    public byte[] Save() => IndicatorState.Write(ToString(), [.. Chain().Select(one => one._state)]);

    /// <summary>Takes up a state that <see cref="Save"/> gave.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="InvalidDataException">The bytes are not a state, or that of another kind or of other parameters; nothing was changed.</exception>
    public void Restore(ReadOnlySpan<byte> state) => IndicatorState.Read(state, ToString(), [.. Chain().Select(one => one._state)]);

    /// <summary>
    /// The text that <see cref="IndicatorCatalog.Parse"/> makes this indicator of: <c>rsi:14</c>, <c>bbands:20:2@hl2</c>, <c>ema:9@rsi:14</c>.
    /// </summary>
    public override string ToString() => Kind.Write(_arguments)
        + (_input is not null ? $"@{_input.SpecificationOf(_outputOfInput)}" : _source != Kind.Source ? $"@{PriceSources.Name(_source)}" : "");

    /// <summary>Makes this indicator take another's output instead of the candles.</summary>
    internal void Follow(Indicator input, int output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)output, (uint)input._outputs, nameof(output));
        Fresh();
        (_input, _outputOfInput, _isPlain) = (input, output, false);
    }

    /// <summary>Makes this indicator take another number of the candles than the close.</summary>
    internal void Follow(PriceSource source)
    {
        Fresh();
        if (_takesBar)
        {
            throw new InvalidSettingException($"{Kind.Name} takes whole candles, not one number of each: leave out '@{PriceSources.Name(source)}'.");
        }

        (_source, _input, _isPlain) = (source, null, source == PriceSource.Close);
    }

    /// <summary>The longest session that it or its input begins anew with; null for none.</summary>
    internal Interval? Session => Chain().Select(one => one.OwnSession).Max();

    /// <summary>The state as it would be after a candle; valid until the next preview.</summary>
    internal double[] Preview(in Bar bar)
    {
        var preview = _preview ??= new double[_state.Length];
        _state.CopyTo(preview.AsSpan());
        var isTaken = _isPlain ? Take(bar, preview) : Take(bar.Flat(_input is null ? bar[_source] : _input.Preview(bar)[_outputOfInput]), preview);
        if (!isTaken)
        {
            Forget(preview);
        }

        return preview;
    }

    private string SpecificationOf(int output)
    {
        var text = ToString();
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return output == 0 ? text : at < 0 ? $"{text}.{Kind.Outputs[output]}" : $"{text[..at]}.{Kind.Outputs[output]}{text[at..]}";
    }

    private IEnumerable<Indicator> Chain()
    {
        for (var one = this; one is not null; one = one._input)
        {
            yield return one;
        }
    }

    private void Fresh()
    {
        if (Count > 0)
        {
            throw new InvalidOperationException("Say what an indicator follows before its first candle.");
        }
    }

    private void Forget(double[] state) => state.AsSpan(0, _outputs).Fill(double.NaN);

    private bool TryAdd(in Bar bar)
    {
        if (_isPlain ? Take(bar, _state) : _input is null ? Take(bar.Flat(bar[_source]), _state) : _input.TryAdd(bar)
            && Take(bar.Flat(_input._state[_outputOfInput]), _state))
        {
            return true;
        }

        if (_input is null || _input.Count >= _input.WarmUpOf(_outputOfInput))
        {
            Refused++;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Take(in Bar bar, double[] state)
    {
        var needed = _takesBar ? bar.Open + bar.High + bar.Low + bar.Close : bar.Close;
        if (!double.IsFinite(_takesVolume ? needed + bar.Volume : needed))
        {
            return false;
        }

        state[_outputs]++;
        Advance(bar, state);
        return true;
    }
}
