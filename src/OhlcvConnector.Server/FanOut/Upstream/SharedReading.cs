using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// A reading of the past that several share who ask the same at the same time: it goes as far as the furthest of them, and ends with the last.
/// </summary>
/// <param name="open">Begins it; is told what is missing.</param>
/// <param name="enter">Waits for its turn, and gives what ends the turn.</param>
internal sealed class SharedReading(
    Func<Action<MissingCandles>, CancellationToken, IAsyncEnumerable<PriceQuote>> open, Func<CancellationToken, Task<IDisposable>> enter) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(PriceQuote? Candle, MissingCandles? Missing)> _found = [];
    private IAsyncEnumerator<PriceQuote>? _quotes;
    private IDisposable? _turn;
    private Task? _moving;
    private Exception? _failure;
    private bool _isOver;
    private int _readers;

    /// <summary>Adds a reader. Returns false when the last one has left already, or the reading failed.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested || _failure is not null)
            {
                return false;
            }

            _readers++;
            return true;
        }
    }

    /// <summary>Removes a reader. Returns true when it was the last, and the reading has ended.</summary>
    public async ValueTask<bool> LeaveAsync()
    {
        Task? moving;
        lock (_gate)
        {
            if (--_readers > 0)
            {
                return false;
            }

            _stop.Cancel();
            moving = _moving;
        }

        if (moving is not null)
        {
            await moving.ConfigureAwait(false);
        }

        if (_quotes is not null)
        {
            await _quotes.DisposeAsync().ConfigureAwait(false);
        }

        _turn?.Dispose();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Returns what was found so many candles and holes after the beginning; null at the end.</summary>
    public async ValueTask<(PriceQuote? Candle, MissingCandles? Missing)?> NextAsync(int index, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moving;
            lock (_gate)
            {
                if (index < _found.Count)
                {
                    return _found[index];
                }

                if (_isOver)
                {
                    return _failure is null ? null : throw _failure;
                }

                moving = _moving is { IsCompleted: false } running ? running : _moving = MoveAsync();
            }

            await moving.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MoveAsync()
    {
        await Task.Yield(); // not under the lock
        try
        {
            _turn ??= await enter(_stop.Token).ConfigureAwait(false);
            _quotes ??= open(Tell, _stop.Token).GetAsyncEnumerator(_stop.Token);
            var isMore = await _quotes.MoveNextAsync().ConfigureAwait(false);
            lock (_gate)
            {
                if (isMore)
                {
                    _found.Add((_quotes.Current, null));
                }

                _isOver = !isMore;
            }
        }
        catch (Exception exception) // whatever it is, all who share the reading are told
        {
            lock (_gate)
            {
                (_isOver, _failure) = (true, exception);
            }
        }

        if (_isOver)
        {
            _turn?.Dispose(); // the next one's turn, however long the readers take
            _turn = null;
        }
    }

    private void Tell(MissingCandles missing)
    {
        lock (_gate)
        {
            _found.Add((null, missing));
        }
    }
}
