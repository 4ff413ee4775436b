namespace OhlcvConnector.Signals.Conditions;

/// <summary>The numbers of a series that conditions look at: the last closes, each with one number a column.</summary>
internal sealed class Frame
{
    private readonly double[] _cells;
    private readonly int _width;
    private readonly int _depth;
    private int _at;

    public Frame(int width, int depth)
    {
        (_width, _depth, _cells) = (width, depth, new double[width * depth]);
        Clear();
    }

    /// <summary>The columns of the rule that is evaluated, by the number of its reference.</summary>
    public int[] Columns { get; set; } = [];

    /// <summary>True when something was divided by zero since it was last set to false.</summary>
    public bool HasDividedByZero { get; set; }

    /// <summary>Memory of the numbers, in bytes.</summary>
    public int Bytes => _cells.Length * sizeof(double);

    /// <summary>The number of a reference so many closes ago; <see cref="double.NaN"/> where there is none.</summary>
    public double this[int reference, int back]
    {
        get
        {
            var row = _at - back;
            return _cells[((row < 0 ? row + _depth : row) * _width) + Columns[reference]];
        }
    }

    /// <summary>Goes on to the next close, whose numbers are to be written.</summary>
    public Span<double> Advance()
    {
        _at = _at + 1 == _depth ? 0 : _at + 1;
        return _cells.AsSpan(_at * _width, _width);
    }

    /// <summary>Goes back over the last <see cref="Advance"/>, whose numbers are forgotten.</summary>
    public void Retreat() => _at = _at == 0 ? _depth - 1 : _at - 1;

    /// <summary>Forgets all numbers.</summary>
    public void Clear() => Array.Fill(_cells, double.NaN);
}
