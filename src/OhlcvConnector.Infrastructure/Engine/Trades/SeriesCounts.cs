using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>The sums of a series' trades: of the open interval and some before it.</summary>
internal sealed class SeriesCounts(SeriesSequencer sequencer)
{
    private readonly CandleCount[] _counts = [new(), new(), new(), new()];
    private CandleCount? _newest;

    /// <summary>The series' order.</summary>
    public SeriesSequencer Sequencer => sequencer;

    /// <summary>Intervals that are remembered, all of them.</summary>
    public IReadOnlyList<CandleCount> All => _counts;

    /// <summary>The end of the last interval whose sums were forgotten, or never kept: nobody here knows whether what opens before it had trades.</summary>
    public long ForgottenToMs { get; private set; } = long.MinValue;

    /// <summary>Finds a series' sums; null where there are none.</summary>
    public static SeriesCounts? Of(List<SeriesCounts> all, Series series)
    {
        foreach (var one in all)
        {
            if (ReferenceEquals(one.Sequencer.Series, series) || one.Sequencer.Series.Equals(series))
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>The interval that contains a moment, which may begin now; null where it is too long ago.</summary>
    public CandleCount? At(long momentMs)
    {
        if (_newest is not null && momentMs >= _newest.OpenMs && momentMs < _newest.CloseMs)
        {
            return _newest;
        }

        var oldest = _counts[0];
        foreach (var count in _counts)
        {
            if (momentMs >= count.OpenMs && momentMs < count.CloseMs)
            {
                return count;
            }

            oldest = count.OpenMs < oldest.OpenMs ? count : oldest;
        }

        var openMs = sequencer.Series.Interval.FloorMs(momentMs);
        if (openMs < oldest.OpenMs)
        {
            ForgottenToMs = Math.Max(ForgottenToMs, sequencer.Series.Interval.NextMs(openMs));
            return null;
        }

        if (oldest.OpenMs != long.MinValue)
        {
            ForgottenToMs = Math.Max(ForgottenToMs, oldest.CloseMs);
        }

        oldest.Begin(openMs, sequencer.Series.Interval.NextMs(openMs));
        _newest = _newest is null || oldest.OpenMs > _newest.OpenMs ? oldest : _newest;
        return oldest;
    }

    /// <summary>The interval that opens at a moment, if anything was heard of it.</summary>
    public CandleCount? Opened(long openMs)
    {
        foreach (var count in _counts)
        {
            if (count.OpenMs == openMs)
            {
                return count;
            }
        }

        return null;
    }

    /// <summary>The last interval before another that had trades; null where there is none.</summary>
    public CandleCount? Before(CandleCount count)
    {
        CandleCount? last = null;
        foreach (var other in _counts)
        {
            last = other.OpenMs < count.OpenMs && other.Count > 0 && (last is null || other.OpenMs > last.OpenMs) ? other : last;
        }

        return last;
    }

    /// <summary>The first interval after a moment that had trades; null where there is none.</summary>
    public CandleCount? FirstFrom(long momentMs)
    {
        CandleCount? first = null;
        foreach (var count in _counts)
        {
            first = count.OpenMs >= momentMs && count.Count > 0 && (first is null || count.OpenMs < first.OpenMs) ? count : first;
        }

        return first;
    }
}
