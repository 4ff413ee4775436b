using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>Somebody who wants to be told of changes; of several changes of one price the newest.</summary>
internal sealed class PriceWatcher : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<PriceRequest> _changed = [];
    private readonly SemaphoreSlim _isChanged = new(0, 1);

    /// <summary>A price changed.</summary>
    public void Tell(PriceRequest request)
    {
        lock (_gate)
        {
            if (_changed.Add(request) && _isChanged.CurrentCount == 0)
            {
                _isChanged.Release();
            }
        }
    }

    /// <summary>Waits for changes.</summary>
    public async Task<IReadOnlyList<PriceRequest>> WaitAsync(CancellationToken cancellationToken)
    {
        await _isChanged.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            PriceRequest[] changed = [.. _changed];
            _changed.Clear();
            return changed;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _isChanged.Dispose();
}
