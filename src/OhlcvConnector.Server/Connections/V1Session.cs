using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>A client of protocol v1: requests are met one after the other, in order, while quotes go on; several subscriptions a connection.</summary>
internal sealed partial class V1Session : IClientSession
{
    private const int MostWaitingRequests = 64;

    private readonly ClientContext _client;
    private readonly ILogger _logger;
    private readonly V1Subscriptions _subscriptions;
    private readonly Lock _gate = new();
    private readonly Queue<V1Request> _requests = new(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _working = Task.CompletedTask;
    private bool _isWorking;
    private bool _isStopped;
    private long _heartbeatAt;

    /// <summary>Begins a conversation.</summary>
    public V1Session(ClientContext client, ILogger logger)
    {
        _client = client;
        _logger = logger;
        _subscriptions = new V1Subscriptions(client);
        _heartbeatAt = client.Options.TimeProvider.GetTimestamp();
    }

    /// <inheritdoc/>
    public void OnMessage(JsonElement message)
    {
        try
        {
            var request = V1Reader.Read(message);
            if (request.Op == "ping")
            {
                _client.Say(V1Answers.Ack(request, subscriptions: null, _client.Hub.Now, _client.IsSandbox));
            }
            else
            {
                Enqueue(request);
            }
        }
        catch (RequestException problem)
        {
            Refuse(V1Reader.Id(message), problem);
        }
    }

    /// <inheritdoc/>
    public void OnUnreadable(string problem) => Refuse(id: null, new RequestException(ErrorCode.BadRequest, problem));

    /// <inheritdoc/>
    public void OnTooMany(TimeSpan retryAfter) => Refuse(
        id: null, new RequestException(ErrorCode.RateLimited, $"At most {_client.Options.MessagesPerMinute} messages a minute; this one was not read.") { RetryAfter = retryAfter });

    /// <inheritdoc/>
    public void OnRefused(SeriesChannel channel)
    {
        if (_subscriptions.Remove(channel.Series))
        {
            Refuse(id: null, new RequestException(ErrorCode.UpstreamUnavailable, $"The exchange refuses {channel.Series}; its subscription has ended: {channel.Refusal}"));
        }
    }

    /// <inheritdoc/>
    public void OnTick()
    {
        var (every, clock) = (_client.Options.HeartbeatInterval, _client.Options.TimeProvider);
        if (every > TimeSpan.Zero && clock.GetElapsedTime(_heartbeatAt) >= every)
        {
            _heartbeatAt = clock.GetTimestamp();
            if (_client.Outbox.PushIfIdle(V1Answers.Heartbeat(_client.Hub.Now, _client.IsSandbox)))
            {
                _client.Outbox.Flush();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task working;
        lock (_gate)
        {
            _isStopped = true;
            working = _working;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await working.ConfigureAwait(false);
        await _subscriptions.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Has a request met after those before it. Nothing is kept running while there is none: most clients say one thing only, once.</summary>
    private void Enqueue(V1Request request)
    {
        lock (_gate)
        {
            if (_requests.Count == MostWaitingRequests)
            {
                throw new RequestException(ErrorCode.RateLimited, $"{MostWaitingRequests} requests of this connection wait already; await their answers.");
            }

            if (_isStopped)
            {
                return;
            }

            _requests.Enqueue(request);
            if (!_isWorking)
            {
                _isWorking = true;
                _working = Task.Run(() => WorkAsync(_stop.Token));
            }
        }
    }

    private V1Request? Next()
    {
        lock (_gate)
        {
            _isWorking = _requests.TryDequeue(out var request);
            return request;
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested && Next() is { } request)
            {
                await MeetAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the client left
        }
    }

    private async Task MeetAsync(V1Request request, CancellationToken cancellationToken)
    {
        try
        {
            switch (request.Op)
            {
                case "subscribe":
                    await _subscriptions.SubscribeAsync(request, cancellationToken).ConfigureAwait(false);
                    break;
                case "unsubscribe":
                    await _subscriptions.UnsubscribeAsync(request, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    _client.Say(V1Answers.Ack(request, _subscriptions.List(), _client.Hub.Now, _client.IsSandbox));
                    break;
            }
        }
        catch (RequestException problem)
        {
            Refuse(request.Id, problem);
        }
        catch (OhlcvConnectorException exception)
        {
            Refuse(request.Id, ProblemOf(exception));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested) // a fault of ours ends the request, not the connection
        {
            LogFailed(_logger, request.Op, exception);
            Refuse(request.Id, new RequestException(ErrorCode.UpstreamUnavailable, "The server failed to meet this request; try again."));
        }
    }

    private static RequestException ProblemOf(OhlcvConnectorException exception) => exception switch
    {
        UnknownExchangeException => new RequestException(ErrorCode.UnknownExchange, exception.Message),
        AmbiguousSymbolException ambiguous => new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = ambiguous.Suggestions },
        UnknownSymbolException unknown => new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = unknown.Suggestions },
        UnsupportedIntervalException => new RequestException(ErrorCode.UnsupportedInterval, exception.Message),
        SubscriptionLimitException => new RequestException(ErrorCode.TooManySubscriptions, exception.Message),
        UnsupportedMarketException => new RequestException(ErrorCode.BadRequest, exception.Message),
        _ => new RequestException(ErrorCode.UpstreamUnavailable, exception.Message),
    };

    private void Refuse(JsonElement? id, RequestException problem)
    {
        _client.Hub.Counters.BadMessage();
        _client.Say(V1Answers.Error(id, problem, _client.IsSandbox));
    }

    [LoggerMessage(ServerEventIds.ClientFailed, LogLevel.Error, "A client's {Op} failed")]
    private static partial void LogFailed(ILogger logger, string op, Exception exception);
}
