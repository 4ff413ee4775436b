using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Several indicators of one series and the columns of their outputs, as a table, a stream or a server shows them.</summary>
public sealed class IndicatorSet
{
    private const int MaxOutputs = 64;

    private readonly Indicator[] _indicators;
    private readonly OnInterval?[] _longer;
    private readonly (int Indicator, int Output)[] _columns;
    private readonly bool[] _isRefused;

    private IndicatorSet(Indicator[] indicators, OnInterval?[] longer, (int Indicator, int Output)[] columns, IReadOnlyList<string> names)
    {
        (_indicators, _longer, _columns, Columns, _isRefused) = (indicators, longer, columns, names, new bool[indicators.Length]);
        foreach (var indicator in indicators)
        {
            Needs |= indicator.Needs;
        }

        Needs |= longer.Any(one => one is not null) ? BarParts.Time : 0;
    }

    /// <summary>The indicators, in the order in which they were asked for.</summary>
    public IReadOnlyList<Indicator> Indicators => _indicators;

    /// <summary>
    /// The columns' names: what was asked for, with <c>.output</c> where an indicator has several: <c>rsi:14</c>, <c>macd:12:26:9.line</c>,
    /// <c>macd:12:26:9.signal</c>.
    /// </summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Parts of a candle that all indicators of the set together need.</summary>
    public BarParts Needs { get; }

    /// <summary>Number of candles that it takes until every column has a number; of an indicator of longer candles, the number of those.</summary>
    public int WarmUp => _columns.Length == 0 ? 0 : _columns.Max(column => _indicators[column.Indicator].WarmUpOf(column.Output));

    /// <summary>
    /// Returns the open time of the first candle to add so that the values of a candle are those that a long history gives, Unix epoch milliseconds: by
    /// <see cref="Indicator.Settled"/>, and of an indicator that begins anew with a session, that of the session.
    /// </summary>
    /// <param name="interval">The candles' interval.</param>
    /// <param name="openMs">The open time of the candle, Unix epoch milliseconds UTC.</param>
    /// <returns>An open time, Unix epoch milliseconds UTC.</returns>
    public long BeginMs(Interval interval, long openMs)
    {
        var earliest = openMs;
        for (var index = 0; index < _indicators.Length; index++)
        {
            var length = _longer[index]?.Interval ?? interval;
            var first = length.FloorMs(openMs);
            earliest = Math.Min(earliest, length.AddMs(_indicators[index].Session?.FloorMs(first) ?? first, -_indicators[index].Settled));
        }

        return Math.Max(interval.FloorMs(earliest), 0);
    }

    /// <summary>A column as of the last candle; <see cref="double.NaN"/> before its warm-up, and when the candle was refused.</summary>
    /// <param name="column">Which, in the order of <see cref="Columns"/>.</param>
    public double this[int column]
    {
        get
        {
            var (indicator, output) = _columns[column];
            return _isRefused[indicator] ? double.NaN : _longer[indicator] is { } longer ? longer[output] : _indicators[indicator][output];
        }
    }

    /// <summary>Makes a set of specifications with commas between them; one with <c>.output</c> at its end gives this column alone, one with
    /// <c>/1h</c> is calculated on longer candles and has the value of the last closed one, with <c>/1h/open</c> the provisional one of that under
    /// way.</summary>
    /// <param name="specifications">The specifications: <c>rsi:14,macd:12:26:9,bbands:20:2.upper@hl2</c>.</param>
    /// <exception cref="InvalidSettingException">A specification means nothing; the message says what would.</exception>
    public static IndicatorSet Parse(string specifications)
    {
        ArgumentNullException.ThrowIfNull(specifications);
        var indicators = new List<Indicator>();
        var longer = new List<OnInterval?>();
        var columns = new List<(int, int)>();
        var names = new List<string>();
        foreach (var text in specifications.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var indicator = IndicatorCatalog.Read(slash < 0 ? text : text[..slash], out var output);
            longer.Add(slash < 0 ? null : OnInterval.Read(text[(slash + 1)..], indicator));
            var outputs = indicator.Kind.Outputs;
            for (var index = 0; index < outputs.Count; index++)
            {
                if (output is null || outputs[index].Equals(output, StringComparison.OrdinalIgnoreCase))
                {
                    columns.Add((indicators.Count, index));
                    var name = output is null && outputs.Count > 1 ? WithOutput(text, outputs[index]) : text;
                    names.Add(names.Contains(name) ? throw new InvalidSettingException($"'{name}' is asked for twice.") : name);
                }
            }

            indicators.Add(indicator);
        }

        return indicators.Count > 0
            ? new IndicatorSet([.. indicators], [.. longer], [.. columns], names)
            : throw new InvalidSettingException("Say which indicators: rsi:14,macd:12:26:9.");
    }

    /// <summary>Makes a set of indicators; the columns are all their outputs.</summary>
    /// <param name="indicators">The indicators.</param>
    public static IndicatorSet Of(params ReadOnlySpan<Indicator> indicators)
    {
        var columns = new List<(int, int)>();
        var names = new List<string>();
        for (var index = 0; index < indicators.Length; index++)
        {
            var outputs = indicators[index].Kind.Outputs;
            for (var output = 0; output < outputs.Count; output++)
            {
                columns.Add((index, output));
                names.Add(outputs.Count > 1 ? WithOutput(indicators[index].ToString(), outputs[output]) : indicators[index].ToString());
            }
        }

        return new IndicatorSet(indicators.ToArray(), new OnInterval?[indicators.Length], [.. columns], names);
    }

    /// <summary>Takes the next candle of a stream, open or closed, and gives it with its values.</summary>
    /// <remarks>
    /// <para>A closed candle advances the indicators; an open one gets provisional values and changes nothing.</para>
    /// <para>After a gap (<see cref="PriceQuote.GapBefore"/>) they begin anew or carry on, as is chosen, and <see cref="ValuedQuote.IsAfterGap"/> says
    /// so.</para>
    /// <para>A revision of a candle that was closed before is handed on without values: later values were given already, and stay as they were given.</para>
    /// </remarks>
    /// <param name="quote">The candle; all are of one series.</param>
    /// <param name="afterGap">The behaviour of the indicators when candles are missing.</param>
    public ValuedQuote Take(in PriceQuote quote, AfterGap afterGap = AfterGap.Reset)
    {
        var values = new double[Columns.Count];
        if (quote.IsRevision)
        {
            Array.Fill(values, double.NaN);
            return new ValuedQuote(quote, values, IsAfterGap: false);
        }

        if (quote.GapBefore is not null && afterGap == AfterGap.Reset)
        {
            Reset();
        }

        if (quote.IsClosed)
        {
            Add(new Bar(quote));
            Read(values);
        }
        else
        {
            Peek(new Bar(quote), values);
        }

        return new ValuedQuote(quote, values, quote.GapBefore is not null);
    }

    /// <summary>Adds a closed candle to all.</summary>
    /// <param name="bar">The candle.</param>
    public void Add(in Bar bar)
    {
        for (var index = 0; index < _indicators.Length; index++)
        {
            var refused = _indicators[index].Refused;
            if (_longer[index] is { } longer)
            {
                longer.Add(bar);
            }
            else
            {
                _indicators[index].Add(bar);
            }

            _isRefused[index] = _indicators[index].Refused != refused;
        }
    }

    /// <summary>Writes all columns as of the last candle.</summary>
    /// <param name="values">The span that takes the values; as many as <see cref="Columns"/>.</param>
    public void Read(Span<double> values)
    {
        for (var column = 0; column < _columns.Length; column++)
        {
            values[column] = this[column];
        }
    }

    /// <summary>Writes what all columns would be after a candle, which can still be open, and changes nothing.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="values">The span that takes the values; as many as <see cref="Columns"/>.</param>
    public void Peek(in Bar bar, Span<double> values)
    {
        var peeked = -1;
        Span<double> preview = stackalloc double[MaxOutputs];
        for (var column = 0; column < _columns.Length; column++)
        {
            var (indicator, output) = _columns[column];
            if (indicator != peeked)
            {
                peeked = indicator;
                if (_longer[indicator] is { } longer)
                {
                    longer.Peek(bar, preview);
                }
                else
                {
                    _indicators[indicator].Peek(bar, preview);
                }
            }

            values[column] = preview[output];
        }
    }

    /// <summary>Makes another set in the same state.</summary>
    public IndicatorSet Clone()
    {
        OnInterval?[] longer = [.. _longer.Select(one => one?.Clone())];
        return new([.. _indicators.Select((indicator, index) => longer[index]?.Indicator ?? indicator.Clone())], longer, _columns, Columns);
    }

    /// <summary>Forgets all candles.</summary>
    public void Reset()
    {
        for (var index = 0; index < _indicators.Length; index++)
        {
            _indicators[index].Reset();
            _longer[index]?.Reset();
        }

        Array.Clear(_isRefused);
    }

    private static string WithOutput(string specification, string output)
    {
        var end = specification.AsSpan().IndexOfAny('@', '/');
        return end < 0 ? $"{specification}.{output}" : $"{specification[..end]}.{output}{specification[end..]}";
    }
}
