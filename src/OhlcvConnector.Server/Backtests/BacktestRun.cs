using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Backtests;

/// <summary>How far a backtest is.</summary>
internal enum BacktestState
{
    Waiting,
    Reading,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>A backtest: its plan, how far it is, and what came of it. One thread changes it, any may look.</summary>
/// <param name="id">Its id.</param>
/// <param name="plan">What it is to do.</param>
/// <param name="asked">When it was asked for, UTC.</param>
[SuppressMessage("Design", "CA1001", Justification = "Its source of cancellation has no timer and no handle.")]
internal sealed class BacktestRun(string id, BacktestPlan plan, DateTimeOffset asked)
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly Lock _gate = new();
    private BacktestState _state;
    private double _progress;

    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>What it is to do.</summary>
    public BacktestPlan Plan => plan;

    /// <summary>When it was asked for, UTC.</summary>
    public DateTimeOffset Asked => asked;

    /// <summary>Ends when it is cancelled.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>How far it is.</summary>
    public BacktestState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Whether it is over.</summary>
    public bool IsOver => State >= BacktestState.Done;

    /// <summary>How much of it is done, 0 to 1.</summary>
    public double Progress
    {
        get => Volatile.Read(ref _progress);
        set => Volatile.Write(ref _progress, Math.Clamp(value, 0, 1));
    }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Candles that were read; null before all are.</summary>
    public int? Candles { get; set; }

    /// <summary>Gaps among them.</summary>
    public int Gaps { get; set; }

    /// <summary>What came of it; null until it is done.</summary>
    public BacktestOutcome? Outcome { get; private set; }

    /// <summary>Goes on to another state, unless it is over.</summary>
    public void GoOn(BacktestState state)
    {
        lock (_gate)
        {
            _state = _state >= BacktestState.Done ? _state : state;
        }
    }

    /// <summary>Ends it well.</summary>
    public void Finish(BacktestOutcome outcome)
    {
        lock (_gate)
        {
            (_state, Outcome) = (BacktestState.Done, outcome);
        }

        Progress = 1;
    }

    /// <summary>Ends it without an outcome.</summary>
    public void End(BacktestState state, string? problem = null)
    {
        lock (_gate)
        {
            (_state, Problem) = (state, problem);
        }
    }

    /// <summary>Has it end soon.</summary>
    public void Cancel() => _cancel.Cancel();
}

/// <summary>What came of a backtest, no more than is asked for: its candles are not kept.</summary>
/// <param name="Statistics">Its figures.</param>
/// <param name="Equity">Its equity curve, thinned.</param>
/// <param name="Trades">Its trades, the newest ones.</param>
/// <param name="FirstTrade">Number of the first of these among all, from 0.</param>
/// <param name="Rejected">Number of orders that were refused.</param>
/// <param name="FirstRejection">Why the first of them was; null for none.</param>
/// <param name="Folds">Its walk-forward; empty for none.</param>
internal sealed record BacktestOutcome(
    BacktestStatistics Statistics, IReadOnlyList<(long TimeMs, decimal Equity)> Equity, IReadOnlyList<Trade> Trades, int FirstTrade, int Rejected,
    string? FirstRejection, IReadOnlyList<WalkForwardFold> Folds);
