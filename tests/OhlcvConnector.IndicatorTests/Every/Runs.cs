using OhlcvConnector.Indicators;

namespace OhlcvConnector.IndicatorTests.Every;

/// <summary>The specifications that all kinds are tried with, and runs of them.</summary>
internal static class Runs
{
    /// <summary>Every kind as it usually is, and with each word and other periods.</summary>
    public static TheoryData<string> Specifications()
    {
        var all = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var kind in IndicatorCatalog.All)
        {
            all.Add(kind.Make().ToString());
            for (var index = 0; index < kind.Parameters.Count; index++)
            {
                var parameter = kind.Parameters[index];
                var values = kind.Parameters.Select(one => one.Standard).ToArray();
                foreach (var value in parameter.Words.Count > 0 ? Enumerable.Range(1, parameter.Words.Count - 1).Select(word => (double)word)
                    : parameter.IsWhole ? [parameter.Standard + 1, Math.Max(parameter.Least, parameter.Standard - 1)] : [])
                {
                    values[index] = value;
                    if (TryMake(kind, values) is { } other)
                    {
                        all.Add(other.ToString());
                    }
                }
            }
        }

        return [.. all];
    }

    /// <summary>All outputs after each bar.</summary>
    public static double[][] Of(Indicator indicator, ReadOnlySpan<Bar> bars)
    {
        var rows = new double[bars.Length][];
        for (var index = 0; index < bars.Length; index++)
        {
            indicator.Add(bars[index]);
            rows[index] = Outputs(indicator);
        }

        return rows;
    }

    public static double[] Outputs(Indicator indicator) => [.. Enumerable.Range(0, indicator.Kind.Outputs.Count).Select(output => indicator[output])];

    public static int Enough(Indicator indicator) =>
        Enumerable.Range(0, indicator.Kind.Outputs.Count).Max(indicator.WarmUpOf) + 60;

    /// <summary>The values' bits, which tell one NaN from another and zero from minus zero.</summary>
    public static long[] Bits(IEnumerable<double[]> rows) => [.. rows.SelectMany(row => row).Select(BitConverter.DoubleToInt64Bits)];

    private static Indicator? TryMake(IndicatorKind kind, double[] values)
    {
        try
        {
            return kind.Make(values);
        }
        catch (Domain.InvalidSettingException)
        {
            return null; // such as a fast period longer than the slow one
        }
    }
}
