namespace OhlcvConnector.Forecasting.Data;

/// <summary>Means and deviations of the features over the training window, which nothing later may touch.</summary>
internal sealed record Scaler(double[] Means, double[] Deviations)
{
    /// <summary>Deviations at most: a spike in the data is no spike in the weights.</summary>
    public const double Most = 8;

    /// <summary>No scale: the numbers as they are, for a network that has its own.</summary>
    public static Scaler None { get; } = new([], []);

    /// <summary>Measures the candles up to one of them.</summary>
    public static Scaler Of(FeatureTable table, int first, int last)
    {
        var (means, deviations) = (new double[table.Columns.Count], new double[table.Columns.Count]);
        for (var column = 0; column < means.Length; column++)
        {
            var values = table.Columns[column].Skip(first).Take(last - first + 1).Where(double.IsFinite).ToArray();
            means[column] = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - means[column]) * (value - means[column])));
            deviations[column] = deviation > 1e-12 ? deviation : 1;
        }

        return new Scaler(means, deviations);
    }

    /// <summary>Scales a number of a column.</summary>
    public float Scale(int column, double value) =>
        Means.Length == 0 ? (float)value
        : double.IsFinite(value) ? (float)Math.Clamp((value - Means[column]) / Deviations[column], -Most, Most)
        : 0;
}

/// <summary>Features scaled for a model, row by row, so that the window of a candle is one span.</summary>
internal sealed class Samples
{
    private readonly float[] _rows;

    public Samples(FeatureTable table, Scaler scaler)
    {
        Table = table;
        _rows = new float[table.Targets.Length * table.Columns.Count];
        for (var column = 0; column < Width; column++)
        {
            var values = table.Columns[column];
            for (var index = 0; index < values.Length; index++)
            {
                _rows[(index * Width) + column] = scaler.Scale(column, values[index]);
            }
        }
    }

    private Samples(FeatureTable table, float[] rows) => (Table, _rows) = (table, rows);

    public FeatureTable Table { get; }

    public ForecastDefinition Definition => Table.Definition;

    /// <summary>Numbers of a row.</summary>
    public int Width => Table.Columns.Count;

    /// <summary>The same rows, but with the columns of a feature in one window taken from another.</summary>
    public Samples Exchange(string feature, int index, int from)
    {
        var rows = (float[])_rows.Clone();
        for (var back = 0; back < Definition.Window; back++)
        {
            for (var column = 0; column < Width; column++)
            {
                if (Table.Features[column] == feature)
                {
                    rows[((index - back) * Width) + column] = _rows[((from - back) * Width) + column];
                }
            }
        }

        return new Samples(Table, rows);
    }

    /// <summary>The rows of the window that ends with a candle.</summary>
    public ReadOnlySpan<float> Window(int index) => _rows.AsSpan((index - Definition.Window + 1) * Width, Definition.Window * Width);
}
