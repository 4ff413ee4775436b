using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>
/// The newest price of each asset that somebody asks for, from several sources in an order of preference: <c>await tracker.ReadAsync("BTC", "ETH")</c>.
/// What is older than <see cref="PriceTrackerOptions.CacheTtl"/> is marked, and asked for again, once for all who want it. All members may be called from
/// any thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
public sealed partial class PriceTracker : IAsyncDisposable
{
    private static readonly TimeSpan Wanted = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenRefreshes = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenTouches = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan UnknownFor = TimeSpan.FromMinutes(1);

    private readonly PriceTrackerOptions _options;
    private readonly PriceRules _rules;
    private readonly ProviderDesk[] _desks;
    private readonly Func<double> _jitter;
    private readonly Func<PriceEntry, bool> _isCold;
    private readonly TimeProvider _clock;
    private readonly TimeProvider _timer;
    private readonly Lock _gate = new();
    private readonly PriceBook _book;
    private readonly List<Task> _completing = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly PriceKeeper? _keeper;
    private readonly Task _restored;
    private readonly Task _running;
    private long _disagreements;
    private long _quarantined;
    private long _clockAhead;
    private long _failedUpdates;
    private (DateTimeOffset At, TimeSpan Took)? _lastUpdate;

    /// <summary>Creates a tracker; no source is asked before somebody asks it.</summary>
    /// <param name="providers">The sources, the preferred one first. They stay the caller's.</param>
    /// <param name="options">Limits and who is told; null for the usual ones.</param>
    /// <param name="clock">The clock that ages are measured with; null for the system's.</param>
    /// <param name="timer">The clock that waits are measured with; null for the system's.</param>
    /// <param name="table">
    /// Keeps the newest prices over restarts, and lets one of several programs poll at a time; null for nothing. It stays the caller's.
    /// </param>
    public PriceTracker(
        IReadOnlyList<IPriceProvider> providers, PriceTrackerOptions? options = null, TimeProvider? clock = null, TimeProvider? timer = null,
        IPriceTable? table = null)
    {
        ArgumentNullException.ThrowIfNull(providers);
        ArgumentOutOfRangeException.ThrowIfZero(providers.Count, nameof(providers));
        _options = options ?? new PriceTrackerOptions();
        (_clock, _timer) = (clock ?? TimeProvider.System, timer ?? TimeProvider.System);
        _rules = new PriceRules(_options.CacheTtl, _options.MaxDisagreement);
        var random = _options.Seed is { } seed ? new Random(seed) : new Random();
        (_jitter, _isCold) = (Jitter, IsCold);
        var patience = _options.Patience / providers.Count; // so that the last one is asked in time, too
        _desks = [.. providers.Select(provider => new ProviderDesk(provider, _options, patience, _timer, Jitter))];
        _book = new PriceBook(providers.Count, _options.MaxAssets, _timer);
        _keeper = table is null ? null : new PriceKeeper(table, _book, _options, _rules, _clock);
        _restored = _keeper is null ? Task.CompletedTask : Task.Run(() => _keeper.RestoreAsync(_stop.Token));
        var keeping = _keeper is null ? Task.CompletedTask : Task.Run(() => _keeper.RunAsync(_timer, _stop.Token));
        _running = Task.WhenAll([.. _desks.Select((_, index) => Task.Run(() => ReadChangesAsync(index))), Task.Run(UpdateRegularlyAsync), keeping]);

        double Jitter()
        {
            lock (random)
            {
                return random.NextDouble();
            }
        }
    }

    /// <summary>What was done so far.</summary>
    public PriceCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return new PriceCounts(
                    _book.Count, _disagreements, _quarantined, _clockAhead, _lastUpdate?.At, _lastUpdate?.Took, Volatile.Read(ref _failedUpdates),
                    _keeper?.FailedWrites ?? 0);
            }
        }
    }

    /// <summary>How the sources are, in their order.</summary>
    public IReadOnlyList<PriceProviderState> Providers => [.. _desks.Select(desk => desk.State)];

    /// <summary>All that is remembered, ordered by asset.</summary>
    public IReadOnlyList<TrackedPrice> All =>
        [.. _book.All().Select(entry => entry.Tell(_clock.GetUtcNow(), _options.CacheTtl)).OrderBy(price => price.Request.Symbol, StringComparer.Ordinal)];

    /// <summary>The newest prices of assets, such as <c>BTC</c>, each in the currency that its source prefers.</summary>
    /// <param name="symbols">The assets, in any case.</param>
    public Task<IReadOnlyList<TrackedPrice>> ReadAsync(params IReadOnlyList<string> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        return ReadAsync([.. symbols.Select(symbol => new PriceRequest(PriceRequest.Normalize(symbol)
            ?? throw new ArgumentException($"'{symbol}' is no asset; write a name such as BTC.", nameof(symbols))))]);
    }

    /// <summary>The newest prices, in the order of the questions. What is there comes at once, old or not; what is not is waited for.</summary>
    /// <param name="requests">The questions.</param>
    /// <param name="maxAge">Wait for younger ones than this, as long as <see cref="PriceTrackerOptions.Patience"/>; null for whatever there is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<TrackedPrice>> ReadAsync(
        IReadOnlyList<PriceRequest> requests, TimeSpan? maxAge = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        await _restored.WaitAsync(cancellationToken).ConfigureAwait(false);
        var now = _clock.GetUtcNow();
        List<PriceEntry> entries = [.. requests.Select(_book.Ask)];
        var waits = Refresh(entries, now, maxAge);
        if (waits.Count > 0)
        {
            using var patience = new CancellationTokenSource(_options.Patience, _timer);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            await Task.WhenAll(waits).WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            now = _clock.GetUtcNow();
        }

        TrackedPrice[] found = [.. entries.Select(entry => entry.Tell(now, _options.CacheTtl))];
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is { Problem: PriceProblem.Unknown, Request.Quote: not null })
            {
                found[i] = await CrossRate.TryAsync(found[i], request => ReadAsync([request], maxAge: null, cancellationToken)).ConfigureAwait(false);
            }
        }

        return found;
    }

    /// <summary>The newest prices where all are there and young enough, at once; null where one has to be asked for.</summary>
    /// <param name="requests">The questions.</param>
    /// <param name="maxAge">How old they may be; null for <see cref="PriceTrackerOptions.CacheTtl"/>.</param>
    public IReadOnlyList<TrackedPrice>? TryRead(IReadOnlyList<PriceRequest> requests, TimeSpan? maxAge = null)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return _book.TellFresh(requests, _clock.GetUtcNow(), maxAge is { } age && age < _options.CacheTtl ? age : _options.CacheTtl, _isCold);
    }

    /// <summary>The newest prices, then each as it changes; of several changes that the reader missed the newest. Ends only when it is cancelled.</summary>
    /// <param name="requests">The questions.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<TrackedPrice> WatchAsync(
        IReadOnlyList<PriceRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var watcher = new PriceWatcher();
        List<PriceEntry> entries = [.. requests.Distinct().Select(_book.Ask)];
        _book.Change(entries, entry => entry.Watchers.Add(watcher));
        var told = new Dictionary<PriceRequest, ulong>();
        try
        {
            foreach (var price in await ReadAsync([.. requests.Distinct()], maxAge: null, cancellationToken).ConfigureAwait(false))
            {
                told[price.Request] = price.Version;
                yield return price;
            }

            while (true)
            {
                using var touch = new CancellationTokenSource(BetweenTouches, _timer);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(touch.Token, cancellationToken);
                var changed = watcher.WaitAsync(either.Token);
                await ((Task)changed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var request in changed.IsCompletedSuccessfully ? await changed.ConfigureAwait(false) : [])
                {
                    var price = _book.Ask(request).Tell(_clock.GetUtcNow(), _options.CacheTtl);
                    if (told[request] != price.Version)
                    {
                        told[request] = price.Version;
                        yield return price;
                    }
                }

                _book.Change(entries, entry => entry.AskedAt = _timer.GetTimestamp());
            }
        }
        finally
        {
            _book.Change(entries, entry => entry.Watchers.Remove(watcher));
        }
    }

    /// <summary>Asks all sources for all that somebody wanted within the last hour; those that stream go on with it.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether every source that is polled answered.</returns>
    public async Task<bool> UpdateAsync(CancellationToken cancellationToken = default)
    {
        var wanted = _book.All().Where(entry => entry.AskedAt is { } asked && _timer.GetElapsedTime(asked) <= Wanted).ToList();
        if (wanted.Count == 0)
        {
            return true;
        }

        var started = _timer.GetTimestamp();
        var isWhole = true;
        for (var index = 0; index < _desks.Length; index++)
        {
            var answered = await AskAsync(index, wanted, cancellationToken).ConfigureAwait(false);
            isWhole &= answered || _desks[index].Provider.Delivery == PriceDelivery.Stream;
        }

        lock (_gate)
        {
            _lastUpdate = isWhole ? (_clock.GetUtcNow(), _timer.GetElapsedTime(started)) : _lastUpdate;
            _failedUpdates += isWhole ? 0 : 1;
        }

        return isWhole;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_book.All().Select(entry => entry.Refresh).OfType<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_completing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _restored.ConfigureAwait(false);
        await (_keeper?.KeepAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        _stop.Dispose();
    }
}
