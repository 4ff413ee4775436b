using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Backtests;

/// <summary>The backtests that wait, run and are over: a few run at once, the others wait for their turn, and none outlives the server.</summary>
internal sealed partial class BacktestDesk(BacktestWork work, ServerOptions options, ILogger<BacktestDesk> logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<BacktestRun> _runs = []; // the oldest first
    private readonly Dictionary<BacktestRun, Task> _tasks = [];
    private readonly SemaphoreSlim _turns = new(BacktestLimits.AtOnce, BacktestLimits.AtOnce);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>All that are kept, the newest first.</summary>
    public IReadOnlyList<BacktestRun> All
    {
        get
        {
            lock (_gate)
            {
                return [.. Enumerable.Reverse(_runs)];
            }
        }
    }

    /// <summary>Finds one; null when it is not kept.</summary>
    public BacktestRun? Find(string id)
    {
        lock (_gate)
        {
            return _runs.Find(run => run.Id == id);
        }
    }

    /// <summary>Has one run, now or when its turn comes.</summary>
    /// <exception cref="RequestException">Too many wait already.</exception>
    public BacktestRun Start(BacktestPlan plan)
    {
        lock (_gate)
        {
            if (_runs.Count(run => !run.IsOver) >= BacktestLimits.AtOnce + BacktestLimits.Waiting)
            {
                throw new RequestException(ErrorCode.RateLimited, $"{BacktestLimits.Waiting} backtests wait already; cancel one, or wait until one is over.")
                {
                    RetryAfter = TimeSpan.FromSeconds(10),
                };
            }

            var run = new BacktestRun(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), plan, options.TimeProvider.GetUtcNow());
            _runs.Add(run);
            if (_runs.Count > BacktestLimits.Kept)
            {
                _runs.Remove(_runs.First(one => one.IsOver));
            }

            _tasks.Add(run, Task.Run(() => RunAsync(run)));
            return run;
        }
    }

    /// <summary>Has one end that is not over; one that is over is forgotten.</summary>
    public void End(BacktestRun run)
    {
        if (!run.IsOver)
        {
            run.Cancel();
            return;
        }

        lock (_gate)
        {
            _runs.Remove(run);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_gate)
        {
            running = [.. _tasks.Values];
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        _turns.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(BacktestRun run)
    {
        using var patience = new CancellationTokenSource();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(run.Token, _stop.Token, patience.Token);
        try
        {
            await _turns.WaitAsync(any.Token).ConfigureAwait(false);
            try
            {
                using var timer = options.TimeProvider.CreateTimer(_ => patience.Cancel(), null, BacktestLimits.Time, Timeout.InfiniteTimeSpan);
                run.Finish(await work.DoAsync(run, any.Token).ConfigureAwait(false));
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !run.Token.IsCancellationRequested)
        {
            run.End(BacktestState.Failed, $"It took longer than {BacktestLimits.Time.TotalMinutes:0} minutes. Ask for fewer candles, or for fewer combinations.");
        }
        catch (OperationCanceledException)
        {
            run.End(BacktestState.Cancelled);
        }
        catch (Exception exception) when (exception is StrategyException or OhlcvConnectorException or ArgumentException or RequestException)
        {
            run.End(BacktestState.Failed, ErrorWords.Of(exception));
        }
        catch (Exception exception) // a fault of ours ends this one only
        {
            LogFailed(logger, run.Id, exception);
            run.End(BacktestState.Failed, "The server failed to run it; its log says why.");
        }
        finally
        {
            lock (_gate)
            {
                _tasks.Remove(run);
            }
        }
    }

    [LoggerMessage(ServerEventIds.BacktestFailed, LogLevel.Error, "The backtest {Id} failed")]
    private static partial void LogFailed(ILogger logger, string id, Exception exception);
}
