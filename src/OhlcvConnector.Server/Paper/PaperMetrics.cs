using Prometheus;

namespace OhlcvConnector.Server.Paper;

/// <summary>The metrics of paper trading, filled when they are asked for.</summary>
internal sealed class PaperMetrics(PaperService paper, IMetricFactory metrics)
{
    private readonly Gauge _accounts = metrics.CreateGauge("connector_paper_accounts", "Paper accounts that are open.");
    private readonly Gauge _halted = metrics.CreateGauge("connector_paper_accounts_halted", "Of these, those that take only orders that reduce.");
    private readonly Gauge _troubled = metrics.CreateGauge("connector_paper_accounts_troubled", "Of these, those that do not go on at the moment, or whose strategy threw.");
    private readonly Gauge _orders = metrics.CreateGauge("connector_paper_open_orders", "Simulated orders that are open.");
    private readonly Gauge _waiting = metrics.CreateGauge("connector_paper_waiting_candles", "Closed candles that wait for those of other series that close with them.");
    private readonly Counter _repeated = metrics.CreateCounter("connector_paper_repeated_candles_total", "Closed candles that came again, or late, and were left out.");
    private readonly Counter _steps = metrics.CreateCounter("connector_paper_steps_total", "Closes and commands that were handled and written.");
    private readonly Counter _fills = metrics.CreateCounter("connector_paper_fills_total", "Simulated fills.");
    private readonly Counter _rejected = metrics.CreateCounter("connector_paper_rejected_orders_total", "Simulated orders that were rejected.");

    /// <summary>Reads all counters.</summary>
    public void Update()
    {
        var accounts = paper.Desk.Accounts();
        _accounts.Set(accounts.Count);
        _halted.Set(accounts.Count(one => one.State.Halt is not null));
        _troubled.Set(accounts.Count(one => one.Problem is not null || one.State.StrategyError is not null));
        _orders.Set(accounts.Sum(one => one.OpenOrders.Count));
        _waiting.Set(accounts.Sum(one => one.Waiting));
        _repeated.IncTo(accounts.Sum(one => one.Repeated));
        _steps.IncTo(paper.Counts.Steps);
        _fills.IncTo(paper.Counts.Fills);
        _rejected.IncTo(paper.Counts.Rejected);
    }
}
