using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>What all simulated venues of one server share: the clock, the settings and the counts.</summary>
internal sealed class World(SandboxOptions options, SandboxClock clock)
{
    private readonly Lock _gate = new();
    private readonly HashSet<StreamSession> _sessions = [];
    private long _opened;
    private long _messages;
    private long _requests;
    private long _violations;

    /// <summary>The settings.</summary>
    public SandboxOptions Options => options;

    /// <summary>The market's clock.</summary>
    public SandboxClock Clock => clock;

    /// <summary>The market's time, Unix epoch milliseconds.</summary>
    public long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The counts.</summary>
    public SandboxStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new SandboxStatistics(
                    _opened, _sessions.Count, _sessions.Sum(session => (long)session.SubscriptionCount), Volatile.Read(ref _messages), Volatile.Read(ref _requests), Volatile.Read(ref _violations));
            }
        }
    }

    /// <summary>The open streams, of one venue or of all.</summary>
    public IReadOnlyList<StreamSession> Sessions(string? exchange)
    {
        lock (_gate)
        {
            return [.. _sessions.Where(session => exchange is null || session.Exchange == exchange)];
        }
    }

    /// <summary>A stream opened.</summary>
    public void Opened(StreamSession session)
    {
        lock (_gate)
        {
            _opened++;
            _sessions.Add(session);
        }
    }

    /// <summary>A stream ended.</summary>
    public void Ended(StreamSession session)
    {
        lock (_gate)
        {
            _sessions.Remove(session);
        }
    }

    /// <summary>A message went out.</summary>
    public void Sent() => Interlocked.Increment(ref _messages);

    /// <summary>A request was answered.</summary>
    public void Served() => Interlocked.Increment(ref _requests);

    /// <summary>A limit was exceeded; whether to enforce it.</summary>
    public bool Violated()
    {
        Interlocked.Increment(ref _violations);
        return options.EnforceLimits;
    }

    /// <summary>A venue's market with its listings.</summary>
    public SimulatedMarket NewMarket(string exchange, IEnumerable<Listing> listings) => new(options.Seed, exchange, listings);
}
