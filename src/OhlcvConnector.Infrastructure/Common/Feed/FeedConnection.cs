using System.Buffers;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Queue;
using OhlcvConnector.Infrastructure.Common.Trades;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>
/// One socket from its dialling to its end, on a thread of its own: subscribes within the venue's limits, reads, decodes, keeps the heart beating, and ends
/// with a reason. Never reconnects; that is its shard's business.
/// </summary>
internal sealed partial class FeedConnection : IDisposable
{
    private const int StackBytes = 1024 * 1024; // the reader's own code runs on it
    private const int GoingAway = 1001;
    private const int ServiceRestart = 1012;
    private const int LongestFrame = 4 * 1024 * 1024;
    private static readonly TimeSpan StallLimit = TimeSpan.FromMilliseconds(50);

    private readonly VenueAccess _access;
    private readonly IFrameSink _sink;
    private readonly QuoteQueue _queue;
    private readonly QuoteBatch _batch;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Subscriptions _subscriptions;
    private readonly Subscriptions _trades; // asked for when all candles are there
    private readonly RateWindow _messages;
    private readonly RateWindow _requests;
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _dialling = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadAheadStream? _stream;
    private WebSocket? _webSocket;
    private long _lastRequestId;
    private int _breaks;
    private DateTimeOffset _receivedAt;
    private long _receivedMs; // by the clock that nobody sets
    private bool _isReceivedAtKnown;

    /// <summary>Prepares a connection; <see cref="Start"/> dials.</summary>
    public FeedConnection(VenueAccess access, SeriesTable table, TapeTable tapes, IFrameSink sink, QuoteQueue queue, int id)
    {
        _access = access;
        _sink = sink;
        _queue = queue;
        _batch = new QuoteBatch(table, tapes: tapes);
        _logger = access.Loggers.CreateLogger<FeedConnection>();
        _time = access.Options.TimeProvider;
        _subscriptions = new Subscriptions(access.Market.Limits, _time);
        _trades = new Subscriptions(access.Market.Limits, _time);
        _messages = new RateWindow(access.Market.Limits.Messages, access.MarketClock);
        _requests = new RateWindow(access.Market.Limits.Requests, access.MarketClock);
        Id = id;
    }

    /// <summary>For the log.</summary>
    public int Id { get; }

    /// <summary>
    /// A number for the present stretch of this connection: another after anything that may hide a missed message, and after each request, for a series that is
    /// subscribed again was not sent meanwhile.
    /// </summary>
    public long Stretch => ((long)Id << 32) + Volatile.Read(ref _breaks);

    /// <summary>Done when every series that it was started with is acknowledged; faulted when the connection ends before.</summary>
    public Task Live => _live.Task;

    /// <summary>Done when the venue announces that it will end this connection; with its words.</summary>
    public Task<string> ClosingAnnounced => _closing.Task;

    /// <summary>The series that were asked for and not acknowledged when the venue ended the connection without a word; empty when we ended it.</summary>
    public Series[] Suspects => _closedByUs ? [] : _subscriptions.Unacknowledged();

    /// <summary>When the bytes came that are being decoded, a timestamp of the clock that waits are measured with.</summary>
    public long LastRead => _stream!.LastRead;

    /// <summary>The venue's clock when what is being decoded came, as best known; Unix epoch milliseconds.</summary>
    public long VenueMs => _access.Clock.At(_receivedMs);

    /// <summary>Our clock when what is being decoded came, Unix epoch milliseconds, had nobody set it since the start.</summary>
    public long ReceivedMs => _receivedMs;

    /// <summary>What the tapes of trades know of it.</summary>
    public TradeSource Source { get; } = new();

    /// <summary>Whether the venue ended it as planned, with a close code that says so: it is well, and waits for us elsewhere.</summary>
    public bool IsPlannedEnd { get; private set; }

    /// <summary>Dials and subscribes.</summary>
    /// <param name="series">The series.</param>
    /// <param name="trades">The series whose symbols' trades are wanted, too.</param>
    public void Start(IEnumerable<Series> series, IEnumerable<Series> trades)
    {
        foreach (var one in series)
        {
            _subscriptions.Want(one);
        }

        foreach (var one in trades)
        {
            _trades.Want(one);
        }

        new Thread(Run, StackBytes) { IsBackground = true, Name = $"{_access.Name} #{Id}" }.UnsafeStart();
    }

    /// <summary>Subscribes one more series.</summary>
    public void Add(Series series)
    {
        _subscriptions.Want(series);
        Wake();
    }

    /// <summary>Unsubscribes a series.</summary>
    public void Remove(Series series)
    {
        _subscriptions.Drop(series);
        Wake();
    }

    /// <summary>Subscribes a series again that the venue stopped sending.</summary>
    public void Renew(Series series)
    {
        _subscriptions.Renew(series);
        Wake();
    }

    /// <summary>Subscribes the trades of one more symbol.</summary>
    public void AddTrades(Series series)
    {
        _trades.Want(series);
        Wake();
    }

    /// <summary>Unsubscribes the trades of a symbol.</summary>
    public void RemoveTrades(Series series)
    {
        _trades.Drop(series);
        Wake();
    }

    /// <summary>Subscribes the trades of a symbol again that the venue stopped sending.</summary>
    public void RenewTrades(Series series)
    {
        _trades.Renew(series);
        Wake();
    }

    private void Run()
    {
        Task pump = Task.CompletedTask;
        var patience = _access.Options.ConnectTimeout;
        using var deadline = _time.CreateTimer(_ => Abort($"not connected within {patience.TotalSeconds} s"), null, patience, Timeout.InfiniteTimeSpan);
        try
        {
            (_webSocket, _stream) = new StreamDialer(_access.Options, _access.Market.Headers).Dial(_access.Stream, Opened, _dialling.Token);
            deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            lock (_state)
            {
                _isOpen = true;
            }

            _access.Counters.Connections(+1);
            LogConnected(_logger, _access.Name, Id, _access.Stream, _subscriptions.Count);
            using var heart = _access.Heart.Add(Beat);
            pump = Task.Run(PumpAsync);
            try
            {
                CompleteLive();
                _stream.Waiting = SignalReader;
                Receive();
            }
            finally
            {
                _access.Counters.Connections(-1);
            }
        }
        catch (HandshakeRefusedException exception)
        {
            SetReason(exception.Message);
            if (exception.RetryAfter is { } wait)
            {
                LogToldToWait(_logger, _access.Name, Id, wait);
                _access.Address.LeaveAlone(wait);
            }
        }
        catch (Exception exception) // on a thread of its own: whatever it is ends this connection, and not the process
        {
            SetReason(exception.GetBaseException().Message);
        }

        End(pump);
    }

    private void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (ObjectDisposedException)
        {
            // it ended meanwhile; there is nothing to wake
        }
    }

    private void Send(Action<IBufferWriter<byte>, RequestStamp> write)
    {
        var message = new ArrayBufferWriter<byte>(256);
        var id = Interlocked.Increment(ref _lastRequestId);
        write(message, new RequestStamp(id, _access.Clock.OurNowMs));
        if (message.WrittenCount > 0)
        {
            SendText(message.WrittenMemory);
        }
    }

    private void SendText(ReadOnlyMemory<byte> message)
    {
        lock (_sendGate)
        {
            // completes before it returns, for the stream below does
            _webSocket!.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }
}
