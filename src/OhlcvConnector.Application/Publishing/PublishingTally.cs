namespace OhlcvConnector.Application.Publishing;

/// <summary>Counts what publishing does; by any thread.</summary>
internal sealed class PublishingTally
{
    private long _published;
    private long _alreadyThere;
    private long _fenced;
    private long _gaps;
    private long _updates;
    private long _skippedUpdates;
    private long _toReadAgain;
    private long _failedAttempts;

    /// <summary>A closed candle was appended, or not.</summary>
    public void Append(SinkOutcome outcome, bool withGap)
    {
        Interlocked.Increment(ref outcome == SinkOutcome.Stored ? ref _published : ref outcome == SinkOutcome.Fenced ? ref _fenced : ref _alreadyThere);
        if (withGap && outcome == SinkOutcome.Stored)
        {
            Interlocked.Increment(ref _gaps);
        }
    }

    /// <summary>An update was told.</summary>
    public void Update() => Interlocked.Increment(ref _updates);

    /// <summary>An update was left out.</summary>
    public void SkipUpdate() => Interlocked.Increment(ref _skippedUpdates);

    /// <summary>Closed candles are to be read again.</summary>
    public void ReadAgain(int count) => Interlocked.Add(ref _toReadAgain, count);

    /// <summary>An attempt failed.</summary>
    public void Fail() => Interlocked.Increment(ref _failedAttempts);

    /// <summary>What was counted so far.</summary>
    public PublishingCounts Of(ICollection<PublishedSeries> series)
    {
        var lanes = series.Select(one => one.Lane).OfType<PublishingLane>().ToList();
        return new PublishingCounts(
            Volatile.Read(ref _published), Volatile.Read(ref _alreadyThere), Volatile.Read(ref _fenced), Volatile.Read(ref _gaps), Volatile.Read(ref _updates),
            Volatile.Read(ref _skippedUpdates), Volatile.Read(ref _toReadAgain), Volatile.Read(ref _failedAttempts), series.Count,
            lanes.Sum(lane => lane.Waiting), series.Count(one => one.IsBehind), lanes.Select(lane => lane.Lag).DefaultIfEmpty().Max());
    }
}
