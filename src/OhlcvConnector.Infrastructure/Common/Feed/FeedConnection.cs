using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Queue;
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
    private readonly RateWindow _messages;
    private readonly RateWindow _requests;
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _state = new();
    private Socket? _socket;
    private ReadAheadStream? _stream;
    private WebSocket? _webSocket;
    private string? _reason;
    private bool _closedByUs;
    private long _lastRequestId;
    private int _breaks;
    private DateTimeOffset _receivedAt;
    private bool _isReceivedAtKnown;

    /// <summary>Prepares a connection; <see cref="Start"/> dials.</summary>
    public FeedConnection(VenueAccess access, SeriesTable table, IFrameSink sink, QuoteQueue queue, int id)
    {
        _access = access;
        _sink = sink;
        _queue = queue;
        _batch = new QuoteBatch(table);
        _logger = access.Loggers.CreateLogger<FeedConnection>();
        _time = access.Options.TimeProvider;
        _subscriptions = new Subscriptions(access.Market.Limits, _time);
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

    /// <summary>Done when the thread has ended; with the reason.</summary>
    public Task<string> Completion => _completion.Task;

    /// <summary>The series that were asked for and not acknowledged when the venue ended the connection without a word; empty when we ended it.</summary>
    public Series[] Suspects => _closedByUs ? [] : _subscriptions.Unacknowledged();

    /// <summary>When the bytes came that are being decoded, a timestamp of the clock that waits are measured with.</summary>
    public long LastRead => _stream!.LastRead;

    /// <summary>Whether the venue ended it as planned, with a close code that says so: it is well, and waits for us elsewhere.</summary>
    public bool IsPlannedEnd { get; private set; }

    /// <summary>Dials and subscribes.</summary>
    public void Start(IEnumerable<Series> series)
    {
        foreach (var one in series)
        {
            _subscriptions.Want(one);
        }

        new Thread(Run, StackBytes) { IsBackground = true, Name = $"{_access.Name} #{Id}" }.Start();
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

    /// <summary>Ends the connection from any thread; the first reason counts.</summary>
    public void Close(string reason)
    {
        Socket? socket;
        lock (_state)
        {
            _closedByUs |= _reason is null;
            _reason ??= reason;
            socket = _socket;
        }

        socket?.Dispose(); // the blocked read or connect returns at once
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close("disposed");
        _messages.Dispose();
        _requests.Dispose();
        _work.Dispose();
        _ended.Dispose();
        _webSocket?.Dispose();
    }

    private void Run()
    {
        Task pump = Task.CompletedTask;
        using var deadline = _time.CreateTimer(_ => Close($"not connected within {_access.Options.ConnectTimeout.TotalSeconds} s"), null, _access.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            _stream = new StreamDialer(_access.Options.Proxy, _time).Dial(_access.Stream, Opened);
            deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _webSocket = WebSocket.CreateFromStream(_stream, new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero });
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
        catch (Exception exception) // on a thread of its own: whatever it is ends this connection, and not the process
        {
            SetReason(exception.InnerException is SocketException inner ? inner.Message : exception.Message);
        }

        End(pump);
    }

    private void End(Task pump)
    {
        string reason;
        lock (_state)
        {
            reason = _reason ??= "the exchange closed the connection";
        }

        _ended.Cancel();
        Wake();
        _stream?.Dispose();
        pump.ContinueWith(_ => Finish(reason), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Finish(string reason)
    {
        _live.TrySetException(new IOException(reason));
        _ = _live.Task.Exception; // whoever waits for it sees it; nobody has to
        _completion.TrySetResult(reason);
    }

    private void Opened(Socket socket)
    {
        lock (_state)
        {
            _socket = socket;
            if (_reason is not null)
            {
                socket.Dispose();
            }
        }
    }

    private void SetReason(string reason)
    {
        lock (_state)
        {
            _reason ??= reason;
        }
    }

    private void Receive()
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        var skipping = false;
        while (true)
        {
            if (length == buffer.Length && !skipping)
            {
                skipping = buffer.Length >= LongestFrame;
                if (!skipping)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }
            }

            var receive = _webSocket!.ReceiveAsync(skipping ? buffer : buffer.AsMemory(length), CancellationToken.None);
            var part = receive.IsCompletedSuccessfully ? receive.Result : receive.AsTask().GetAwaiter().GetResult();
            if (part.MessageType == WebSocketMessageType.Close)
            {
                IsPlannedEnd = (int?)_webSocket.CloseStatus is GoingAway or ServiceRestart;
                SetReason($"the exchange closed the connection ({(int?)_webSocket.CloseStatus} {_webSocket.CloseStatusDescription})".Replace(" )", ")", StringComparison.Ordinal));
                return;
            }

            length += skipping ? 0 : part.Count;
            if (part.EndOfMessage)
            {
                if (skipping || part.MessageType == WebSocketMessageType.Binary)
                {
                    OnMalformed(skipping ? $"a frame of more than {LongestFrame} bytes" : "a binary frame", buffer.AsSpan(0, Math.Min(length, 100)));
                }
                else
                {
                    OnFrame(buffer.AsSpan(0, length));
                }

                length = 0;
                skipping = false;
            }
        }
    }

    /// <summary>Wakes the reader once for all frames of one read; the reader's code runs here, on this thread, unless told otherwise.</summary>
    private void SignalReader()
    {
        _isReceivedAtKnown = false;
        var start = _time.GetTimestamp();
        _queue.Signal();
        if (_time.GetElapsedTime(start) > StallLimit)
        {
            _access.Counters.ReaderStalled();
            LogStall(_logger, _access.Name, Id, _time.GetElapsedTime(start));
        }
    }

    private void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (!_isReceivedAtKnown) // once for all frames of a read
        {
            _receivedAt = _access.MarketClock.GetUtcNow();
            _isReceivedAtKnown = true;
            _access.Counters.MessageAt(_receivedAt.UtcTicks);
        }

        _batch.Reset(QuoteSource.Stream, _receivedAt);
        var decoded = _access.Venue.TryDecode(_access.Market, frame, _batch);
        if (_batch.Refused > 0)
        {
            OnRefused();
        }

        if (_batch.Count > 0)
        {
            OnQuotes();
        }

        if (decoded.Kind != FrameKind.Quotes)
        {
            OnOther(decoded, frame);
        }
    }

    private void OnQuotes()
    {
        foreach (ref readonly var quote in _batch.Quotes)
        {
            if (quote.EventTime is { } sent)
            {
                _access.Clock.OnEvent(sent.ToUnixTimeMilliseconds(), _batch.ReceivedAt.ToUnixTimeMilliseconds());
            }

            if (!_live.Task.IsCompleted)
            {
                _subscriptions.Acknowledge(quote.Series);
                CompleteLive();
            }

            _sink.OnQuote(this, quote);
        }
    }

    private void OnOther(Frame frame, ReadOnlySpan<byte> bytes)
    {
        switch (frame.Kind)
        {
            case FrameKind.Acknowledged:
                OnAcknowledged(frame.Note!);
                break;
            case FrameKind.Rejected:
                OnRejected(frame.Note!);
                break;
            case FrameKind.Closing:
                LogClosing(_logger, _access.Name, Id, frame.Note!.Text);
                _closing.TrySetResult(frame.Note.Text);
                break;
            case FrameKind.Malformed:
                OnMalformed(frame.Note!.Text, bytes);
                break;
            case FrameKind.Heartbeat:
                OnVenuePong();
                break;
            case FrameKind.Quotes or FrameKind.Noise:
            default:
                break;
        }
    }

    private void OnRefused()
    {
        Interlocked.Increment(ref _breaks);
        var count = _access.Counters.RefusedCandles(_batch.Refused);
        if (_sink.MayLogFault())
        {
            LogRefused(_logger, _access.Name, Id, _batch.Refusal!, count);
        }
    }

    private void OnMalformed(string reason, ReadOnlySpan<byte> frame)
    {
        Interlocked.Increment(ref _breaks);
        var count = _access.Counters.MalformedFrame();
        if (_sink.MayLogFault())
        {
            LogMalformed(_logger, _access.Name, Id, reason, Encoding.UTF8.GetString(frame[..Math.Min(frame.Length, 200)]), count);
        }
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
