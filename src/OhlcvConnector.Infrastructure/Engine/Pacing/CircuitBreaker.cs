using Microsoft.Extensions.Logging;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using Polly;
using Polly.CircuitBreaker;

namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// The circuit breaker of a market's REST requests: after so many failures without a success it refuses at once for a while, then lets one attempt through;
/// after that one succeeded, a failure among the next few opens it again.
/// </summary>
internal sealed partial class CircuitBreaker
{
    private readonly ResiliencePipeline _pipeline;
    private readonly CircuitBreakerManualControl _control = new();
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ConnectorOptions _options;
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly Lock _gate = new();
    private int _probation;
    private long? _isolatedAt; // a timestamp
    private int _failures;

    /// <summary>Creates a closed circuit.</summary>
    public CircuitBreaker(ConnectorOptions options, string name, ILoggerFactory loggers)
    {
        _options = options;
        _name = name;
        _logger = loggers.CreateLogger<CircuitBreaker>();
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = new SteadyClock(options.TimeProvider) } // the breaker waits by the time of day
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 1.0, // failures only: each success empties the window, see below
                MinimumThroughput = options.CircuitBreakerFailureThreshold,
                SamplingDuration = TimeSpan.FromMinutes(5),
                BreakDuration = options.CircuitBreakerRecoveryTime,
                ShouldHandle = new PredicateBuilder().Handle<Exception>(exception => exception is not OperationCanceledException),
                ManualControl = _control,
                StateProvider = _state,
                OnOpened = _ => Log("open"),
                OnHalfOpened = _ => Log("half-open"),
                OnClosed = _ => Log("closed"),
            })
            .Build();
    }

    /// <summary>State of the circuit: 0 closed, 1 open, 2 half-open.</summary>
    public int State => _state.CircuitState switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 2,
        _ => 1,
    };

    /// <summary>Failures since the last success.</summary>
    public int ConsecutiveFailures => Volatile.Read(ref _failures);

    /// <summary>Makes an attempt through the circuit.</summary>
    /// <exception cref="BrokenCircuitException">The circuit is open; nothing was attempted.</exception>
    public async ValueTask<T> ExecuteAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellationToken)
    {
        await EndIsolationAsync(cancellationToken).ConfigureAwait(false);
        var wasHalfOpen = _state.CircuitState is CircuitState.HalfOpen or CircuitState.Open;
        try
        {
            var result = await _pipeline.ExecuteAsync(attempt, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _failures, 0);
            lock (_gate)
            {
                _probation = wasHalfOpen ? _options.CircuitBreakerHalfOpenCalls - 1 : Math.Max(0, _probation - 1);
            }

            await _control.CloseAsync(cancellationToken).ConfigureAwait(false); // a closed circuit forgets this success, and the failures before it
            return result;
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not BrokenCircuitException)
        {
            Interlocked.Increment(ref _failures);
            await FailProbationAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask EndIsolationAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isolatedAt is not { } since || _options.TimeProvider.GetElapsedTime(since) < _options.CircuitBreakerRecoveryTime)
            {
                return;
            }

            _isolatedAt = null;
            _probation = _options.CircuitBreakerHalfOpenCalls;
        }

        await _control.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FailProbationAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_probation == 0)
            {
                return;
            }

            _probation = 0;
            _isolatedAt = _options.TimeProvider.GetTimestamp();
        }

        await _control.IsolateAsync(cancellationToken).ConfigureAwait(false);
    }

    private ValueTask Log(string state)
    {
        LogState(_logger, _name, state);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(ConnectorEventIds.CircuitChanged, LogLevel.Warning, "The circuit of {Name} is {State}")]
    private static partial void LogState(ILogger logger, string name, string state);
}
