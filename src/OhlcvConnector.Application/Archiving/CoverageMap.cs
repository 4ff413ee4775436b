namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// What is known of one series, as ascending ranges that do not overlap; neighbours that say the same are one. What was complete stays so, whatever is said
/// later: a venue that gives no longer what it gave does not unmake what is kept. Of everything else, the newest word counts.
/// </summary>
public sealed class CoverageMap
{
    private readonly List<CoverageRange> _ranges = [];

    /// <summary>Creates a map.</summary>
    /// <param name="ranges">What is known already, in any order; later ones are later words.</param>
    public CoverageMap(IEnumerable<CoverageRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        foreach (var range in ranges)
        {
            Add(range);
        }
    }

    /// <summary>What is known, ascending; what was never asked lies between them.</summary>
    public IReadOnlyList<CoverageRange> Ranges => _ranges;

    /// <summary>Adds what became known. An empty range changes nothing.</summary>
    /// <param name="added">The range; one that was never asked makes the map forget, what was complete included.</param>
    public void Add(CoverageRange added)
    {
        if (added.ToMs <= added.FromMs)
        {
            return;
        }

        var first = FirstTouching(added.FromMs);
        var end = first;
        while (end < _ranges.Count && _ranges[end].FromMs <= added.ToMs)
        {
            end++;
        }

        var touched = _ranges[first..end];
        var result = new List<CoverageRange>();
        touched.ForEach(old => Append(result, old with { ToMs = Math.Min(old.ToMs, added.FromMs) }));
        var atMs = added.FromMs;
        foreach (var kept in added.Coverage == Coverage.NeverAsked ? []
            : touched.Where(old => old.Coverage == Coverage.Complete && old.ToMs > added.FromMs && old.FromMs < added.ToMs))
        {
            Append(result, added with { FromMs = atMs, ToMs = kept.FromMs });
            atMs = Math.Min(kept.ToMs, added.ToMs);
            Append(result, kept with { FromMs = Math.Max(kept.FromMs, added.FromMs), ToMs = atMs });
        }

        Append(result, added with { FromMs = atMs });
        touched.ForEach(old => Append(result, old with { FromMs = Math.Max(old.FromMs, added.ToMs) }));
        result.RemoveAll(range => range.Coverage == Coverage.NeverAsked);
        _ranges.RemoveRange(first, end - first);
        _ranges.InsertRange(first, result);
    }

    /// <summary>What is known of a stretch, ascending and without a hole: what was never asked is a range, too.</summary>
    /// <param name="fromMs">Its start, inclusive, Unix epoch milliseconds UTC.</param>
    /// <param name="toMs">Its end, exclusive, Unix epoch milliseconds UTC.</param>
    public IReadOnlyList<CoverageRange> Between(long fromMs, long toMs)
    {
        var found = new List<CoverageRange>();
        var atMs = fromMs;
        for (var i = FirstTouching(fromMs); i < _ranges.Count && _ranges[i].FromMs < toMs; i++)
        {
            var range = _ranges[i];
            Append(found, new CoverageRange(atMs, range.FromMs, Coverage.NeverAsked));
            Append(found, range with { FromMs = Math.Max(range.FromMs, fromMs), ToMs = Math.Min(range.ToMs, toMs) });
            atMs = Math.Max(atMs, range.ToMs);
        }

        Append(found, new CoverageRange(atMs, toMs, Coverage.NeverAsked));
        return found;
    }

    /// <summary>The first range that ends at the moment or later.</summary>
    private int FirstTouching(long fromMs)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ranges[middle].ToMs < fromMs ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static void Append(List<CoverageRange> ranges, CoverageRange next)
    {
        if (next.ToMs <= next.FromMs)
        {
            return;
        }

        if (ranges.Count > 0 && ranges[^1].ToMs == next.FromMs && ranges[^1].SaysAs(next))
        {
            ranges[^1] = ranges[^1] with { ToMs = next.ToMs };
        }
        else
        {
            ranges.Add(next);
        }
    }
}
