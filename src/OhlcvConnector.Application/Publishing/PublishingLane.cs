using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Publishing;

/// <summary>
/// The way of one series onto the bus, of one resumption: closed candles wait in order, bounded; of the open one only the newest state does. What is too much
/// ends it, and so does a refusal of the bus: then it is resumed where the bus ends.
/// </summary>
/// <param name="series">The series, an object of this resumption alone, so that what an earlier one still brings is told from it.</param>
/// <param name="timer">The clock that waits are measured with.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless asked for one.")]
internal sealed class PublishingLane(Series series, TimeProvider timer)
{
    /// <summary>How many closed candles of a series may wait; beyond that they are read again.</summary>
    public const int MaxWaiting = 1_000;

    private readonly Queue<(PriceQuote Quote, long Since)> _closed = [];
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Lock _gate = new();
    private PriceQuote? _open;
    private bool _isEnded;

    /// <summary>The series.</summary>
    public Series Series { get; } = series;

    /// <summary>Closed candles that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _closed.Count;
            }
        }
    }

    /// <summary>How long the oldest of them has waited.</summary>
    public TimeSpan Lag
    {
        get
        {
            lock (_gate)
            {
                return _closed.TryPeek(out var oldest) ? timer.GetElapsedTime(oldest.Since) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Takes a candle.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="replaced">True when an open one took the place of another that was not told.</param>
    /// <returns>False when it is full: it takes no more, and is to be resumed.</returns>
    public bool TryAdd(in PriceQuote quote, out bool replaced)
    {
        lock (_gate)
        {
            replaced = false;
            if (_isEnded)
            {
                return true; // it is resumed behind all of this
            }

            if (!quote.IsClosed)
            {
                (replaced, _open) = (_open is not null, quote);
            }
            else if (_closed.Count < MaxWaiting)
            {
                _closed.Enqueue((quote, timer.GetTimestamp()));
                _open = _open is { } open && open.OpenMs <= quote.OpenMs && !quote.IsRevision ? null : _open;
            }
            else
            {
                return false;
            }

            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }

            return true;
        }
    }

    /// <summary>Waits for the next candle, which stays until <see cref="Done"/>; null at the end.</summary>
    public async ValueTask<PriceQuote?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_isEnded || _closed.Count > 0)
                {
                    return _isEnded ? null : _closed.Peek().Quote;
                }

                if (_open is { } open)
                {
                    _open = null;
                    return open;
                }
            }

            await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The closed candle that <see cref="NextAsync"/> gave is stored.</summary>
    public void Done()
    {
        lock (_gate)
        {
            _closed.TryDequeue(out _);
        }
    }

    /// <summary>Ends it.</summary>
    /// <returns>How many closed candles wait no longer, and are to be read again.</returns>
    public int End()
    {
        lock (_gate)
        {
            var left = _closed.Count;
            _isEnded = true;
            _closed.Clear();
            _open = null;
            _signal.Release();
            return left;
        }
    }
}
