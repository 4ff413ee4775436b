using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <content>Asks the sources, and takes what they say.</content>
public sealed partial class PriceTracker
{
    /// <summary>Has asked for what is missing or too old, and gives what whoever asked has to wait for.</summary>
    private List<Task> Refresh(List<PriceEntry> entries, DateTimeOffset now, TimeSpan? maxAge)
    {
        var waits = new List<Task>();
        var due = new List<PriceEntry>();
        return _book.While(() =>
        {
            foreach (var entry in entries)
            {
                var isWaitedFor = !entry.HasAnswer || entry.Age(now) > maxAge;
                if (!isWaitedFor && !(entry.Age(now) > _options.CacheTtl) && !IsForgotten(entry) && !IsCold(entry))
                {
                    continue;
                }

                if (entry.Refresh is null && (entry.RefreshedAt is not { } last || _timer.GetElapsedTime(last) >= BetweenRefreshes))
                {
                    due.Add(entry);
                }
                else if (isWaitedFor && entry.Refresh is { } running)
                {
                    waits.Add(running);
                }
            }

            if (due.Count > 0)
            {
                var fresh = maxAge < _options.CacheTtl ? maxAge.Value : _options.CacheTtl;
                due = [.. due.Distinct()];
                var refresh = Task.Run(() => RefreshAsync(due, fresh), CancellationToken.None);
                due.ForEach(entry => entry.Refresh = refresh);
                if (due.Exists(entry => !entry.HasAnswer || entry.Age(now) > maxAge))
                {
                    waits.Add(refresh);
                }
            }

            return waits;
        });
    }

    /// <summary>Whether it is known from before alone, and the preferred source would stream it: however young it is, it would stand still.</summary>
    private bool IsCold(PriceEntry entry) => entry.RefreshedAt is null && _desks[0].Provider.Delivery == PriceDelivery.Stream;

    /// <summary>Whether it is time to ask again for what nobody knew.</summary>
    private bool IsForgotten(PriceEntry entry) => !entry.HasPrice && (entry.RefreshedAt is not { } last || _timer.GetElapsedTime(last) >= UnknownFor);

    /// <summary>Asks one source after the other until there is a price that is young enough.</summary>
    private async Task RefreshAsync(List<PriceEntry> entries, TimeSpan fresh)
    {
        try
        {
            var pending = entries;
            for (var index = 0; index < _desks.Length && pending.Count > 0; index++)
            {
                await AskAsync(index, pending, _stop.Token).ConfigureAwait(false);
                pending = [.. pending.Where(entry => !(entry.Age(_clock.GetUtcNow()) <= fresh))];
            }

            Complete(entries);
        }
        finally
        {
            _book.Change(entries, entry => (entry.Refresh, entry.RefreshedAt) = (null, _timer.GetTimestamp()));
        }
    }

    /// <summary>Has what is new asked for at the sources that know more than prices, without anybody's waiting for it.</summary>
    private void Complete(List<PriceEntry> entries)
    {
        for (var index = 0; index < _desks.Length; index++)
        {
            var (desk, of) = (_desks[index].Provider, index);
            var unasked = entries.Where(entry => entry.AnswerOf(of) == ProviderAnswer.None && entry.HasPrice).ToList();
            if (desk.Delivery == PriceDelivery.Poll && desk.Gives != PriceFields.None && unasked.Count > 0)
            {
                lock (_gate)
                {
                    _completing.RemoveAll(task => task.IsCompleted);
                    _completing.Add(Task.Run(() => AskAsync(of, unasked, _stop.Token)));
                }
            }
        }
    }

    private async Task<bool> AskAsync(int index, List<PriceEntry> entries, CancellationToken cancellationToken)
    {
        var found = await _desks[index].AskAsync([.. entries.Select(entry => entry.Request)], cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries)
        {
            if (found is null || !found.TryGetValue(entry.Request, out var price))
            {
                entry.Answer(index, ProviderAnswer.None);
            }
            else if (price is null)
            {
                entry.Answer(index, ProviderAnswer.Unknown);
            }
            else
            {
                Post(index, entry, price);
            }

            entry.Recompose(_clock.GetUtcNow(), _rules);
        }

        return found is not null;
    }

    private void Post(int index, PriceEntry entry, AssetPrice price)
    {
        var verdict = entry.Post(index, price, _clock.GetUtcNow(), _rules);
        if (verdict.IsQuarantined)
        {
            Interlocked.Increment(ref _quarantined);
            _options.OnTrouble?.Invoke(FormattableString.Invariant(
                $"{price.Source}: {price.Symbol} at {price.Price} {price.Quote} is held back: it is far off all that is known, or impossible."));
            return;
        }

        Interlocked.Add(ref _clockAhead, verdict.IsAhead ? 1 : 0);
        Interlocked.Add(ref _disagreements, verdict.BeganToDisagree ? 1 : 0);
        if (!verdict.IsChanged)
        {
            return;
        }

        Array.ForEach(_book.While(() => entry.Watchers.ToArray()), watcher => watcher.Tell(entry.Request));
        _options.OnChange?.Invoke(entry.Tell(_clock.GetUtcNow(), _options.CacheTtl));
    }

    private async Task ReadChangesAsync(int index)
    {
        await foreach (var price in _desks[index].Provider.ChangesAsync(_stop.Token).ConfigureAwait(false))
        {
            foreach (var entry in _book.All().Where(entry => entry.Request.Symbol == price.Symbol && entry.Follows(index, price)))
            {
                Post(index, entry, price);
            }
        }
    }

    private async Task UpdateRegularlyAsync()
    {
        var isPolled = Array.Exists(_desks, desk => desk.Provider.Delivery == PriceDelivery.Poll);
        while (true)
        {
            if (_options.Symbols.Count > 0)
            {
                await ReadAsync([.. _options.Symbols]).ConfigureAwait(false);
            }

            var wait = _options.UpdateInterval * (0.9 + (_jitter() * 0.1)); // servers that start together part
            await Task.Delay(wait, _timer, _stop.Token).ConfigureAwait(false);
            if (_keeper is null || !isPolled || await _keeper.MayPollAsync(_stop.Token).ConfigureAwait(false))
            {
                await UpdateAsync(_stop.Token).ConfigureAwait(false);
                await (_keeper?.KeepAsync() ?? Task.CompletedTask).ConfigureAwait(false); // at once, for those who do not poll
            }
            else
            {
                await _keeper.RestoreAsync(_stop.Token).ConfigureAwait(false);
            }
        }
    }
}
