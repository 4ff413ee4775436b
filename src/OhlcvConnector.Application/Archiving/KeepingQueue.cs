using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// Candles on their way to the archive. Whatever came since the last write is written in one; what would leave a hole in its series is not written, and the
/// series is behind until what lies before was read again.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless asked for one.")]
internal sealed partial class KeepingQueue(ICandleArchive archive, TimeProvider timer, Action<string> tell)
{
    /// <summary>How many candles may wait; beyond that they are read again later.</summary>
    public const int MaxWaiting = 20_000;

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Series, Place> _places = [];
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Lock _gate = new();
    private List<Waiting> _waiting = [];
    private int _inHand; // being written
    private AppendCounts _counts;
    private long _missing;
    private long _refetched;
    private long _refused;
    private long _failedWrites;
    private bool _isCompleted;
    private bool _isFailing;
    private TimeSpan _longestWait;

    /// <summary>What was done so far.</summary>
    public KeepingCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return new KeepingCounts(
                    _counts.Added, _counts.Same, _counts.Revised, _missing, _refetched, _refused, _failedWrites, _waiting.Count + _inHand,
                        _places.Values.Count(place => place.IsBehind), _longestWait);
            }
        }
    }

    /// <summary>Whether nothing can be written now.</summary>
    public bool IsFailing => Volatile.Read(ref _isFailing);

    /// <summary>Whether a series is not followed yet.</summary>
    public bool IsNew(Series series)
    {
        lock (_gate)
        {
            return !_places.ContainsKey(series);
        }
    }

    /// <summary>Follows a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="sinceMs">Where its candles begin, which is where the archive ends; null where that has none.</param>
    public void Follow(Series series, long? sinceMs)
    {
        lock (_gate)
        {
            _places.TryAdd(series, new Place { LiveAtMs = sinceMs, KeptToMs = sinceMs });
        }
    }

    /// <summary>Takes a closed candle.</summary>
    /// <param name="candle">The candle.</param>
    /// <param name="continues">Whether it follows the one before without an interruption of the stream, so that what lies between had no trades.</param>
    /// <param name="maxToRead">How much is read again where it does not; what is more stays as it is, and the series begins anew.</param>
    public void Add(in PriceQuote candle, bool continues = true, TimeSpan maxToRead = default)
    {
        lock (_gate)
        {
            var place = _places[candle.Series];
            var fromMs = !candle.IsRevision && continues ? place.LiveAtMs ?? candle.OpenMs : candle.OpenMs;
            if (!continues && place.KeptToMs < fromMs - (long)maxToRead.TotalMilliseconds)
            {
                place.KeptToMs = null;
            }

            place.LiveAtMs = Math.Max(place.LiveAtMs ?? 0, candle.CloseMs);
            if (_waiting.Count + _inHand < MaxWaiting)
            {
                _waiting.Add(new Waiting(candle, fromMs, timer.GetTimestamp()));
                if (_waiting.Count == 1)
                {
                    _signal.Release();
                }
            }
            else if (!candle.IsRevision)
            {
                place.KeptToMs ??= candle.OpenMs;
                place.IsBehind = true;
            }
        }
    }

    /// <summary>No more candles come: the writing ends when those that wait are written, or cannot be.</summary>
    public void Complete()
    {
        Volatile.Write(ref _isCompleted, true);
        _signal.Release();
    }

    /// <summary>The series that are behind, and where each ends in the archive, Unix epoch milliseconds UTC.</summary>
    public IReadOnlyList<(Series Series, long KeptToMs)> Behind()
    {
        lock (_gate)
        {
            return [.. _places.Where(entry => entry.Value.IsBehind).Select(entry => (entry.Key, entry.Value.KeptToMs ?? 0))];
        }
    }

    /// <summary>A series that was behind was read again up to a moment: what follows it can be written.</summary>
    public void CatchUp(Series series, long keptToMs, AppendCounts counts)
    {
        lock (_gate)
        {
            var place = _places[series];
            place.KeptToMs = Math.Max(place.KeptToMs ?? 0, keptToMs);
            place.IsBehind = place.KeptToMs < place.LiveAtMs;
            _counts += counts;
            _refetched += counts.Added;
        }
    }

    /// <summary>Writes until no more come.</summary>
    /// <param name="cancellationToken">Ends the waits between attempts.</param>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var pause = MinPause;
        while (true)
        {
            await _signal.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            while (Take() is { Count: > 0 } batch)
            {
                try
                {
                    await KeepAsync(batch).ConfigureAwait(false);
                    pause = MinPause;
                    Tell(isFailing: false, "The archive can be written again.");
                }
                catch (ArchiveException exception)
                {
                    PutBack(batch);
                    Tell(isFailing: true, $"Candles cannot be written, and wait: {exception.Message}");
                    if (Volatile.Read(ref _isCompleted) || cancellationToken.IsCancellationRequested)
                    {
                        tell($"{Counts.Waiting} candles were not written; the next run reads them again.");
                        return;
                    }

                    await Task.Delay(pause, timer, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
                }
            }

            if (Volatile.Read(ref _isCompleted))
            {
                return;
            }
        }
    }

    private List<Waiting> Take()
    {
        lock (_gate)
        {
            var taken = _waiting;
            _waiting = [];
            _inHand = taken.Count;
            return taken;
        }
    }

    private void PutBack(List<Waiting> batch)
    {
        lock (_gate)
        {
            batch.AddRange(_waiting);
            _waiting = batch;
            _inHand = 0;
            _failedWrites++;
        }
    }

    private async Task KeepAsync(List<Waiting> batch)
    {
        var (candles, covered) = Whole(batch);
        if (candles.Count == 0)
        {
            return;
        }

        AppendCounts counts;
        try
        {
            counts = await archive.AppendAsync(candles, covered, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ArchiveException exception) when (exception.Trouble == ArchiveTrouble.Refused)
        {
            counts = await KeepEachAsync(candles, covered).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _inHand = 0;
            _counts += counts;
            var wait = timer.GetElapsedTime(batch[0].AtTicks); // the first of them came first
            _longestWait = wait > _longestWait ? wait : _longestWait;
            _missing += covered.Count(one => one.Range.Coverage == Coverage.Missing);
            foreach (var candle in candles)
            {
                var place = _places[candle.Series];
                place.KeptToMs = Math.Max(place.KeptToMs ?? 0, candle.CloseMs);
            }
        }
    }

    /// <summary>Something of it is refused: the rest is written.</summary>
    private async Task<AppendCounts> KeepEachAsync(List<PriceQuote> candles, List<SeriesCoverage> covered)
    {
        var counts = default(AppendCounts);
        foreach (var series in candles.GroupBy(candle => candle.Series).ToList())
        {
            try
            {
                counts += await archive.AppendAsync([.. series], [.. covered.Where(one => one.Series.Equals(series.Key))],
                    CancellationToken.None).ConfigureAwait(false);
            }
            catch (ArchiveException exception) when (exception.Trouble == ArchiveTrouble.Refused)
            {
                tell(exception.Message);
                candles.RemoveAll(candle => candle.Series.Equals(series.Key));
                covered.RemoveAll(one => one.Series.Equals(series.Key));
                lock (_gate)
                {
                    _refused += series.Count();
                }
            }
        }

        return counts;
    }

    /// <summary>Says once that writing fails, and once that it goes again.</summary>
    private void Tell(bool isFailing, string words)
    {
        if (isFailing != _isFailing)
        {
            Volatile.Write(ref _isFailing, isFailing);
            tell(words);
        }
    }

    /// <summary>A candle that waits.</summary>
    /// <param name="Candle">The candle.</param>
    /// <param name="FromMs">The end of the one before it in the stream, Unix epoch milliseconds UTC.</param>
    /// <param name="AtTicks">When it came, by the timer.</param>
    private readonly record struct Waiting(PriceQuote Candle, long FromMs, long AtTicks);

    /// <summary>How far a series is.</summary>
    private sealed class Place
    {
        /// <summary>The end of the last candle that came, or where the stream begins; null before the first of a new series.</summary>
        public long? LiveAtMs { get; set; }

        /// <summary>The end of what is on disk without a hole; null for nothing.</summary>
        public long? KeptToMs { get; set; }

        /// <summary>Whether candles that came were not written, and must be read again.</summary>
        public bool IsBehind { get; set; }
    }
}
