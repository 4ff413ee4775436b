using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>One client's WebSocket: reads its messages within the limits, lets the first one choose the protocol, and ends in order whoever ends it.</summary>
internal sealed partial class ClientConnection
{
    private const int SmallestBuffer = 1024;
    private const int DeepestJson = 16;
    private const int MaxParts = 10_000; // of one message: empty ones have no length
    private const int FloodFactor = 10; // so many times the limit of messages is no mistake any more
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly ClientContext _client;
    private readonly WebSocket _socket;
    private readonly FrameStream _stream;
    private readonly ConnectionGate _gate;
    private readonly ConnectionPass _pass;
    private readonly ILogger _logger;
    private readonly Quota _messages;
    private readonly Quota _pings;
    private TimeSpan _closeTimeout = CloseTimeout;
    private long _pingedAt;
    private bool _awaitsPong;
    private ITimer? _silence; // until the first message

    /// <summary>Prepares a client whose handshake has been answered.</summary>
    public ClientConnection(ClientContext client, FrameStream stream, ConnectionGate gate, ConnectionPass pass, ILogger logger)
    {
        _client = client;
        _gate = gate;
        _pass = pass;
        _stream = stream;
        _logger = logger;
        _messages = new Quota(client.Options.TimeProvider);
        _pings = new Quota(client.Options.TimeProvider);
        stream.AnswersPing = AnswersPing;
        _socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        _pingedAt = client.Options.TimeProvider.GetTimestamp();
    }

    /// <summary>The conversation; null before the first message.</summary>
    public IClientSession? Session { get; private set; }

    /// <summary>Runs until the connection has ended.</summary>
    /// <param name="cancellationToken">The connection is gone.</param>
    /// <returns>Whether both sides closed, and all that waited left.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _silence = _client.Options.TimeProvider.CreateTimer(
            static client => ((ClientConnection)client!).OnSilence(), this, _client.Options.SubscribeTimeout, Timeout.InfiniteTimeSpan);
        var read = ReadAsync(reading.Token);
        try
        {
            await Task.WhenAny(read, _client.Outbox.Closing).ConfigureAwait(false);
            if (Session is { } session)
            {
                await session.DisposeAsync().ConfigureAwait(false); // nothing new comes; what waits leaves
            }

            _client.Close(CloseCode.Normal, ""); // unless it is closing already
            await WaitAsync(_client.Outbox.Ended).ConfigureAwait(false);
            if (_client.Outbox.IsSlow)
            {
                LogCutOff(_logger, _pass.Description);
            }

            if (_client.Outbox.Ended is not { IsCompletedSuccessfully: true, Result.IsComplete: true })
            {
                return false;
            }

            await WaitAsync(read).ConfigureAwait(false); // for the peer's own close
            return read.IsCompleted;
        }
        finally
        {
            _client.Outbox.Abandon("the connection has ended");
            _stream.IsEnding = true;
            await reading.CancelAsync().ConfigureAwait(false);
            await read.ConfigureAwait(false);
            EndSilence();
            _socket.Dispose();
        }
    }

    /// <summary>Asks the client to go, after it has got what waits for it.</summary>
    public void Stop()
    {
        _closeTimeout = _client.Options.StopTimeout;
        _client.Close(CloseCode.GoingAway, "the server stops");
    }

    /// <summary>
    /// Called every second: pings a client that has said nothing for a while, and gives up one that says nothing after that. One tick for all clients: the
    /// framework's own pings take a timer each, which wake the thread pool all the time.
    /// </summary>
    public void OnTick()
    {
        if (!_client.Outbox.Closing.IsCompleted && _gate.IsRevoked(_pass))
        {
            RefuseKey("The API key is valid no longer.", Session is V1Session, id: null);
        }

        Session?.OnTick();
        var (every, clock) = (_client.Options.PingInterval, _client.Options.TimeProvider);
        if (every <= TimeSpan.Zero)
        {
            return;
        }

        var readAt = _stream.ReadAt;
        _awaitsPong &= readAt <= _pingedAt;
        if (_awaitsPong)
        {
            if (clock.GetElapsedTime(_pingedAt) >= _client.Options.PingTimeout)
            {
                _socket.Abort();
            }
        }
        else if (clock.GetElapsedTime(Math.Max(readAt, _pingedAt)) >= every)
        {
            (_pingedAt, _awaitsPong) = (clock.GetTimestamp(), true);
            _client.Say(WebSocketFrame.Ping);
        }
    }

    /// <summary>What this client is told when it is cut off because it reads too slowly.</summary>
    public byte[][] CutOffFrames()
    {
        var words =
            $"More than {_client.Options.ClosedQueueCapacity} closed candles waited for this client. Connect again, and resume from the last open time.";
        return
        [
            Session is V1Session
                ? V1Answers.Error(id: null, new RequestException(ErrorCode.SlowConsumer, words), _client.IsSandbox)
                : LegacyProtocol.Error(words, isSandbox: _client.IsSandbox),
            WebSocketFrame.Close(CloseCode.SlowConsumer, ErrorCode.SlowConsumer),
        ];
    }

    private async Task WaitAsync(Task task)
    {
        using var patience = new CancellationTokenSource(_closeTimeout, _client.Options.TimeProvider);
        await Task.WhenAny(task, Task.Delay(Timeout.InfiniteTimeSpan, _client.Options.TimeProvider, patience.Token)).ConfigureAwait(false);
    }

    /// <summary>Reads until the peer closes, or goes wrong. Throws nothing.</summary>
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SmallestBuffer);
        try
        {
            while (true)
            {
                var (length, parts) = (0, 0);
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == buffer.Length)
                    {
                        Grow(ref buffer);
                    }

                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                    length += part.Count;
                    if (length > _client.Options.MaxMessageBytes || ++parts > MaxParts)
                    {
                        OnTooBig();
                        return;
                    }
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    Answer(_socket.CloseStatus);
                    return;
                }

                OnMessage(buffer.AsSpan(0, length), part.MessageType == WebSocketMessageType.Text);
                if (_client.Outbox.Closing.IsCompleted)
                {
                    await DrainAsync(cancellationToken).ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            OnLost(exception);
        }
        catch (Exception exception) // a fault of ours ends this client only
        {
            LogFailed(_logger, _pass.Description, exception);
            _client.Close(CloseCode.InternalError, "internal error");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void EndSilence()
    {
        _silence?.Dispose();
        _silence = null;
    }

    private void OnSilence()
    {
        if (Session is null)
        {
            CloseWith(
                CloseCode.PolicyViolation,
                "subscribe timeout",
                new RequestException(ErrorCode.BadRequest, LegacyProtocol.NoPayload(_client.Options.SubscribeTimeout)),
                isV1: !_client.Options.Legacy,
                id: null);
        }
    }

    private void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, _client.Options.MaxMessageBytes + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private void OnMessage(ReadOnlySpan<byte> message, bool isText)
    {
        _client.Hub.Counters.Message();
        var wait = _messages.TryAddMessage(_client.Options.MessagesPerMinute, out var excess)
            ?? _pass.Address?.TryAddMessage(_client.Options.MessagesPerMinutePerAddress, out _);
        if (wait is { } tooMany)
        {
            OnTooMany(tooMany, excess);
            return;
        }

        if ((isText || (_client.Options.Legacy && Session is not V1Session) ? Parse(message) : null) is not { } element
            || (!isText && Session is null && V1Reader.Chooses(element)))
        {
            _client.Hub.Counters.BadMessage();
            (Session ?? Stranger())
                .OnUnreadable(
                    isText ? "The message is no JSON, is nested too deeply, or has a string that is no valid Unicode." : "A message must be text, not binary.");
            return;
        }

        Begin(element)?.OnMessage(element);
    }

    /// <summary>Who has not said anything that can be read is answered in the older protocol, where it is spoken.</summary>
    private IClientSession Stranger() => _client.Options.Legacy ? new LegacySession(_client) : new V1Session(_client, _logger);

    /// <summary>The conversation that the first message chooses; null when the message does not prove who it is from.</summary>
    private IClientSession? Begin(JsonElement first)
    {
        if (Session is { } session)
        {
            return session;
        }

        var isV1 = !_client.Options.Legacy || V1Reader.Chooses(first);
        if (_gate.Admit(_pass, first) is { } refusal)
        {
            RefuseKey(refusal, isV1, V1Reader.Id(first));
            return null;
        }

        EndSilence();
        (_client.KeyQuota, _client.Follower) = (_pass.Key, _gate.Join(_pass));
        _client.Asker = _pass.KeyId is { } key ? HistoryAsker.OfKey(key) : _client.Asker;
        return Session = isV1 ? new V1Session(_client, _logger) : new LegacySession(_client);
    }

    private void RefuseKey(string words, bool isV1, JsonElement? id)
    {
        _client.Hub.Counters.ClientRefused();
        CloseWith(CloseCode.PolicyViolation, ErrorCode.Unauthorized, new RequestException(ErrorCode.Unauthorized, words), isV1 || !_client.Options.Legacy, id);
    }

    /// <summary>Says what is wrong in the client's protocol, and closes: clients of the older one always saw an error end the connection normally.</summary>
    private void CloseWith(int code, string reason, RequestException problem, bool isV1, JsonElement? id) => _client.Close(
        isV1 ? code : CloseCode.Normal, reason,
        isV1 ? V1Answers.Error(id, problem, _client.IsSandbox) : LegacyProtocol.Error(problem.Message, isSandbox: _client.IsSandbox));

    private static JsonElement? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var options = new JsonReaderOptions { MaxDepth = DeepestJson };
            var strings = new Utf8JsonReader(message, options);
            while (strings.Read())
            {
                if (strings.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    strings.GetString(); // throws at half a surrogate pair, or what is no UTF-8, which else would throw wherever the string is read
                }
            }

            var reader = new Utf8JsonReader(message, options);
            var element = JsonElement.ParseValue(ref reader);
            return reader.Read() ? null : element;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // the sender is told
        }
    }

    /// <summary>Pings are limited as messages are: one too many gets no answer, a flood ends the connection.</summary>
    private bool AnswersPing()
    {
        if (_pings.TryAddMessage(_client.Options.MessagesPerMinute, out var excess) is null)
        {
            return true;
        }

        _client.Hub.Counters.Limited();
        if (excess == (_client.Options.MessagesPerMinute * (FloodFactor - 1)) + 1)
        {
            _client.Close(CloseCode.PolicyViolation, "too many pings");
        }

        return false;
    }

    private void OnTooMany(TimeSpan wait, int excess)
    {
        _client.Hub.Counters.Limited();
        if (excess > _client.Options.MessagesPerMinute * (FloodFactor - 1))
        {
            _client.Close(CloseCode.PolicyViolation, "too many messages");
        }
        else
        {
            (Session ?? Stranger()).OnTooMany(wait);
        }
    }

    private void OnTooBig()
    {
        _client.Hub.Counters.BadMessage();
        var words = $"A message may have {_client.Options.MaxMessageBytes} bytes.";
        _client.Close(CloseCode.TooBig, words, Session is V1Session || !_client.Options.Legacy
            ? V1Answers.Error(id: null, new RequestException(ErrorCode.BadRequest, words), _client.IsSandbox)
            : LegacyProtocol.Error(words, isSandbox: _client.IsSandbox));
    }

    /// <summary>After we closed: reads on until the peer closes, too.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var scrap = new byte[SmallestBuffer];
        while ((await _socket.ReceiveAsync(scrap.AsMemory(), cancellationToken).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
        {
            // what was on its way
        }
    }

    private void Answer(WebSocketCloseStatus? status) => _client.Close(status is { } code ? (int)code : CloseCode.Normal, "");

    /// <summary>A violation of the WebSocket protocol was answered by the framework with its own close frame; anything else is a lost connection.</summary>
    private void OnLost(Exception exception)
    {
        if (exception is WebSocketException { WebSocketErrorCode: not WebSocketError.ConnectionClosedPrematurely })
        {
            _client.Hub.Counters.BadMessage();
            _client.Outbox.Close();
            _client.Outbox.Flush();
        }
        else
        {
            if (!_client.Outbox.Closing.IsCompleted)
            {
                _client.Hub.Counters.ClientLost();
                LogLost(_logger, _pass.Description, exception.InnerException?.Message ?? exception.Message);
            }

            _client.Outbox.Abandon("the client is gone");
        }
    }

    [LoggerMessage(ServerEventIds.MessageFailed, LogLevel.Error, "A message of the client {Client} could not be taken")]
    private static partial void LogFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(ServerEventIds.ClientLost, LogLevel.Debug, "The client {Client} is gone without closing: {Reason}")]
    private static partial void LogLost(ILogger logger, string client, string reason);

    [LoggerMessage(ServerEventIds.ClientCutOff, LogLevel.Warning, "The client {Client} was cut off: it reads too slowly; it may resume")]
    private static partial void LogCutOff(ILogger logger, string client);
}
