using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// Keeps the closed candles of live series in an archive. Each series begins behind its last stored close, so that no stop leaves a hole; a candle counts as
/// kept when it is on disk. When it cannot be written, the live stream goes on: what waits is written when there is room, and what no longer fits into memory
/// is read again.
/// </summary>
/// <remarks>A series' candles are written in order and without a hole, or not at all: whatever ends the program, the next one finds its end and goes on
/// there.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Neither holds a handle unless asked for one.")]
public sealed class KeepCandles
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    private readonly IPriceFeedRepository _feeds;
    private readonly ICandleArchive _archive;
    private readonly TimeProvider _clock;
    private readonly KeepingQueue _queue;
    private readonly KeepingRepair _repair;
    private readonly Dictionary<(string Exchange, Market Market), IPriceFeed> _open = [];
    private readonly List<Task> _readers = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _following = new(1);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Creates the use case; nothing is read before <see cref="RunAsync"/>.</summary>
    /// <param name="feeds">The live candles.</param>
    /// <param name="history">The past, for what was lost while nothing could be written.</param>
    /// <param name="archive">Where to keep them.</param>
    /// <param name="clock">The clock that candles are measured with.</param>
    /// <param name="timer">The clock that waits between attempts to write are measured with; null for this machine's.</param>
    public KeepCandles(IPriceFeedRepository feeds, IPriceHistoryRepository history, ICandleArchive archive, TimeProvider clock, TimeProvider? timer = null)
    {
        (_feeds, _archive, _clock) = (feeds, archive, clock);
        _queue = new KeepingQueue(archive, timer ?? TimeProvider.System, words => OnTrouble?.Invoke(words));
        _repair = new KeepingRepair(_queue, history, archive, clock, timer ?? TimeProvider.System, words => OnTrouble?.Invoke(words));
    }

    /// <summary>Is told in words what goes wrong, and when it is well again. Called by whatever thread learns of it; it must not block. Set it before
    /// running.</summary>
    public Action<string>? OnTrouble { get; set; }

    /// <summary>Is told that a series does not trade, or is refused by the exchange, as <see cref="IPriceFeed.OnStatus"/> is. Set it before running.</summary>
    public Action<SeriesStatus>? OnStatus { get; set; }

    /// <summary>Is given each closed candle as it comes, before it is written; on the thread that brings it. Set it before running.</summary>
    public Action<PriceQuote>? OnClosed { get; set; }

    /// <summary>What was done so far.</summary>
    public KeepingCounts Counts => _queue.Counts;

    /// <summary>Keeps candles until it is cancelled; what waits then is written first, if it can be.</summary>
    /// <param name="series">The series, of any exchanges; more can be added by <see cref="FollowAsync"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArchiveException">The archive ends after now, so that one of the clocks is wrong.</exception>
    /// <exception cref="SubscriptionRejectedException">The exchange refused all series of a market.</exception>
    /// <exception cref="ExchangeUnavailableException">An exchange could not be reached within the attempts that the settings allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken = default)
    {
        using var stop = cancellationToken.Register(() => _stop.Cancel());
        var writing = _queue.WriteAsync(_stop.Token);
        var repairing = _repair.RunAsync(_stop.Token);
        try
        {
            await FollowAsync(series, begin: null, cancellationToken).ConfigureAwait(false);
            var first = await Task.WhenAny(_failed.Task, writing, repairing, UntilAsync(cancellationToken)).ConfigureAwait(false);
            await first.ConfigureAwait(false);
        }
        finally
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([.. _readers]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _queue.Complete(); // what the readers brought last is written, too
            await Task.WhenAll(writing, repairing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Keeps more series, also while it runs; nothing happens for those that are kept already.</summary>
    /// <param name="series">The series.</param>
    /// <param name="begin">Where those begin of which the archive has nothing; null for now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArchiveException">The archive ends after now, so that one of the clocks is wrong.</exception>
    public async Task FollowAsync(IReadOnlyCollection<Series> series, DateTimeOffset? begin = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        await _following.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var market in series.Distinct().Where(_queue.IsNew).GroupBy(one => (one.Exchange, one.Market)))
            {
                var wanted = new List<(Series Series, DateTimeOffset? Since)>();
                foreach (var one in market)
                {
                    wanted.Add((one, await ResumeAsync(one, cancellationToken).ConfigureAwait(false) ?? begin));
                }

                wanted.ForEach(one => _queue.Follow(one.Series, one.Since?.ToUnixTimeMilliseconds()));
                if (!_open.TryGetValue(market.Key, out var feed))
                {
                    feed = _feeds.Open([wanted[0].Series], wanted[0].Since);
                    feed.OnStatus = status => OnStatus?.Invoke(status);
                    wanted.Skip(1).ToList().ForEach(one => feed.Add(one.Series, one.Since));
                    _open.Add(market.Key, feed);
                    _readers.Add(ReadAsync(feed));
                }
                else
                {
                    wanted.ForEach(one => feed.Add(one.Series, one.Since));
                }
            }
        }
        finally
        {
            _following.Release();
        }
    }

    /// <summary>Where a series goes on: at the end of what the archive knows of it; null where it knows nothing.</summary>
    private async Task<DateTimeOffset?> ResumeAsync(Series series, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (await _archive.EndMsAsync(series, DateTimeOffset.UnixEpoch, now, cancellationToken).ConfigureAwait(false) is not { } endMs)
        {
            return null;
        }

        var end = DateTimeOffset.FromUnixTimeMilliseconds(endMs);
        return end <= now ? end
            : end <= now + ClockTolerance ? now
            : throw new ArchiveException(
                ArchiveTrouble.Refused,
                $"The archive has {series} until {end:u}, and it is {now:u} by this machine's clock. One of the two is wrong; set the clock, or name another archive.");
    }

    private async Task ReadAsync(IPriceFeed feed)
    {
        try
        {
            await using (feed.ConfigureAwait(false))
            {
                await foreach (var quote in feed.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                {
                    if (quote.IsClosed)
                    {
                        OnClosed?.Invoke(quote);
                        _queue.Add(quote);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // it was told to end
        }
        catch (Exception exception)
        {
            _failed.TrySetException(exception);
        }
    }

    private static async Task UntilAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
