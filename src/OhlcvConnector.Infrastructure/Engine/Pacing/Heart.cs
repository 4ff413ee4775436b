namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// The heartbeat timer of all connections of a market: each look at a clock wakes a thread of the pool, which costs more than all the heartbeats behind it.
/// What it calls must return soon: a connection that is stuck must not hold up the next.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="every">The time between two beats.</param>
internal sealed class Heart(TimeProvider clock, TimeSpan every)
{
    private readonly Lock _gate = new();
    private Action[] _beats = [];
    private ITimer? _timer;

    /// <summary>Calls a function at each beat from now on, until what is returned is disposed of.</summary>
    public IDisposable Add(Action beat)
    {
        lock (_gate)
        {
            _beats = [.. _beats, beat];
            _timer ??= clock.CreateTimer(_ => Beat(), null, every, every);
        }

        return new Pulse(this, beat);
    }

    private void Beat()
    {
        foreach (var beat in Volatile.Read(ref _beats))
        {
            beat();
        }
    }

    private void Remove(Action beat)
    {
        lock (_gate)
        {
            _beats = [.. _beats.Where(other => other != beat)];
            if (_beats.Length == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private sealed class Pulse(Heart heart, Action beat) : IDisposable
    {
        public void Dispose() => heart.Remove(beat);
    }
}
