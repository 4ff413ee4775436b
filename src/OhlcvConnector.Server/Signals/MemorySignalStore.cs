using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Signals;

/// <summary>Keeps the newest signals in memory, where there is no file to keep them in: a restart forgets them.</summary>
/// <param name="clock">Dates what is kept.</param>
/// <param name="most">The number of signals that are kept.</param>
internal sealed class MemorySignalStore(TimeProvider clock, int most = 10_000) : ISignalStore
{
    private readonly Lock _gate = new();
    private readonly SortedList<long, KeptSignal> _signals = [];
    private readonly Dictionary<string, long> _numbers = [];
    private readonly Dictionary<Series, long> _progress = [];
    private long _last;

    /// <inheritdoc/>
    public string Location => "memory";

    /// <inheritdoc/>
    public Task<IReadOnlyList<SignalReceipt>> KeepAsync(SignalBatch batch, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var receipts = batch.Signals.Select(Keep).ToList();
            foreach (var fate in batch.Fates.Where(fate => _numbers.ContainsKey(fate.Id)))
            {
                var kept = _signals[_numbers[fate.Id]];
                _signals[kept.Number] = kept with
                {
                    Fate = fate.Candles switch
                    {
                        1 => kept.Fate with { After1 = fate.Price },
                        4 => kept.Fate with { After4 = fate.Price },
                        _ => kept.Fate with { After24 = fate.Price },
                    },
                };
            }

            foreach (var (series, closeMs) in batch.Progress)
            {
                _progress[series] = Math.Max(closeMs, _progress.GetValueOrDefault(series));
            }

            return Task.FromResult<IReadOnlyList<SignalReceipt>>(receipts);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptSignal>> ReadAsync(SignalFilter filter, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var found = _signals.Values.Where(kept => filter.Matches(kept.Signal) && !(kept.Number >= filter.Before) && !(kept.Number <= filter.After));
            if (filter.IsLatestOnly)
            {
                found = found.GroupBy(kept => (kept.Signal.Series, kept.Signal.Rule)).Select(group => group.MaxBy(kept => kept.Number)!);
            }

            var ordered = filter.IsAscending ? found.OrderBy(kept => kept.Number) : found.OrderByDescending(kept => kept.Number);
            return Task.FromResult<IReadOnlyList<KeptSignal>>([.. ordered.Take(Math.Clamp(filter.Limit, 1, SignalFilter.MaxLimit))]);
        }
    }

    /// <inheritdoc/>
    public Task<KeptSignal?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult(_numbers.TryGetValue(id, out var number) ? _signals[number] : null);
        }
    }

    /// <inheritdoc/>
    public Task<long?> ProgressAsync(Series series, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult<long?>(_progress.TryGetValue(series, out var closeMs) ? closeMs : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private SignalReceipt Keep(Signal signal)
    {
        if (_numbers.TryGetValue(signal.Id, out var number))
        {
            return new SignalReceipt(number, IsNew: false);
        }

        _numbers.Add(signal.Id, ++_last);
        _signals.Add(_last, new KeptSignal(_last, signal, clock.GetUtcNow(), new SignalFate()));
        if (_signals.Count > most)
        {
            _numbers.Remove(_signals.GetValueAtIndex(0).Signal.Id);
            _signals.RemoveAt(0);
        }

        return new SignalReceipt(_last, IsNew: true);
    }
}
