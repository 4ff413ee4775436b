using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using Websocket.Client;

namespace OhlcvConnector.Client;

/// <summary>
/// The reconnecting connection of a feed, carried by Websocket.Client: it dials the servers in their order, the next one where one fails, after growing pauses,
/// and dials again whenever a connection is lost or silent.
/// </summary>
internal sealed partial class ServerLink : IAsyncDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10); // a connection that lasted so long is no failure

    private readonly ConnectorClientOptions _options;
    private readonly FeedCounters _counters;
    private readonly ILogger _logger;
    private readonly Action<Exception> _failed;
    private readonly WebsocketClient _socket;
    private readonly IDisposable[] _subscriptions;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _ended;
    private readonly string _exchange;
    private int _server;
    private int _failures;
    private int _refusals;
    private long _connectedAt;
    private int _isConnected;
    private int _isRenewing;
    private int _isDisposed;
    private string? _farewell;

    /// <summary>Prepares the connection; <see cref="Start"/> dials.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="exchange">The exchange that the feed is of, for errors.</param>
    /// <param name="firstServer">With which of the servers to begin.</param>
    /// <param name="counters">The counters of the market.</param>
    /// <param name="logger">The log of the connection.</param>
    /// <param name="connected">Is told of each connection.</param>
    /// <param name="received">Is given each message.</param>
    /// <param name="failed">Is told why there will be no more connections.</param>
    public ServerLink(
        ConnectorClientOptions options, string exchange, int firstServer, FeedCounters counters, ILogger logger, Action connected, Action<string> received,
        Action<Exception> failed)
    {
        (_options, _exchange, _server, _counters, _logger, _failed) = (options, exchange, firstServer, counters, logger, failed);
        _ended = _stop.Token;
        _socket = new WebsocketClient(Server, logger: null, DialAsync)
        {
            IsReconnectionEnabled = true,
            ReconnectTimeout = options.SilenceTimeout,
            ErrorReconnectTimeout = null, // DialAsync tries again by itself, on our clock
            ConnectTimeout = Timeout.InfiniteTimeSpan,
        };
        _subscriptions =
        [
            _socket.ReconnectionHappened.Subscribe(_ => OnConnected(connected)),
            _socket.DisconnectionHappened.Subscribe(OnDisconnected),
            _socket.MessageReceived.Subscribe(message => OnMessage(message, received)),
        ];
    }

    /// <summary>The server that is connected, or dialled next.</summary>
    public Uri Server => _options.Servers[ServerIndex];

    /// <summary>Index of that server in the list.</summary>
    public int ServerIndex => Volatile.Read(ref _server);

    /// <summary>Begins to dial.</summary>
    public void Start() => _ = Task.Run(_socket.Start);

    /// <summary>Sends a message; where the connection is gone it is lost with it, and all is subscribed again on the next one.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait: while it dials, nothing is sent.</param>
    public async Task SendAsync(string message, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendInstant(message).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogUnsent(_logger, Server, exception.Message); // the reading of it ends the connection
        }
    }

    /// <summary>Ends the connection, and dials the next server.</summary>
    /// <param name="reason">The reason, for people.</param>
    public void Renew(string reason)
    {
        if (Interlocked.Exchange(ref _isRenewing, 1) == 1)
        {
            return; // else what else comes on this connection would end the next one
        }

        _farewell = reason;
        _ = Task.Run(_socket.Reconnect);
    }

    /// <summary>Says goodbye, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        if (TakeDisconnect())
        {
            try
            {
                await _socket.Stop(WebSocketCloseStatus.NormalClosure, "").WaitAsync(Goodbye, _options.TimeProvider).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // the server is gone, or slow to say goodbye
            }
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>
    /// Dials until there is a connection: the servers in turn, one that was not tried since the last connection at once, else after a pause. That
    /// Websocket.Client never sees an attempt fail is meant: of attempts that fail soon after each other it forgets one, and never dials again.
    /// </summary>
    private async Task<WebSocket> DialAsync(Uri address, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended);
        while (true)
        {
            var pause = _failures < _options.Servers.Count ? TimeSpan.Zero : Backoff.Of(_options, _failures - _options.Servers.Count + 1);
            await Task.Delay(pause, _options.TimeProvider, either.Token).ConfigureAwait(false);
            try
            {
                return await DialOnceAsync(Server, either.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (!either.IsCancellationRequested)
            {
                OnUnreachable(exception);
            }
        }
    }

    private async Task<WebSocket> DialOnceAsync(Uri server, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = KeepAlive;
            socket.Options.KeepAliveTimeout = _options.SilenceTimeout;
            socket.Options.CollectHttpResponseDetails = true;
            if (_options.ApiKey is { } key)
            {
                socket.Options.SetRequestHeader("X-Api-Key", key);
            }

            using var patience = new CancellationTokenSource(_options.ConnectTimeout, _options.TimeProvider);
            using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            await ConnectAsync(socket, server, patience.Token, all.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task ConnectAsync(ClientWebSocket socket, Uri server, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException) when (socket.HttpStatusCode == HttpStatusCode.Unauthorized)
        {
            throw new KeyRefusedException(server, text: null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException("no connection in time");
        }
    }

    private void OnConnected(Action connected)
    {
        _connectedAt = _options.TimeProvider.GetTimestamp();
        (_refusals, _farewell) = (0, null);
        Volatile.Write(ref _isConnected, 1);
        Volatile.Write(ref _isRenewing, 0);
        _counters.Connected(Server);
        LogConnected(_logger, Server);
        connected();
    }

    private void OnMessage(ResponseMessage message, Action<string> received)
    {
        _counters.Message(_options.TimeProvider.GetUtcNow());
        if (Volatile.Read(ref _isRenewing) == 0)
        {
            received(message.Text ?? "");
        }
    }

    private void OnDisconnected(DisconnectionInfo info)
    {
        if (_ended.IsCancellationRequested || info.Type == DisconnectionType.Error)
        {
            info.CancelReconnection = true; // this ends, or has failed for good
            return;
        }

        if (!TakeDisconnect())
        {
            return; // told already: a close of the server's is told again as lost by some ways
        }

        var wasSteady = _options.TimeProvider.GetElapsedTime(_connectedAt) >= Steady;
        _failures = wasSteady ? 1 : _failures + 1;
        TryNext(
            _farewell
                ?? (
                    info.Type == DisconnectionType.ByServer
                        ? $"it closed: {info.CloseStatus} {info.CloseStatusDescription}"
                        : info.Exception?.GetBaseException().Message ?? info.Type.ToString()));
    }

    /// <summary>Handles an attempt that failed: the next server is tried, or none any more.</summary>
    private void OnUnreachable(Exception exception)
    {
        _failures++;
        if (exception is KeyRefusedException && ++_refusals >= _options.Servers.Count)
        {
            Fail(new InvalidSettingException(exception.Message));
        }

        var reason = exception.GetBaseException().Message;
        if (_options.ConnectAttempts > 0 && _failures >= _options.ConnectAttempts)
        {
            Fail(
                new ExchangeUnavailableException(
                    _exchange, $"No connector server could be reached in {_failures} attempts; the last one, {Server}: {reason}", exception));
        }

        TryNext(reason);
    }

    private void TryNext(string reason)
    {
        _counters.Error();
        LogFailed(_logger, Server, reason, Backoff.Of(_options, Math.Max(1, _failures - _options.Servers.Count + 1)));
        Volatile.Write(ref _server, (_server + 1) % _options.Servers.Count);
    }

    [DoesNotReturn]
    private void Fail(Exception exception)
    {
        _failed(exception);
        throw exception;
    }

    private bool TakeDisconnect()
    {
        var wasConnected = Interlocked.Exchange(ref _isConnected, 0) == 1;
        if (wasConnected)
        {
            _counters.Disconnected();
        }

        return wasConnected;
    }

    [LoggerMessage(ClientEventIds.Connected, LogLevel.Information, "Connected to the connector server {Server}")]
    private static partial void LogConnected(ILogger logger, Uri server);

    [LoggerMessage(ClientEventIds.ConnectFailed, LogLevel.Warning, "The connection to the connector server {Server} could not be made or was lost ({Reason}); it goes on where it was, at the latest in {Pause}")]
    private static partial void LogFailed(ILogger logger, Uri server, string reason, TimeSpan pause);

    [LoggerMessage(ClientEventIds.Disconnected, LogLevel.Debug, "A message to {Server} could not be sent: {Reason}")]
    private static partial void LogUnsent(ILogger logger, Uri server, string reason);
}
