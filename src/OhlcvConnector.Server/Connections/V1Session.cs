using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>A client of protocol v1: requests about a series are met in order, while others and the quotes go on; several subscriptions a connection.</summary>
internal sealed partial class V1Session : IClientSession
{
    private const int MaxRunningRequests = 64;

    private readonly ClientContext _client;
    private readonly ILogger _logger;
    private readonly V1Subscriptions _subscriptions;
    private readonly V1ChannelSubscription<SignalFilter, KeptSignal> _signals;
    private readonly V1ChannelSubscription<ForecastFilter, KeptForecast> _forecasts;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Exchange, Market? Market), Task> _lookUps = new(0);
    private readonly Dictionary<Series, Task> _turns = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isStopped;
    private IDisposable? _paper;
    private long _heartbeatAt;

    /// <summary>Begins a conversation.</summary>
    public V1Session(ClientContext client, ILogger logger)
    {
        _client = client;
        _logger = logger;
        _subscriptions = new V1Subscriptions(client);
        _signals = new V1ChannelSubscription<SignalFilter, KeptSignal>(client, client.Signals, Refuse);
        _forecasts = new V1ChannelSubscription<ForecastFilter, KeptForecast>(client, client.Forecasts, Refuse);
        _heartbeatAt = client.Options.TimeProvider.GetTimestamp();
    }

    /// <inheritdoc/>
    public void OnMessage(JsonElement message)
    {
        try
        {
            var request = V1Reader.Read(message);
            if (request.Wish is ChannelWish<SignalFilter> signals)
            {
                _signals.Begin(request, signals);
            }
            else if (request.Wish is ChannelWish<ForecastFilter> forecasts)
            {
                _forecasts.Begin(request, forecasts);
            }
            else if (request.Stream is not null)
            {
                Begin(request);
            }
            else if (request.PaperAccounts is not null)
            {
                FollowPaper(request, request.PaperAccounts);
            }
            else
            {
                _client.Say(V1Answers.Ack(request, request.Op == "list" ? _subscriptions.List() : null, _client.Hub.Now, _client.IsSandbox));
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
        id: null,
        new RequestException(ErrorCode.RateLimited, $"At most {_client.Options.MessagesPerMinute} messages a minute; this one was not read.")
        {
            RetryAfter = retryAfter,
        });

    /// <inheritdoc/>
    public void OnRefused(SeriesChannel channel)
    {
        if (_subscriptions.Remove(channel.Series))
        {
            Refuse(
                id: null,
                new RequestException(ErrorCode.UpstreamUnavailable, $"The exchange refuses {channel.Series}; its subscription has ended: {channel.Refusal}")
                {
                    Refused = channel.Series,
                });
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
        Task ended;
        lock (_gate)
        {
            _isStopped = true;
            ended = _running == 0 ? Task.CompletedTask : _ended.Task;
        }

        _paper?.Dispose();
        await _stop.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        await _subscriptions.DisposeAsync().ConfigureAwait(false);
        await _signals.DisposeAsync().ConfigureAwait(false);
        await _forecasts.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Follows paper accounts, instead of those before, or none any more.</summary>
    private void FollowPaper(V1Request request, IReadOnlyList<string> accounts)
    {
        var follow = _client.Paper
            ?? throw new RequestException(ErrorCode.BadRequest, $"This server does not trade on paper; {nameof(_client.Options.PaperLedger)} is not set.");
        _paper?.Dispose();
        _paper = null;
        _client.Say(V1Answers.Ack(request, subscriptions: null, _client.Hub.Now, _client.IsSandbox));
        if (request.Op == "subscribe")
        {
            _paper = follow(accounts, _client.Say);
        }
    }

    /// <summary>
    /// Starts to meet a request: its symbols are looked up after those of earlier requests for the same market, and its series are its own after earlier
    /// requests for any of them. Nothing else waits: another exchange, or another series, that does not answer holds nobody up.
    /// </summary>
    private void Begin(V1Request request)
    {
        lock (_gate)
        {
            if (_running == MaxRunningRequests)
            {
                throw new RequestException(ErrorCode.RateLimited, $"{MaxRunningRequests} requests of this connection wait already; await their answers.");
            }

            if (_isStopped)
            {
                return;
            }

            _running++;
            var market = (request.Stream!.Exchange, request.Stream.Market);
            var isFound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var before = _lookUps.GetValueOrDefault(market, Task.CompletedTask);
            _lookUps[market] = isFound.Task;
            _ = Task.Run(() => RunAsync(request, before, isFound, _stop.Token));
        }
    }

    private async Task RunAsync(V1Request request, Task before, TaskCompletionSource isFound, CancellationToken cancellationToken)
    {
        var isDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IReadOnlyList<Series> series = [];
        try
        {
            await before.ConfigureAwait(false);
            using var deadline = new CancellationTokenSource(_client.Options.RequestTimeout, _client.Options.TimeProvider);
            Task turn;
            try
            {
                series = await FindAsync(request, cancellationToken).ConfigureAwait(false);
                turn = TakeTurn(series, isDone.Task);
            }
            finally
            {
                isFound.SetResult();
            }

            await turn.ConfigureAwait(false);
            await MeetAsync(request, series, deadline.Token, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the client left
        }
        catch (RequestException problem)
        {
            Refuse(request.Id, problem);
        }
        catch (OhlcvConnectorException exception)
        {
            Refuse(request.Id, ProblemOf(exception));
        }
        catch (Exception exception) // a fault of ours ends the request, not the connection
        {
            LogFailed(_logger, request.Op, exception);
            Refuse(request.Id, new RequestException(ErrorCode.UpstreamUnavailable, "The server failed to meet this request; try again."));
        }
        finally
        {
            isDone.SetResult();
            End(request, series, isFound.Task, isDone.Task);
        }
    }

    private Task<IReadOnlyList<Series>> FindAsync(V1Request request, CancellationToken cancellationToken)
    {
        var (asked, most) = (request.Stream!.Symbols.Count, _client.Options.MaxSubscriptions);
        return request.Op == "subscribe" && asked > most
            ? throw new RequestException(ErrorCode.TooManySubscriptions, $"A connection may have {most} subscriptions; this asks for {asked}.")
            : _client.ResolveAsync(request.Stream, cancellationToken);
    }

    /// <summary>Completes when no earlier request is about any of the series.</summary>
    private Task TakeTurn(IReadOnlyList<Series> series, Task isDone)
    {
        lock (_gate)
        {
            var before = Task.WhenAll(series.Select(one => _turns.GetValueOrDefault(one, Task.CompletedTask)).Distinct());
            foreach (var one in series)
            {
                _turns[one] = isDone;
            }

            return before;
        }
    }

    private void End(V1Request request, IReadOnlyList<Series> series, Task isFound, Task isDone)
    {
        lock (_gate)
        {
            var market = (request.Stream!.Exchange, request.Stream.Market);
            if (_lookUps.GetValueOrDefault(market) == isFound)
            {
                _lookUps.Remove(market);
            }

            foreach (var one in series.Where(one => _turns.GetValueOrDefault(one) == isDone))
            {
                _turns.Remove(one);
            }

            if (--_running == 0 && _isStopped)
            {
                _ended.SetResult();
            }
        }
    }

    private async Task MeetAsync(V1Request request, IReadOnlyList<Series> series, CancellationToken deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Op == "subscribe")
        {
            await _subscriptions.SubscribeAsync(request, series, deadline, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _subscriptions.Unsubscribe(request, series);
        }
    }

    private static RequestException ProblemOf(OhlcvConnectorException exception) => exception switch
    {
        UnknownExchangeException => new RequestException(ErrorCode.UnknownExchange, exception.Message),
        AmbiguousSymbolException ambiguous => new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = ambiguous.Suggestions },
        UnknownSymbolException unknown => new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = unknown.Suggestions },
        UnsupportedIntervalException interval =>
            new RequestException(ErrorCode.UnsupportedInterval, exception.Message + (interval.BuildableFrom is null ? "" : " Ask with \"build\":true.")),
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
