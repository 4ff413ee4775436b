namespace OhlcvConnector.Sandbox.Wire;

/// <summary>A venue's limit: at most so much in a window of market time.</summary>
internal sealed class LimitWindow(int most, TimeSpan per, SandboxClock clock)
{
    private readonly Queue<(long AtMs, int Cost)> _spent = new();
    private int _sum;

    /// <summary>Time in milliseconds since the start of the clock: a clock that is set wrong changes no limit.</summary>
    private long NowMs => clock.GetTimestamp() / TimeSpan.TicksPerMillisecond;

    /// <summary>Cost that is spent in the window now.</summary>
    public int Used
    {
        get
        {
            lock (_spent)
            {
                Expire();
                return _sum;
            }
        }
    }

    /// <summary>Spends, and says whether it was still within the limit. What is over it is not booked.</summary>
    public bool TrySpend(int cost)
    {
        lock (_spent)
        {
            Expire();
            if (_sum + cost > most)
            {
                return false;
            }

            _sum += cost;
            _spent.Enqueue((NowMs, cost));
            return true;
        }
    }

    /// <summary>Returns the time until the oldest expense leaves the window.</summary>
    public TimeSpan Wait()
    {
        lock (_spent)
        {
            Expire();
            return _spent.TryPeek(out var oldest)
                ? TimeSpan.FromMilliseconds(oldest.AtMs + per.TotalMilliseconds - NowMs)
                : TimeSpan.Zero;
        }
    }

    private void Expire()
    {
        var nowMs = NowMs;
        while (_spent.TryPeek(out var oldest) && oldest.AtMs + per.TotalMilliseconds <= nowMs)
        {
            _sum -= oldest.Cost;
            _spent.Dequeue();
        }
    }
}
