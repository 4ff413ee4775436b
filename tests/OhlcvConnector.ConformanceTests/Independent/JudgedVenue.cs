using System.Collections.Concurrent;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>
/// One market of one venue on loopback, written from the venues' own documentation and recorded messages alone. What is common to all is here: connections, the
/// beat that tells
/// candles, and what goes wrong with both. The dialect is the derived class's.
/// </summary>
internal abstract partial class JudgedVenue : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Session, bool> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _beating = Task.CompletedTask;
    private readonly Random _random;

    protected JudgedVenue(FastClock clock, Books books, int seed, IReadOnlyList<Listed> symbols)
    {
        (Clock, Books, Symbols, _random) = (clock, books, symbols, new Random(seed));
        Faults = new FaultBoard(clock);
        Server = new LoopbackServer(AnswerAsync, UpgradeAsync);
    }

    public abstract string Exchange { get; }

    public abstract Market Market { get; }

    public string Name => $"{Exchange} {Market.Name()}";

    public FastClock Clock { get; }

    public Books Books { get; }

    public FaultBoard Faults { get; }

    public LoopbackServer Server { get; }

    public IReadOnlyList<Listed> Symbols { get; }

    /// <summary>What went wrong inside of this venue: must be empty.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public int ConnectionsMade { get; private set; }

    public int Messages { get; private set; }

    /// <summary>Whether a candle without trades is neither told nor, for a while, in history.</summary>
    public virtual bool OmitsQuiet => false;

    /// <summary>How many candles back history reaches; null for all the way to the listing.</summary>
    public virtual int? Reach => null;

    /// <summary>The quote volume that a client may say of a closed candle, by where it has it from; null for none.</summary>
    public virtual decimal? QuoteVolume(Candle candle, QuoteSource source) => candle.Quote;

    /// <summary>The number of trades that a client may say.</summary>
    public virtual long? TradeCount(Candle candle) => null;

    /// <summary>How often an open candle is told at most.</summary>
    protected virtual long PushEveryMs => 2_000;

    /// <summary>Whether the current candle comes right after subscribing, traded or not.</summary>
    protected virtual bool SendsSnapshot => false;

    /// <summary>A message of one candle.</summary>
    protected abstract string Message(Topic topic, CandleText candle, long eventMs);

    /// <summary>Hears a message that is no ping.</summary>
    protected abstract void Listen(Session session, string text);

    /// <summary>Says that the connection ends soon, as this venue does; false where it says nothing.</summary>
    protected virtual string? Notice => null;

    /// <summary>Begins to tell candles.</summary>
    public void Begin() => _beating = Task.Run(BeatAsync);

    /// <summary>Ends all connections.</summary>
    public void CutAll()
    {
        foreach (var session in _sessions.Keys)
        {
            session.Reset();
        }
    }

    public void Hear(Session session, string text)
    {
        Messages++;
        try
        {
            Listen(session, text);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Complaints.Enqueue($"{Name}: not understood: {text}: {exception.Message}");
        }
    }

    /// <summary>A text as a frame, or as several where the venue fragments.</summary>
    public byte[] Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < 10 || !Faults.Strikes(FaultKind.FragmentedMessages))
        {
            return Frames.Frame(1, bytes);
        }

        var third = bytes.Length / 3;
        return
        [
            .. Frames.Frame(1, bytes.AsSpan(0, third), isLast: false), .. Frames.Frame(9, "between"u8), .. Frames.Frame(
                0, bytes.AsSpan(third, third), isLast: false),
            .. Frames.Frame(0, bytes.AsSpan(third * 2)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        await Server.DisposeAsync();
    }

    /// <summary>Makes or renews a subscription.</summary>
    protected static void Subscribe(Session session, Topic topic) => session.Topics[topic.Name] = topic;

    /// <summary>Acknowledges, unless something is wrong with that today.</summary>
    protected void Acknowledge(Session session, string text, IEnumerable<Topic> topics)
    {
        if (Faults.Strikes(FaultKind.AckMissing))
        {
            return;
        }

        var isSilent = Faults.Strikes(FaultKind.AckThenSilence);
        foreach (var topic in topics)
        {
            topic.MuteUntilMs = isSilent ? Clock.NowMs + 600_000 : 0;
            Subscribe(session, topic);
        }

        if (Faults.Strikes(FaultKind.AckLate))
        {
            session.SendLater(text, 6_000);
        }
        else
        {
            session.Send(text);
        }
    }

    protected Listed? Find(string name) => Symbols.FirstOrDefault(symbol => symbol.Name == name);

    private async Task UpgradeAsync(HttpCall call, Peer peer, CancellationToken token)
    {
        if (Faults.Strikes(FaultKind.AllDownLong) || Faults.Strikes(FaultKind.HandshakeCut))
        {
            peer.Reset();
            return;
        }

        if (Faults.Strikes(FaultKind.HandshakeHangs))
        {
            await Clock.DelayAsync(TimeSpan.FromSeconds(120), token);
            return;
        }

        if (Faults.Strikes(FaultKind.HandshakeSlow))
        {
            await Clock.DelayAsync(TimeSpan.FromSeconds(4), token);
        }

        if (Faults.Strikes(FaultKind.HandshakeGarbage))
        {
            await peer.WriteAsync("\u0016\u0003\u0001 not HTTP at all\r\n\r\n"u8.ToArray(), token);
            return;
        }

        if (Faults.Strikes(FaultKind.HandshakeRefused503) || Faults.IsOn(FaultKind.HandshakeRefused429))
        {
            var isLimit = Faults.Strikes(FaultKind.HandshakeRefused429);
            await peer.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {(isLimit ? "429 Too Many Requests\r\nRetry-After: 7" : "503 Service Unavailable")}\r\nContent-Length: 0\r\n\r\n"), token);
            return;
        }

        var accept = LoopbackServer.AcceptOf(call.Headers["Sec-WebSocket-Key"]);
        await peer.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), token);
        var session = new Session(this, peer, call);
        ConnectionsMade++;
        _sessions[session] = true;
        try
        {
            Greet(session);
            await session.RunAsync(token);
        }
        finally
        {
            _sessions.TryRemove(session, out _);
        }
    }

    /// <summary>Says what the venue says first.</summary>
    protected virtual void Greet(Session session)
    {
        // most say nothing
    }

    private async Task BeatAsync()
    {
        var pause = TimeSpan.FromMilliseconds(Math.Max(10, 400 / Clock.Speed));
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(pause, CancellationToken.None);
            try
            {
                Beat(Clock.NowMs);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Complaints.Enqueue($"{Name}: {exception}");
            }
        }
    }

    private void Beat(long now)
    {
        if (Faults.IsOn(FaultKind.ConnectionsRefused) || Faults.IsOn(FaultKind.AllDownLong))
        {
            Server.StopListening();
        }
        else
        {
            Server.Listen();
        }

        Disturb(now);
        foreach (var session in _sessions.Keys)
        {
            session.Flush(now);
            if (session.IsFrozen || session.StalledUntilMs > now)
            {
                foreach (var topic in session.Topics.Values)
                {
                    topic.TradesToMs = now; // nobody tells them afterwards
                }

                continue;
            }

            foreach (var topic in session.Topics.Values)
            {
                if (topic.IsTrades)
                {
                    TellTrades(session, topic, now);
                }
                else if (!topic.Symbol.IsHalted)
                {
                    Tell(session, topic, now);
                }
            }
        }
    }
}
