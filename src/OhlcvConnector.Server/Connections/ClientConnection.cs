using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>
/// Connection of one client over a WebSocket: reads its messages within the limits, lets the first one choose the protocol, and ends in order whoever ends it.
/// </summary>
internal sealed partial class ClientConnection
{
    private const int FloodFactor = 10; // so many times the limit of messages is no mistake any more
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly ClientContext _client;
    private readonly WebSocket _socket;
    private readonly FrameStream _stream;
    private readonly ConnectionGate _gate;
    private readonly ConnectionPass _pass;
    private readonly ILogger _logger;
    private readonly MessageRate _messages;
    private readonly MessageRate _pings;
    private TimeSpan _closeTimeout = CloseTimeout;
    private readonly ClientHeartbeat _heartbeat;
    private ITimer? _silence; // until the first message

    /// <summary>Prepares a client whose handshake has been answered.</summary>
    public ClientConnection(ClientContext client, FrameStream stream, ConnectionGate gate, ConnectionPass pass, ILogger logger)
    {
        _client = client;
        _gate = gate;
        _pass = pass;
        _stream = stream;
        _logger = logger;
        _messages = new MessageRate(client.Options.TimeProvider);
        _pings = new MessageRate(client.Options.TimeProvider);
        stream.AnswersPing = AnswersPing;
        _socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,
            DangerousDeflateOptions = client.Outbox.Packing == Packing.None ? null : new WebSocketDeflateOptions { ClientContextTakeover = false },
        });
        _heartbeat = new ClientHeartbeat(client.Options);
    }

    /// <summary>The conversation; null before the first message.</summary>
    public IClientSession? Session { get; private set; }

    /// <summary>Runs until the connection has ended.</summary>
    /// <param name="cancellationToken">The connection is gone.</param>
    /// <returns>True when both sides closed, and all that waited left.</returns>
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
        switch (_heartbeat.Tick(_stream.ReadAt))
        {
            case ClientHeartbeat.Beat.Ping:
                _client.Say(WebSocketFrame.Ping);
                break;
            case ClientHeartbeat.Beat.Dead:
                _socket.Abort();
                break;
            default:
                break;
        }
    }

    private async Task WaitAsync(Task task)
    {
        using var patience = new CancellationTokenSource(_closeTimeout, _client.Options.TimeProvider);
        await Task.WhenAny(task, Task.Delay(Timeout.InfiniteTimeSpan, _client.Options.TimeProvider, patience.Token)).ConfigureAwait(false);
    }

    /// <summary>Reads until the peer closes, or goes wrong. Throws nothing.</summary>
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var reader = new MessageReader(_socket, _client.Options.MaxMessageBytes);
        try
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } kind)
            {
                if (kind == WebSocketMessageType.Close)
                {
                    Answer(_socket.CloseStatus);
                    return;
                }

                OnMessage(reader.Message, kind == WebSocketMessageType.Text);
                if (_client.Outbox.Closing.IsCompleted)
                {
                    await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
                    return;
                }
            }

            OnTooBig();
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

    private void OnMessage(ReadOnlySpan<byte> message, bool isText)
    {
        _client.Hub.Counters.Message();
        var wait = _messages.TryAdd(_client.Options.MessagesPerMinute, out var excess)
            ?? _pass.Address?.TryAddMessage(_client.Options.MessagesPerMinutePerAddress);
        if (wait is { } tooMany)
        {
            OnTooMany(tooMany, excess);
            return;
        }

        if ((isText || (_client.Options.Legacy && Session is not V1Session) ? MessageReader.Parse(message) : null) is not { } element
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

    /// <summary>
    /// Returns a session for a client that has not said anything that can be read: it is answered in the older protocol, where that is spoken.
    /// </summary>
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

    /// <summary>Pings are limited as messages are: one too many gets no answer, a flood ends the connection.</summary>
    private bool AnswersPing()
    {
        if (_pings.TryAdd(_client.Options.MessagesPerMinute, out var excess) is null)
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

    [LoggerMessage(ServerEventIds.MessageFailed, LogLevel.Error, "A message of the client {Client} could not be taken")]
    private static partial void LogFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(ServerEventIds.ClientLost, LogLevel.Debug, "The client {Client} is gone without closing: {Reason}")]
    private static partial void LogLost(ILogger logger, string client, string reason);

    [LoggerMessage(ServerEventIds.ClientCutOff, LogLevel.Warning, "The client {Client} was cut off: it reads too slowly; it may resume")]
    private static partial void LogCutOff(ILogger logger, string client);
}
