using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Publishing;

/// <summary>A series that is published, through all its resumptions.</summary>
/// <param name="series">The series.</param>
/// <param name="begin">Where it begins when the bus has nothing of it; null for now.</param>
[SuppressMessage("Design", "CA1001", Justification = "It holds no handle unless asked for one.")]
internal sealed class PublishedSeries(Series series, DateTimeOffset? begin)
{
    private const int MaxRetired = 16; // what was asked for so many resumptions ago comes no more

    private readonly ConcurrentQueue<Series> _retired = [];
    private volatile PublishingLane? _lane;

    /// <summary>The series.</summary>
    public Series Series { get; } = series;

    /// <summary>Where it begins when the bus has nothing of it; null for now.</summary>
    public DateTimeOffset? Begin { get; } = begin;

    /// <summary>Ends its publishing.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Its publishing.</summary>
    public Task Working { get; set; } = Task.CompletedTask;

    /// <summary>The way of its candles; null while it waits to be resumed.</summary>
    public PublishingLane? Lane => _lane;

    /// <summary>True when its candles do not come now: they are read once the bus says where it ends.</summary>
    public bool IsBehind => _lane is null;

    /// <summary>A lane for a resumption.</summary>
    public PublishingLane Resume(TimeProvider timer)
    {
        var lane = new PublishingLane(new Series(Series.Instrument, Series.Interval, Series.Symbol), timer);
        _lane = lane;
        return lane;
    }

    /// <summary>Ends the lane.</summary>
    /// <returns>How many closed candles wait no longer.</returns>
    public int Retire()
    {
        var lane = _lane;
        if (lane is null)
        {
            return 0;
        }

        _retired.Enqueue(lane.Series);
        if (_retired.Count > MaxRetired)
        {
            _retired.TryDequeue(out _);
        }

        _lane = null;
        return lane.End();
    }

    /// <summary>Whether a candle was asked for before the last resumption: it may lie behind a hole.</summary>
    public bool IsOfEarlier(in PriceQuote quote)
    {
        var series = quote.Series;
        return !ReferenceEquals(series, _lane?.Series) && IsRetired(series);
    }

    private bool IsRetired(Series series) => _retired.Any(retired => ReferenceEquals(retired, series));
}
