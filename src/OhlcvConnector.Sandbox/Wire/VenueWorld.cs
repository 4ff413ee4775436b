using OhlcvConnector.Sandbox.Faults;
using OhlcvConnector.Sandbox.Recorded;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>World of one simulated venue: its clock, its open streams, its counts and the faults that befall it.</summary>
internal sealed class VenueWorld(World world, string exchange)
{
    private const long MinuteMs = 60_000;

    private readonly Lock _gate = new();
    private readonly HashSet<StreamSession> _sessions = [];
    private long _opened;
    private long _messages;
    private long _requests;
    private long _violations;

    /// <summary>The venue.</summary>
    public string Exchange => exchange;

    /// <summary>The settings.</summary>
    public SandboxOptions Options => world.Options;

    /// <summary>The venue's clock, which a fault may set wrong.</summary>
    public SandboxClock Clock { get; } = world.Clock.Copy();

    /// <summary>The time at the venue, Unix epoch milliseconds.</summary>
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Faults that last: what goes wrong.</summary>
    public FaultBoard Faults => world.Faults;

    /// <summary>The counts.</summary>
    public SandboxStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new SandboxStatistics(
                    _opened, _sessions.Count, _sessions.Sum(session => (long)session.SubscriptionCount), Volatile.Read(ref _messages),
                    Volatile.Read(ref _requests), Volatile.Read(ref _violations));
            }
        }
    }

    /// <summary>The open streams.</summary>
    public IReadOnlyList<StreamSession> Sessions
    {
        get
        {
            lock (_gate)
            {
                return [.. _sessions];
            }
        }
    }

    /// <summary>Counts a stream that opened.</summary>
    public void Opened(StreamSession session)
    {
        lock (_gate)
        {
            _opened++;
            _sessions.Add(session);
        }
    }

    /// <summary>Counts a stream that ended.</summary>
    public void Ended(StreamSession session)
    {
        lock (_gate)
        {
            _sessions.Remove(session);
        }
    }

    /// <summary>Counts a message that went out.</summary>
    public void Sent() => Interlocked.Increment(ref _messages);

    /// <summary>Counts a request that was answered.</summary>
    public void Served() => Interlocked.Increment(ref _requests);

    /// <summary>Counts a limit that was exceeded; returns true when it is to be enforced.</summary>
    public bool Violated()
    {
        Interlocked.Increment(ref _violations);
        return Options.EnforceLimits;
    }

    /// <summary>Returns true when a REST request is to be told that there are too many: it exceeds the limit, or a fault says so.</summary>
    public bool IsLimited(bool isWithin) => Faults.Hit(SandboxFaultKind.RateLimited, exchange) is not null || (!isWithin && Violated());

    /// <summary>True when the trades of one more listing can be sent.</summary>
    public bool HasRoomForTrades => world.HasRoomForTrades;

    /// <summary>Returns true when streams do not know a symbol for now.</summary>
    public bool Forgets(string symbol) => Faults.Hit(SandboxFaultKind.RejectSubscribe, exchange, symbol) is not null;

    /// <summary>A listing as the venue has it now: a fault may have halted it.</summary>
    public Listing AsListed(Listing listing) => Faults.May(SandboxFaultKind.Halt) && Faults.Hit(SandboxFaultKind.Halt, exchange, listing.Symbol) is { } halt
        ? listing with { EndsMs = (NowMs - ((Clock.GetTimestamp() - halt.At.Ticks) / TimeSpan.TicksPerMillisecond)) / MinuteMs * MinuteMs }
        : listing;

    /// <summary>Returns the number of candles that a page of REST has when so many are asked for.</summary>
    public int PageSize(int asked) =>
        asked > AnswerFaults.CappedPage && Faults.Hit(SandboxFaultKind.PageCap, exchange) is not null ? AnswerFaults.CappedPage : asked;

    /// <summary>Returns the candles that REST answers of those that were found, ascending.</summary>
    public List<CandleState> Answered(Listing listing, List<CandleState> candles) => AnswerFaults.Apply(this, listing, candles);

    /// <summary>A market with its listings.</summary>
    public MarketBooks NewMarket(IEnumerable<Listing> listings) => world.Recorded is { } books
        ? new RecordedMarket(listings.First().Market, books.Of(exchange)) // of what was recorded, which is known later
        : new SimulatedMarket(Options.Seed, exchange, listings);

    /// <summary>Whether it says again what was recorded.</summary>
    public bool IsReplay => world.Recorded is not null;
}
