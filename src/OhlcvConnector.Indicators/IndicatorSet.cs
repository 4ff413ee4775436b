using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Several indicators of one series and the columns of their outputs, as a table, a stream or a server shows them.</summary>
public sealed class IndicatorSet
{
    private readonly Indicator[] _indicators;
    private readonly (int Indicator, int Output)[] _columns;
    private readonly bool[] _isRefused;

    private IndicatorSet(Indicator[] indicators, (int Indicator, int Output)[] columns, IReadOnlyList<string> names)
    {
        (_indicators, _columns, Columns, _isRefused) = (indicators, columns, names, new bool[indicators.Length]);
        foreach (var indicator in indicators)
        {
            Needs |= indicator.Needs;
        }
    }

    /// <summary>The indicators, in the order in which they were asked for.</summary>
    public IReadOnlyList<Indicator> Indicators => _indicators;

    /// <summary>
    /// The columns' names: what was asked for, with <c>.output</c> where an indicator has several: <c>rsi:14</c>, <c>macd:12:26:9.line</c>, <c>macd:12:26:9.signal</c>.
    /// </summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What all of them together need of a candle.</summary>
    public BarParts Needs { get; }

    /// <summary>How many candles it takes until every column has a number.</summary>
    public int WarmUp => _columns.Length == 0 ? 0 : _columns.Max(column => _indicators[column.Indicator].WarmUpOf(column.Output));

    /// <summary>A column as of the last candle; <see cref="double.NaN"/> before its warm-up, and when the candle was refused.</summary>
    /// <param name="column">Which, in the order of <see cref="Columns"/>.</param>
    public double this[int column] => _isRefused[_columns[column].Indicator] ? double.NaN : _indicators[_columns[column].Indicator][_columns[column].Output];

    /// <summary>Makes a set of specifications with commas between them; one with <c>.output</c> at its end gives this column alone.</summary>
    /// <param name="specifications">The specifications: <c>rsi:14,macd:12:26:9,bbands:20:2.upper@hl2</c>.</param>
    /// <exception cref="InvalidSettingException">One means nothing; the message says what would.</exception>
    public static IndicatorSet Parse(string specifications)
    {
        ArgumentNullException.ThrowIfNull(specifications);
        var indicators = new List<Indicator>();
        var columns = new List<(int, int)>();
        var names = new List<string>();
        foreach (var text in specifications.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var indicator = IndicatorCatalog.Read(text, out var output);
            var outputs = indicator.Kind.Outputs;
            for (var index = 0; index < outputs.Count; index++)
            {
                if (output is null || outputs[index].Equals(output, StringComparison.OrdinalIgnoreCase))
                {
                    columns.Add((indicators.Count, index));
                    names.Add(output is null && outputs.Count > 1 ? WithOutput(text, outputs[index]) : text);
                }
            }

            indicators.Add(indicator);
        }

        return indicators.Count > 0 ? new IndicatorSet([.. indicators], [.. columns], names) : throw new InvalidSettingException("Say which indicators: rsi:14,macd:12:26:9.");
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

        return new IndicatorSet(indicators.ToArray(), [.. columns], names);
    }

    /// <summary>Adds a closed candle to all.</summary>
    /// <param name="bar">The candle.</param>
    public void Add(in Bar bar)
    {
        for (var index = 0; index < _indicators.Length; index++)
        {
            var refused = _indicators[index].Refused;
            _indicators[index].Add(bar);
            _isRefused[index] = _indicators[index].Refused != refused;
        }
    }

    /// <summary>Writes all columns as of the last candle.</summary>
    /// <param name="values">Where to; as many as <see cref="Columns"/>.</param>
    public void Read(Span<double> values)
    {
        for (var column = 0; column < _columns.Length; column++)
        {
            values[column] = this[column];
        }
    }

    /// <summary>Writes what all columns would be after a candle, which can still be open, and changes nothing.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="values">Where to; as many as <see cref="Columns"/>.</param>
    public void Peek(in Bar bar, Span<double> values)
    {
        var peeked = -1;
        ReadOnlySpan<double> preview = default;
        for (var column = 0; column < _columns.Length; column++)
        {
            var (indicator, output) = _columns[column];
            if (indicator != peeked)
            {
                peeked = indicator;
                preview = _indicators[indicator].Preview(bar);
            }

            values[column] = preview[output];
        }
    }

    /// <summary>Makes another set in the same state.</summary>
    public IndicatorSet Clone() => new([.. _indicators.Select(indicator => indicator.Clone())], _columns, Columns);

    /// <summary>Forgets all candles.</summary>
    public void Reset()
    {
        foreach (var indicator in _indicators)
        {
            indicator.Reset();
        }

        Array.Clear(_isRefused);
    }

    private static string WithOutput(string specification, string output)
    {
        var at = specification.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? $"{specification}.{output}" : $"{specification[..at]}.{output}{specification[at..]}";
    }
}
