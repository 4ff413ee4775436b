using Microsoft.Extensions.Logging;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;

namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// The circuit breaker of a market's stream connections: after so many failures without a success one attempt at a time is let through, after waits that grow,
/// and all others share what comes of it. However many connections there are, a venue that is back is found as soon, and one that is gone is asked as rarely,
/// as by one.
/// </summary>
internal sealed partial class StreamCircuitBreaker(ConnectorOptions options, string name, ILoggerFactory loggers)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private readonly ILogger _logger = loggers.CreateLogger<StreamCircuitBreaker>();
    private readonly Lock _gate = new();
    private TaskCompletionSource<Exception?>? _probe;
    private bool _isOpen;
    private bool _isHalfOpen;
    private int _failures;
    private int _opened;       // in a row
    private int _probation;
    private long _countedAt;
    private long _openedAt;

    /// <summary>State of the circuit: 0 closed, 1 open, 2 half-open.</summary>
    public int State
    {
        get
        {
            lock (_gate)
            {
                return !_isOpen ? 0 : _isHalfOpen ? 2 : 1;
            }
        }
    }

    /// <summary>Failures since the last success; those of one moment count once.</summary>
    public int ConsecutiveFailures => Volatile.Read(ref _failures);

    /// <summary>Makes an attempt as soon as one may be made.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="spread">The time to wait before it when another found the venue back, so that not all come at once.</param>
    /// <param name="cancellationToken">Ends the wait and the attempt.</param>
    /// <exception cref="SharedFailureException">Another attempt failed meanwhile; this one was not made.</exception>
    public async Task<T> ExecuteAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, TimeSpan spread, CancellationToken cancellationToken)
    {
        bool isProbe;
        while (Join(out isProbe) is { } probe)
        {
            if (await probe.WaitAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            {
                throw new SharedFailureException(failure);
            }

            await Task.Delay(spread, _time, cancellationToken).ConfigureAwait(false);
        }

        Exception? ended = null;
        try
        {
            if (isProbe)
            {
                await WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
            }

            var startedAt = _time.GetTimestamp();
            try
            {
                var result = await attempt(cancellationToken).ConfigureAwait(false);
                Succeed(isProbe);
                return result;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                ended = exception;
                Fail(startedAt, isProbe);
                throw;
            }
        }
        finally
        {
            if (isProbe)
            {
                EndProbe(ended);
            }
        }
    }

    /// <summary>Another's probe that is to be waited for; null when the caller may go, and is the probe where the circuit is open.</summary>
    private Task<Exception?>? Join(out bool isProbe)
    {
        lock (_gate)
        {
            isProbe = _isOpen && _probe is null;
            if (isProbe)
            {
                _probe = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
                return null;
            }

            return _isOpen ? _probe!.Task : null;
        }
    }

    private async Task WaitForTurnAsync(CancellationToken cancellationToken)
    {
        var longest = options.CircuitBreakerRecoveryTime > options.ReconnectDelay ? options.CircuitBreakerRecoveryTime : options.ReconnectDelay;
        var wait = options.ReconnectDelay * Math.Pow(2, Math.Min(_opened - 1, 20));
        wait = (wait < longest ? wait : longest) - _time.GetElapsedTime(_openedAt);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _isHalfOpen = true;
        }

        LogState(_logger, name, "half-open");
    }

    private void Succeed(bool isProbe)
    {
        bool wasOpen;
        lock (_gate)
        {
            wasOpen = _isOpen;
            _probation = isProbe ? options.CircuitBreakerHalfOpenCalls - 1 : Math.Max(0, _probation - 1);
            (_isOpen, _isHalfOpen, _failures) = (false, false, 0);
            _opened = _probation > 0 ? _opened : 0;
        }

        if (wasOpen)
        {
            LogState(_logger, name, "closed");
        }
    }

    private void Fail(long startedAt, bool isProbe)
    {
        lock (_gate)
        {
            if (isProbe == _isOpen && (_failures == 0 || startedAt >= _countedAt))
            {
                _failures++;
                _countedAt = _time.GetTimestamp();
            }

            if (!isProbe && (_isOpen || (_probation == 0 && _failures < options.CircuitBreakerFailureThreshold)))
            {
                return;
            }

            (_isOpen, _isHalfOpen, _probation) = (true, false, 0);
            _opened++;
            _openedAt = _time.GetTimestamp();
        }

        LogState(_logger, name, "open");
    }

    private void EndProbe(Exception? failure)
    {
        TaskCompletionSource<Exception?> probe;
        lock (_gate)
        {
            probe = _probe!;
            _probe = null;
            _isHalfOpen = false;
        }

        probe.SetResult(failure);
    }

    [LoggerMessage(ConnectorEventIds.CircuitChanged, LogLevel.Warning, "The circuit of {Name} is {State}")]
    private static partial void LogState(ILogger logger, string name, string state);
}

/// <summary>The one attempt that was let through failed, so that others need not be made.</summary>
internal sealed class SharedFailureException(Exception cause) : IOException(cause.Message, cause);
