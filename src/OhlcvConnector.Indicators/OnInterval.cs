using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>
/// An indicator of longer candles, built of the candles that are added: <c>new OnInterval(Interval.OneHour, new Rsi(14))</c> on minutes. It knows nothing of
/// later: its value is that of the last longer candle that has closed or, if so chosen, the provisional one of the longer candle under way.
/// </summary>
/// <remarks>
/// A longer candle closes with the part that ends it (<see cref="Bar.CloseMs"/>), or, where bars do not say when they end, with the first part of the next one.
/// One whose beginning was not added is left out. Bars without times build nothing.
/// </remarks>
public sealed class OnInterval
{
    private readonly double[] _outputs;
    private LongerBar _longer;

    /// <summary>Makes one.</summary>
    /// <param name="interval">The length of the longer candles.</param>
    /// <param name="indicator">The indicator of them; candles are added here, not to it.</param>
    /// <param name="isProvisional">True when values are those of the longer candle under way instead of the last closed one.</param>
    public OnInterval(Interval interval, Indicator indicator, bool isProvisional = false)
    {
        ArgumentNullException.ThrowIfNull(indicator);
        (Interval, Indicator, IsProvisional) = (interval, indicator, isProvisional);
        _outputs = new double[indicator.Kind.Outputs.Count];
        Array.Fill(_outputs, double.NaN);
    }

    /// <summary>The length of the longer candles.</summary>
    public Interval Interval { get; }

    /// <summary>The indicator of the longer candles, as of the last one that has closed.</summary>
    public Indicator Indicator { get; }

    /// <summary>True when values are those of the longer candle under way.</summary>
    public bool IsProvisional { get; }

    /// <summary>The first output.</summary>
    public double Value => _outputs[0];

    /// <summary>An output.</summary>
    /// <param name="output">Which, in the order of the kind's outputs.</param>
    public double this[int output] => _outputs[output];

    /// <summary>Adds a closed candle.</summary>
    /// <param name="quote">The candle.</param>
    /// <exception cref="ArgumentException">The candle is open.</exception>
    public void Add(in PriceQuote quote) =>
        Add(quote.IsClosed ? new Bar(quote) : throw new ArgumentException("Only closed candles are added; an open one can be peeked at.", nameof(quote)));

    /// <summary>Adds a closed candle.</summary>
    /// <param name="bar">The candle.</param>
    public void Add(in Bar bar)
    {
        if (bar.OpenMs == Bar.NoTime)
        {
            return;
        }

        if (_longer.IsOver(bar, Interval))
        {
            Close();
        }

        _longer.Add(bar, Interval);
        if (_longer.IsEndedBy(bar, Interval))
        {
            Close();
            Show();
        }
        else if (IsProvisional && _longer.IsWhole)
        {
            Indicator.Preview(_longer.Bar).AsSpan(0, _outputs.Length).CopyTo(_outputs);
        }
        else
        {
            Show();
        }
    }

    /// <summary>Writes what the outputs would be after a candle, which can still be open, and changes nothing.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="outputs">The span that takes the outputs; as many as the kind has.</param>
    public void Peek(in Bar bar, Span<double> outputs)
    {
        var longer = _longer;
        var isOver = bar.OpenMs != Bar.NoTime && longer.IsOver(bar, Interval);
        if (bar.OpenMs != Bar.NoTime && !isOver)
        {
            longer.Add(bar, Interval);
        }

        // A longer candle that is over closed with an earlier part where bars say when they end; where they do not, the first part of the next one closes it.
        if (longer.IsWhole && (isOver || IsProvisional))
        {
            Indicator.Preview(longer.Bar).AsSpan(0, _outputs.Length).CopyTo(outputs);
        }
        else
        {
            for (var output = 0; output < _outputs.Length; output++)
            {
                outputs[output] = Indicator[output];
            }
        }
    }

    /// <summary>Makes another one in the same state.</summary>
    public OnInterval Clone()
    {
        var copy = new OnInterval(Interval, Indicator.Clone(), IsProvisional) { _longer = _longer };
        _outputs.CopyTo(copy._outputs.AsSpan());
        return copy;
    }

    /// <summary>Forgets all candles.</summary>
    public void Reset()
    {
        Indicator.Reset();
        _longer = default;
        Array.Fill(_outputs, double.NaN);
    }

    /// <summary>Writes how it is asked for: <c>rsi:14/1h</c>, or <c>rsi:14/1h/open</c> when it is provisional.</summary>
    public override string ToString() => $"{Indicator}/{Interval}{(IsProvisional ? "/open" : "")}";

    /// <summary>Reads what follows the slash of a specification: <c>1h</c>, <c>1h/open</c>.</summary>
    internal static OnInterval Read(string text, Indicator indicator)
    {
        var words = text.Split('/', StringSplitOptions.TrimEntries);
        var isProvisional = words.Length == 2 && words[1].Equals("open", StringComparison.OrdinalIgnoreCase);
        return Interval.TryParse(words[0], out var interval) && (words.Length == 1 || isProvisional)
            ? new OnInterval(interval, indicator, isProvisional)
            : throw new InvalidSettingException(
                $"'/{text}' is no length of longer candles. Write /1h for the last closed one's value, /1h/open for that of the one under way.");
    }

    private void Close()
    {
        if (_longer.IsWhole)
        {
            Indicator.Add(_longer.Bar);
        }

        _longer = default;
    }

    private void Show()
    {
        for (var output = 0; output < _outputs.Length; output++)
        {
            _outputs[output] = Indicator[output];
        }
    }

    /// <summary>A longer candle under way.</summary>
    private struct LongerBar
    {
        private bool _isUnderWay;

        public Bar Bar { get; private set; }

        /// <summary>True when there is a longer candle, and its beginning was there.</summary>
        public bool IsWhole { get; private set; }

        public readonly bool IsOver(in Bar next, Interval interval) => _isUnderWay && interval.FloorMs(next.OpenMs) != Bar.OpenMs;

        public readonly bool IsEndedBy(in Bar part, Interval interval) => part.CloseMs != Bar.NoTime && part.CloseMs >= interval.NextMs(Bar.OpenMs);

        public void Add(in Bar part, Interval interval)
        {
            if (!_isUnderWay)
            {
                var openMs = interval.FloorMs(part.OpenMs);
                (Bar, IsWhole, _isUnderWay) = (part with { OpenMs = openMs, CloseMs = interval.NextMs(openMs) }, part.OpenMs == openMs, true);
                return;
            }

            Bar = Bar with { High = Math.Max(Bar.High, part.High), Low = Math.Min(Bar.Low, part.Low), Close = part.Close, Volume = Bar.Volume + part.Volume };
        }
    }
}
