using System.Text.Json;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>A client of the Python connector's protocol: one subscription of 1m candles, chosen by the first message, until either side closes.</summary>
internal sealed class LegacySession : IClientSession
{
    private readonly ClientContext _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(SeriesChannel Channel, Subscriber Subscriber)> _subscriptions = [];
    private IReadOnlyList<Series> _counted = [];
    private LegacyRequest? _request;
    private Task _subscribing = Task.CompletedTask;
    private long _idleSince;
    private long _lastSequence = -1;
    private bool _disposed;

    /// <summary>Begins a conversation.</summary>
    public LegacySession(ClientContext client)
    {
        _client = client;
        _idleSince = client.Options.TimeProvider.GetTimestamp();
    }

    /// <inheritdoc/>
    public void OnMessage(JsonElement message)
    {
        if (_request is not null)
        {
            _client.Say(Error("This connection has its subscription already; open another connection for another one"));
            return;
        }

        if (LegacyProtocol.Read(message, out var problem) is { } request)
        {
            _request = request;
            _subscribing = SubscribeAsync(request, _stop.Token);
        }
        else
        {
            _client.Hub.Counters.BadMessage();
            _client.Close(CloseCode.Normal, "invalid subscription", Error(problem));
        }
    }

    /// <inheritdoc/>
    public void OnUnreadable(string problem)
    {
        if (_request is null)
        {
            _client.Close(CloseCode.Normal, "invalid subscription", Error(LegacyProtocol.NotJson));
        }
        else
        {
            _client.Say(Error(LegacyProtocol.NotJson));
        }
    }

    /// <inheritdoc/>
    public void OnTooMany(TimeSpan retryAfter) =>
        _client.Say(Error($"Too many messages; the next one is read in {Math.Ceiling(retryAfter.TotalSeconds):0} s"));

    /// <inheritdoc/>
    public void OnRefused(SeriesChannel channel)
    {
        lock (_gate)
        {
            if (!_subscriptions.Exists(subscription => subscription.Channel == channel))
            {
                return;
            }
        }

        _client.Close(
            CloseCode.Normal, "refused by the exchange",
            LegacyProtocol.Error("Subscription rejected by exchange", _request, channel.Refusal, _client.IsSandbox));
    }

    /// <inheritdoc/>
    public void OnTick()
    {
        var timeout = _client.Options.IdleTimeout;
        if (timeout <= TimeSpan.Zero || _request is null)
        {
            return;
        }

        long seen;
        lock (_gate)
        {
            seen = _subscriptions.Sum(subscription => subscription.Channel.Published);
        }

        if (seen != _lastSequence)
        {
            _lastSequence = seen;
            _idleSince = _client.Options.TimeProvider.GetTimestamp();
        }
        else if (_client.Options.TimeProvider.GetElapsedTime(_idleSince) >= timeout)
        {
            _client.Close(CloseCode.Normal, "idle", Error(LegacyProtocol.NoQuotes(timeout, _request)));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _subscribing.ConfigureAwait(false);
        lock (_gate)
        {
            _disposed = true;
            foreach (var (channel, subscriber) in _subscriptions)
            {
                channel.Detach(subscriber);
                _client.Hub.Release(channel);
            }
        }

        _client.Unfollow(_counted);
        _stop.Dispose();
    }

    private async Task SubscribeAsync(LegacyRequest request, CancellationToken cancellationToken)
    {
        try
        {
            Market? market = request.ContractType is not { } type ? null
                : MarketNames.TryParse(type, out var known) ? known
                : throw new RequestException(ErrorCode.BadRequest, $"There is no contract type '{type}'. Use spot, usdm or coinm");
            var series = await _client.ResolveAsync(
                new StreamRequest { Exchange = request.Exchange, Market = market, Symbols = request.Symbols }, cancellationToken).ConfigureAwait(false);
            _client.Follow(series);
            _counted = series;
            if (request.Limit > 0)
            {
                _client.Outbox.LimitQuotes(request.Limit, WebSocketFrame.Close(CloseCode.Normal, "limit reached"));
            }

            _client.Say(LegacyProtocol.Subscribed(request, request.ContractType ?? series[0].Market.Name(), _client.IsSandbox));
            foreach (var one in series)
            {
                Follow(one, request);
            }

            _client.Outbox.Flush();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the client left
        }
        catch (Exception exception) // whatever it is, the client is told, and may come again
        {
            _client.Hub.Counters.BadMessage();
            _client.Close(
                CloseCode.Normal,
                "not subscribed",
                Error(exception is RequestException or OhlcvConnectorException ? exception.Message : $"Internal streaming error: {exception.Message}"));
        }
    }

    private void Follow(Series series, LegacyRequest request)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var encoding = new LegacyEncoding(request.Exchange, request.ContractType ?? series.Market.Name(), series.Symbol, _client.IsSandbox);
            var channel = _client.Hub.Acquire(series);
            var subscriber = new Subscriber(_client.Outbox, encoding, closedOnly: false);
            _subscriptions.Add((channel, subscriber));
            channel.Attach(subscriber);
            channel.GoLive(subscriber, _client.Hub.Now);
        }
    }

    private byte[] Error(string message) => LegacyProtocol.Error(message, _request, exchangeMessage: null, _client.IsSandbox);
}
