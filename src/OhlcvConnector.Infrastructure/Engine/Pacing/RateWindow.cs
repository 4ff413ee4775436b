using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// The rate limiter of one of a venue's limits: at most so much in any window, first come first served. Time is what passes by the clock's timestamps, so that
/// nobody who sets the clock makes it wait for an hour, or not at all.
/// </summary>
/// <param name="rate">The limit.</param>
/// <param name="clock">The clock of the window.</param>
internal sealed class RateWindow(Rate rate, TimeProvider clock) : IDisposable
{
    private const int Paces = 6; // of a long window: a part of it is given out in so many pieces, so that nobody waits for all of it
    private static readonly TimeSpan MaxPaced = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(1); // a timer has its limits, and a ban may be longer

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _turnForRoom = new(1, 1);
    private readonly Queue<(TimeSpan At, int Cost)> _spent = new();
    private readonly TimeSpan _window = rate.Per + Margin(rate.Per);
    private readonly long _start = clock.GetTimestamp();
    private readonly Lazy<RateWindow> _part = new(() => new RateWindow(PartOf(rate), clock));
    private readonly Lazy<RateWindow> _burst = new(() => new RateWindow(BurstOf(rate), clock));
    private TimeSpan _blockedUntil;
    private int _sum;

    /// <summary>Half of the limit, given out evenly, for what must leave the rest to what is more urgent. Spend it there first, and then here.</summary>
    public RateWindow Part => _part.Value;

    /// <summary>A quarter of the limit, as fast as it is asked for, for short answers that somebody waits for. Spend it there, and then here.</summary>
    public RateWindow Burst => _burst.Value;

    /// <summary>Share of the limit that is spent at present, 0 to 1; 1 while the venue has said to wait, and 0 without a limit.</summary>
    public double UsedShare
    {
        get
        {
            lock (_spent)
            {
                Forget(Now);
                return Now < _blockedUntil ? 1 : rate == Rate.Unlimited ? 0 : Math.Min(1, (double)_sum / rate.Count);
            }
        }
    }

    /// <summary>Time since the window was made.</summary>
    private TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>Waits until this much may be spent, and spends it. More than the whole limit waits for an empty window.</summary>
    public async ValueTask SpendAsync(int cost, CancellationToken cancellationToken)
    {
        if (rate == Rate.Unlimited && !IsBlocked)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (TrySpend(cost) is { } wait)
            {
                await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Spends this much if it need not wait, and says whether it did.</summary>
    public bool TrySpendNow(int cost) => (rate == Rate.Unlimited && !IsBlocked) || TrySpend(cost) is null;

    /// <summary>Waits until this much can be spent and a quarter of the limit is left then, and spends nothing.</summary>
    public async ValueTask RoomAsync(int cost, CancellationToken cancellationToken)
    {
        if (rate == Rate.Unlimited && !IsBlocked)
        {
            return;
        }

        await _turnForRoom.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (WaitFor(cost, rate.Count - (rate.Count / 4)) is { } wait)
            {
                await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turnForRoom.Release();
        }
    }

    /// <summary>Spends nothing for this long: the venue said so.</summary>
    public void Block(TimeSpan time)
    {
        lock (_spent)
        {
            var until = Now + time;
            _blockedUntil = until > _blockedUntil ? until : _blockedUntil;
        }
    }

    /// <summary>Corrects our count by the venue's: it counts more than we do, for others use the same address, and its count is the true one.</summary>
    public void Observe(int used)
    {
        lock (_spent)
        {
            if (used > _sum)
            {
                _spent.Enqueue((Now, used - _sum));
                _sum = used;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_part.IsValueCreated)
        {
            _part.Value.Dispose();
        }

        if (_burst.IsValueCreated)
        {
            _burst.Value.Dispose();
        }

        _turnForRoom.Dispose();
        _turn.Dispose();
    }

    private static Rate BurstOf(Rate whole) => whole == Rate.Unlimited ? whole : whole with { Count = Math.Max(1, whole.Count / 4) };

    private static Rate PartOf(Rate whole)
    {
        var paces = whole.Per > MaxPaced ? Paces : 1;
        return whole == Rate.Unlimited ? whole : new Rate(Math.Max(1, whole.Count / 2 / paces), whole.Per / paces);
    }

    private bool IsBlocked
    {
        get
        {
            lock (_spent)
            {
                return Now < _blockedUntil;
            }
        }
    }

    /// <summary>Returns the margin of a window: the venue counts from when a request arrives, and one may travel longer than the next.</summary>
    private static TimeSpan Margin(TimeSpan per) => per < TimeSpan.FromSeconds(10) ? per / 10 : TimeSpan.FromSeconds(1);

    /// <summary>Forgets what was spent before the window; under the lock.</summary>
    private void Forget(TimeSpan now)
    {
        while (_spent.TryPeek(out var oldest) && now - oldest.At >= _window)
        {
            _sum -= oldest.Cost;
            _spent.Dequeue();
        }
    }

    /// <summary>Spends this much if it can; returns null when it was spent, else the time to wait before the next try.</summary>
    private TimeSpan? TrySpend(int cost)
    {
        lock (_spent)
        {
            if (WaitFor(cost, rate.Count) is { } wait)
            {
                return wait;
            }

            _spent.Enqueue((Now, cost));
            _sum += cost;
            return null;
        }
    }

    /// <summary>Returns null when so much can be spent that no more than this is, else the time to wait before the next look.</summary>
    private TimeSpan? WaitFor(int cost, int most)
    {
        lock (_spent)
        {
            var now = Now;
            Forget(now);
            if (now >= _blockedUntil && (_sum + cost <= most || _spent.Count == 0))
            {
                return null;
            }

            var free = _spent.TryPeek(out var next) && _sum + cost > most ? next.At + _window : now;
            var wait = (free > _blockedUntil ? free : _blockedUntil) - now;
            return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait < MaxDelay ? wait : MaxDelay;
        }
    }
}
