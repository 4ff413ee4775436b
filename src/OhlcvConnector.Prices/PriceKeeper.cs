using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices;

/// <summary>Keeps the newest prices over restarts, and has the sources polled by one program at a time.</summary>
/// <param name="table">Where to.</param>
/// <param name="book">What is known.</param>
/// <param name="options">Who is told of trouble, and how often sources are polled.</param>
/// <param name="rules">Which prices are believed.</param>
/// <param name="clock">The clock of ages.</param>
internal sealed class PriceKeeper(IPriceTable table, PriceBook book, PriceTrackerOptions options, PriceRules rules, TimeProvider clock)
{
    private const string Polling = "prices";

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private long _failedWrites;

    /// <summary>Times that prices could not be kept.</summary>
    public long FailedWrites => Volatile.Read(ref _failedWrites);

    /// <summary>What is kept is what is known before anybody is asked.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var price in await table.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                book.Hold(new PriceRequest(price.Symbol)).Restore(price, clock.GetUtcNow(), rules);
            }
        }
        catch (Exception exception) when (exception is OhlcvConnectorException or IOException)
        {
            options.OnTrouble?.Invoke($"the kept prices could not be read: {exception.Message}");
        }
        catch (OperationCanceledException)
        {
            // it ends before it has begun
        }
    }

    /// <summary>Writes regularly what changed.</summary>
    public async Task RunAsync(TimeProvider timer, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(table.BetweenWrites, timer, cancellationToken).ConfigureAwait(false);
            await KeepAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes what changed since the last time; what cannot be written now is written with the next.</summary>
    public async Task KeepAsync()
    {
        var changed = book.All()
            .Where(entry => entry.Request.Quote is null)
            .Select(entry => (Entry: entry, Price: entry.TakeUnkept()))
            .Where(one => one.Price is not null)
            .ToList();
        if (changed.Count == 0)
        {
            return;
        }

        try
        {
            await table.StoreAsync([.. changed.Select(one => one.Price!)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OhlcvConnectorException or IOException)
        {
            Interlocked.Increment(ref _failedWrites);
            changed.ForEach(one => one.Entry.KeepAgain());
            options.OnTrouble?.Invoke($"prices could not be kept, and are with the next: {exception.Message}");
        }
    }

    /// <summary>Whether no other program polls now; where nobody can say, each polls for itself.</summary>
    public async Task<bool> MayPollAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await table.TryLeaseAsync(Polling, _owner, options.UpdateInterval, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OhlcvConnectorException or IOException)
        {
            options.OnTrouble?.Invoke($"nobody can say whether another server polls, so this one does: {exception.Message}");
            return true;
        }
    }
}
