namespace OhlcvConnector.Indicators;

/// <summary>Reads a profile's rows.</summary>
internal static class ValueAreas
{
    public static ValueArea? Find(IReadOnlyList<VolumeRow> rows, double share, bool inPairs, bool tiesGoDown)
    {
        var total = rows.Sum(row => row.Volume);
        if (!(total > 0))
        {
            return null;
        }

        var control = Control(rows);
        var (low, high, inside) = (control, control, rows[control].Volume);
        var step = inPairs ? 2 : 1;
        while (inside < share * total && (low > 0 || high < rows.Count - 1))
        {
            var above = Sum(rows, high + 1, high + step);
            var below = Sum(rows, low - step, low - 1);
            var goesUp = low == 0 || (high < rows.Count - 1 && (above > below || (above == below && !tiesGoDown)));
            inside += goesUp ? above : below;
            (low, high) = goesUp ? (low, Math.Min(high + step, rows.Count - 1)) : (Math.Max(low - step, 0), high);
        }

        return new ValueArea(rows[control], rows[high].High, rows[low].Low, inside);
    }

    public static IReadOnlyList<VolumeRow> Nodes(IReadOnlyList<VolumeRow> rows, int reach, bool isHigh)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reach, 1);
        var mean = rows.Count == 0 ? 0 : rows.Average(row => row.Volume);
        var nodes = new List<VolumeRow>();
        for (var index = 0; index < rows.Count; index++)
        {
            var isAtEnd = index == 0 || index == rows.Count - 1;
            if ((isHigh ? rows[index].Volume > mean : rows[index].Volume < mean && !isAtEnd) && StandsOut(rows, index, reach, isHigh ? 1 : -1))
            {
                nodes.Add(rows[index]);
            }
        }

        return nodes;
    }

    /// <summary>Returns true when a row is beyond all before and after it within reach; of equal ones that follow each other the lowest is.</summary>
    private static bool StandsOut(IReadOnlyList<VolumeRow> rows, int index, int reach, int sign)
    {
        for (var other = Math.Max(index - reach, 0); other <= Math.Min(index + reach, rows.Count - 1); other++)
        {
            var difference = sign * (rows[index].Volume - rows[other].Volume);
            if (difference < 0 || (difference == 0 && other < index))
            {
                return false;
            }
        }

        return true;
    }

    private static int Control(IReadOnlyList<VolumeRow> rows)
    {
        var best = 0;
        var middle = (rows.Count - 1) / 2.0;
        for (var index = 1; index < rows.Count; index++)
        {
            var isNearer = Math.Abs(index - middle) < Math.Abs(best - middle);
            if (rows[index].Volume > rows[best].Volume || (rows[index].Volume == rows[best].Volume && isNearer))
            {
                best = index;
            }
        }

        return best;
    }

    private static double Sum(IReadOnlyList<VolumeRow> rows, int from, int to)
    {
        var sum = 0.0;
        for (var index = Math.Max(from, 0); index <= Math.Min(to, rows.Count - 1); index++)
        {
            sum += rows[index].Volume;
        }

        return sum;
    }
}
