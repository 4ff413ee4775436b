namespace OhlcvConnector.Sandbox.Faults;

/// <summary>The faults that last, and how often each kind has hit. Chance comes from the seed.</summary>
internal sealed class FaultBoard(int seed, SandboxClock clock)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<Active> _active = [];
    private readonly long[] _hits = new long[Enum.GetValues<SandboxFaultKind>().Length];
    private ulong _kinds; // a bit for each kind that may be active: what is asked for every message must cost nothing

    /// <summary>The faults that last still.</summary>
    public IReadOnlyList<SandboxFault> Lasting
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return [.. _active.Select(active => active.Fault)];
            }
        }
    }

    /// <summary>Number of times that each kind has hit.</summary>
    public IReadOnlyDictionary<SandboxFaultKind, long> Hits
    {
        get
        {
            lock (_gate)
            {
                return Enum.GetValues<SandboxFaultKind>().Where(kind => _hits[(int)kind] > 0).ToDictionary(kind => kind, kind => _hits[(int)kind]);
            }
        }
    }

    /// <summary>Begins a fault that lasts.</summary>
    public void Begin(SandboxFault fault)
    {
        lock (_gate)
        {
            var until = fault.Duration == TimeSpan.Zero ? DateTimeOffset.MaxValue : clock.GetUtcNow() + fault.Duration;
            _active.Add(new Active(fault with { At = TimeSpan.FromTicks(clock.GetTimestamp()) }, until));
            _kinds |= Bit(fault.Kind);
        }
    }

    /// <summary>Ends all faults that last.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _active.Clear();
            _kinds = 0;
        }
    }

    /// <summary>Returns true when a kind may hit at all: a cheap question before <see cref="Hit"/>.</summary>
    public bool May(SandboxFaultKind kind) => (Volatile.Read(ref _kinds) & Bit(kind)) != 0;

    /// <summary>The fault that hits here and now, counted; null when none does.</summary>
    public SandboxFault? Hit(SandboxFaultKind kind, string exchange, string? symbol = null)
    {
        if (!May(kind))
        {
            return null;
        }

        lock (_gate)
        {
            Expire();
            foreach (var active in _active)
            {
                var fault = active.Fault;
                if (fault.Kind == kind && fault.Concerns(exchange, symbol) && (fault.Probability >= 1 || _random.NextDouble() < fault.Probability))
                {
                    active.Hits++;
                    _hits[(int)kind]++;
                    return fault;
                }
            }

            return null;
        }
    }

    /// <summary>Counts what happened at once.</summary>
    public void Count(SandboxFaultKind kind, int hits)
    {
        lock (_gate)
        {
            _hits[(int)kind] += hits;
        }
    }

    /// <summary>Chooses one of several, by the seed; null when there is none.</summary>
    public T? Choose<T>(IReadOnlyList<T> among)
        where T : class
    {
        lock (_gate)
        {
            return among.Count == 0 ? null : among[_random.Next(among.Count)];
        }
    }

    private static ulong Bit(SandboxFaultKind kind) => 1UL << (int)kind;

    private void Expire()
    {
        var now = clock.GetUtcNow();
        if (_active.RemoveAll(active => active.Until <= now || active.Hits >= active.Fault.Times) > 0)
        {
            _kinds = _active.Aggregate(0UL, (bits, active) => bits | Bit(active.Fault.Kind));
        }
    }

    private sealed class Active(SandboxFault fault, DateTimeOffset until)
    {
        public SandboxFault Fault { get; } = fault;

        public DateTimeOffset Until { get; } = until;

        public int Hits { get; set; }
    }
}
