using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// Live candles, of which the closed ones are kept in an archive on their way: whatever is followed is kept. Whoever reads does not wait for the disk. What
/// came while a series was not followed for a day at most is read from history, and all of it of those that are kept whole; what lies farther back stays as it
/// is, and <see cref="Coverage"/> says so.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
public sealed class KeepingFeeds : IPriceFeedRepository, IAsyncDisposable
{
    private static readonly TimeSpan MaxToRead = TimeSpan.FromDays(1);

    private readonly IPriceFeedRepository _feeds;
    private readonly ICandleArchive _archive;
    private readonly TimeProvider _clock;
    private readonly KeepingQueue _queue;
    private readonly ConcurrentDictionary<Series, DateTimeOffset?> _whole = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;
    private readonly Action<string> _trouble;
    private bool _isDisposed;

    /// <summary>Begins to keep.</summary>
    /// <param name="feeds">The live candles.</param>
    /// <param name="history">The exchanges' past.</param>
    /// <param name="archive">Where to keep them.</param>
    /// <param name="clock">The clock that candles are measured with.</param>
    /// <param name="timer">The clock that waits are measured with; null for this machine's.</param>
    /// <param name="trouble">Told in words what goes wrong, and when it is well again; by any thread.</param>
    public KeepingFeeds(IPriceFeedRepository feeds, IPriceHistoryRepository history, ICandleArchive archive, TimeProvider clock, TimeProvider? timer,
        Action<string> trouble)
    {
        (_feeds, _archive, _clock, _trouble) = (feeds, archive, clock, trouble);
        _queue = new KeepingQueue(archive, timer ?? TimeProvider.System, trouble);
        var repair = new KeepingRepair(_queue, history, archive, clock, timer ?? TimeProvider.System, trouble);
        _working = Task.WhenAll(_queue.WriteAsync(_stop.Token), repair.RunAsync(_stop.Token));
    }

    /// <summary>What was done so far.</summary>
    public KeepingCounts Counts => _queue.Counts;

    /// <summary>
    /// Keeps a series without a hole: what came while it was not followed is read from history, however long that was. Say so before it is followed.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="begin">Where it begins when the archive has nothing of it, UTC; null for the first candle that is followed.</param>
    public void KeepWhole(Series series, DateTimeOffset? begin = null) => _whole.TryAdd(series, begin);

    /// <inheritdoc/>
    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null) => new Feed(this, _feeds.Open(series, since));

    /// <summary>Writes what waits, if it can be written, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _queue.Complete();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async ValueTask KeepAsync(PriceQuote quote, bool continues)
    {
        var isWhole = _whole.TryGetValue(quote.Series, out var begin);
        if (_queue.IsNew(quote.Series))
        {
            var end = await EndAsync(quote.Series, isWhole ? DateTimeOffset.UnixEpoch : _clock.GetUtcNow() - MaxToRead).ConfigureAwait(false);
            _queue.Follow(quote.Series, end ?? begin?.ToUnixTimeMilliseconds());
        }

        _queue.Add(quote, continues, isWhole ? TimeSpan.MaxValue : MaxToRead);
    }

    /// <summary>Where the archive ends, Unix epoch milliseconds UTC; null where it knows nothing, or cannot be read.</summary>
    private async Task<long?> EndAsync(Series series, DateTimeOffset from)
    {
        try
        {
            return await _archive.EndMsAsync(series, from, _clock.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (ArchiveException exception)
        {
            _trouble(exception.Message);
            return null;
        }
    }

    private sealed class Feed(KeepingFeeds owner, IPriceFeed feed) : IPriceFeed
    {
        private readonly Lock _gate = new();
        private readonly HashSet<Series> _begun = [];

        public Action<SeriesStatus>? OnStatus
        {
            get => feed.OnStatus;
            set => feed.OnStatus = value;
        }

        public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var quote in feed.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (quote.IsClosed)
                {
                    await owner.KeepAsync(quote, Continues(quote.Series)).ConfigureAwait(false);
                }

                yield return quote;
            }
        }

        public void Add(Series series, DateTimeOffset? since = null)
        {
            Begin(series);
            feed.Add(series, since);
        }

        public void Remove(Series series)
        {
            feed.Remove(series);
            Begin(series);
        }

        public ValueTask DisposeAsync() => feed.DisposeAsync();

        /// <summary>Whether the last candle of this series came by this feed, without an interruption.</summary>
        private bool Continues(Series series)
        {
            lock (_gate)
            {
                return !_begun.Add(series);
            }
        }

        private void Begin(Series series)
        {
            lock (_gate)
            {
                _begun.Remove(series);
            }
        }
    }
}
