using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// A connection to a venue's stream, from its dialling to its end, on a thread of its own: reads and decodes, while its <see cref="Subscriber"/> asks for
/// series and its heartbeat watches whether it lives. Never reconnects; that is its lane's business.
/// </summary>
internal sealed partial class FeedConnection : IDisposable
{
    private const int StackBytes = 1024 * 1024; // the reader's own code runs on it
    private const int GoingAway = 1001;
    private const int ServiceRestart = 1012;
    private static readonly TimeSpan StallLimit = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly VenueAccess _access;
    private readonly IFrameSink _sink;
    private readonly QuoteQueue _queue;
    private readonly QuoteBatch _batch;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Arrival _arrival;
    private readonly ConnectionState _state = new();
    private readonly ConnectionHeartbeat _heartbeat;
    private readonly TaskCompletionSource<string> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadAheadStream? _stream;
    private WebSocket? _webSocket;
    private MessageSender? _sender;
    private ITimer? _farewell;
    private bool _hasFailed; // and the venue said why

    /// <summary>Prepares a connection; <see cref="Start"/> dials.</summary>
    public FeedConnection(VenueAccess access, SeriesTable table, TapeTable tapes, IFrameSink sink, QuoteQueue queue, int id)
    {
        _access = access;
        _sink = sink;
        _queue = queue;
        _batch = new QuoteBatch(table, tapes: tapes);
        _logger = access.Loggers.CreateLogger<FeedConnection>();
        _time = access.Options.TimeProvider;
        _arrival = new Arrival(access, id);
        _heartbeat = new ConnectionHeartbeat(access.Options, access.Market.Heartbeat);
        Subscriber = new ConnectionSubscriber(access, sink, _batch, _arrival, id, _logger);
        Id = id;
    }

    /// <summary>The connection's number, for the log.</summary>
    public int Id { get; }

    /// <summary>The requests for its series.</summary>
    public ConnectionSubscriber Subscriber { get; }

    /// <summary>Completes when the thread has ended; with the reason.</summary>
    public Task<string> Completion => _completion.Task;

    /// <summary>Completes when the venue announces that it will end this connection; with its words.</summary>
    public Task<string> ClosingAnnounced => _closing.Task;

    /// <summary>The series that were asked for and not acknowledged when the venue ended the connection without a word; empty when we ended it.</summary>
    public Series[] Suspects => _state.IsEndedByUs || _hasFailed ? [] : Subscriber.Unacknowledged();

    /// <summary>True when the venue ended the connection as planned, with a close code that says so: the venue is well, and waits for us elsewhere.</summary>
    public bool IsPlannedEnd { get; private set; }

    /// <summary>Dials and subscribes.</summary>
    /// <param name="series">The series.</param>
    /// <param name="trades">The series whose symbols' trades are wanted, too.</param>
    public void Start(IReadOnlyList<Series> series, IReadOnlyList<Series> trades)
    {
        foreach (var one in series)
        {
            Subscriber.Add(one);
        }

        foreach (var one in trades)
        {
            Subscriber.AddTrades(one);
        }

        new Thread(Run, StackBytes) { IsBackground = true, Name = $"{_access.Name} #{Id}" }.UnsafeStart();
    }

    /// <summary>Leaves from any thread, with a word: the exchange has a moment to answer it. The first reason counts.</summary>
    public void Close(string reason)
    {
        var phase = _state.EndByUs(reason);
        if (phase == ConnectionPhase.Open && _sender!.TrySayGoodbye(WebSocketCloseStatus.NormalClosure))
        {
            CutAfterFarewell();
        }
        else if (phase != ConnectionPhase.Ending)
        {
            _state.Cut();
        }
    }

    /// <summary>Gives up from any thread a connection that is dead, or was not made; the first reason counts.</summary>
    public void Abort(string reason)
    {
        _state.EndByUs(reason);
        _state.Cut();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Abort("disposed");
        _farewell?.Dispose();
        _sender?.Dispose();
        Subscriber.Dispose();
        _state.Dispose();
        _webSocket?.Dispose();
    }

    private void Run()
    {
        Task subscribing = Task.CompletedTask;
        var patience = _access.Options.ConnectTimeout;
        using var deadline = _time.CreateTimer(_ => Abort($"not connected within {patience.TotalSeconds} s"), null, patience, Timeout.InfiniteTimeSpan);
        try
        {
            (_webSocket, _stream) = new StreamDialer(_access.Options, [.. _access.Headers]).Dial(_access.Stream, _state.Attach, _state.Dialling);
            deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _sender = new MessageSender(_access, _webSocket);
            _state.Open();
            _access.Counters.Connections(+1);
            LogConnected(_logger, _access.Name, Id, _access.Stream, Subscriber.Count);
            using var heart = _access.Heart.Add(Beat);
            subscribing = Task.Run(SubscribeAsync);
            try
            {
                _stream.Waiting = SignalReader;
                new FrameReader(_webSocket, OnFrame, OnMalformed).Run();
                OnClose();
            }
            finally
            {
                _access.Counters.Connections(-1);
            }
        }
        catch (HandshakeRefusedException exception)
        {
            _state.EndByVenue(exception.Message);
            if (exception.RetryAfter is { } wait)
            {
                LogToldToWait(_logger, _access.Name, Id, wait);
                _access.Address.LeaveAlone(wait);
            }
        }
        catch (Exception exception) // on a thread of its own: whatever it is ends this connection, and not the process
        {
            _state.EndByVenue(_access.Mask(exception.GetBaseException().Message));
        }

        End(subscribing);
    }

    private async Task SubscribeAsync()
    {
        try
        {
            await Subscriber.RunAsync(_sender!).ConfigureAwait(false);
        }
        catch (Exception exception) // a connection that cannot ask is of no use
        {
            Abort($"a request could not be sent: {exception.Message}");
        }
    }

    private void End(Task subscribing)
    {
        var reason = _state.EndByVenue("the exchange closed the connection");
        _sink.OnEnded(_arrival);
        Subscriber.End(reason, _state.IsEndedByUs);
        _stream?.Dispose();
        subscribing.ContinueWith(
            _ =>
            {
                Subscriber.Fail(reason);
                _completion.TrySetResult(reason);
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private void OnClose()
    {
        IsPlannedEnd = (int?)_webSocket!.CloseStatus is GoingAway or ServiceRestart;
        var words = $"{(int?)_webSocket.CloseStatus} {_webSocket.CloseStatusDescription}".TrimEnd();
        _state.EndByVenue($"the exchange closed the connection ({words})");
        if (_webSocket.State == WebSocketState.CloseReceived)
        {
            CutAfterFarewell(); // for who says that he ends it, and does not
            _sender!.TrySayGoodbye(_webSocket.CloseStatus is { } status and not WebSocketCloseStatus.Empty ? status : WebSocketCloseStatus.NormalClosure);
        }
    }

    private void CutAfterFarewell() => _farewell = _time.CreateTimer(_ => _state.Cut(), null, Farewell, Timeout.InfiniteTimeSpan);

    private void Beat()
    {
        var silence = _stream!.Silence;
        if ((_heartbeat.FindDeath(silence) ?? Subscriber.FindOverdue()) is { } reason)
        {
            Abort(reason);
            return;
        }

        Subscriber.GiveUpOverdueTrades();
        try
        {
            if (_state.CanWrite()) // a write that is stuck must hold up no other connection's heartbeat
            {
                _sender!.TryWhileFree(() => _heartbeat.Ping(silence, SendVenuePing, _stream.TryWritePing));
            }
        }
        catch (Exception exception) // on a timer's thread: whatever it is ends this connection, and nothing else
        {
            Abort($"a ping could not be sent: {exception.Message}");
        }
    }

    private void SendVenuePing() => _sender!.Send((output, stamp) => _access.Venue.WritePing(output, _access.Market, stamp));

    /// <summary>Wakes the reader once for all frames of one read; the reader's code runs here, on this thread, unless told otherwise.</summary>
    private void SignalReader()
    {
        _arrival.OnReadEnds();
        var start = _time.GetTimestamp();
        _queue.Signal();
        if (_time.GetElapsedTime(start) > StallLimit)
        {
            LogStall(_logger, _access.Name, Id, _time.GetElapsedTime(start));
        }
    }
}
