using OhlcvConnector.Server.Cluster;
using Prometheus;

namespace OhlcvConnector.Server.Bus;

/// <summary>The metrics of publishing to a bus, filled when they are asked for.</summary>
/// <param name="metrics">Makes them.</param>
/// <param name="publishing">What publishes; null where this is a node of a cluster.</param>
/// <param name="cluster">The node; null where this is none.</param>
internal sealed class BusMetrics(IMetricFactory metrics, BusPublishing? publishing = null, ClusterService? cluster = null)
{
    private readonly Counter _published = metrics.CreateCounter("connector_bus_published_total", "Closed candles that this server stored on the bus.");
    private readonly Counter _dedup = metrics.CreateCounter("connector_bus_dedup_hits_total", "Closed candles that the bus had already, such as another publisher's.");
    private readonly Counter _fenced = metrics.CreateCounter(
        "connector_bus_fenced_total", "Refusals because the bus had something else than this publisher believed: another one has the series, or candles were lost.");
    private readonly Counter _gaps = metrics.CreateCounter("connector_bus_gaps_total", "Gaps that were told on the bus.");
    private readonly Counter _failed = metrics.CreateCounter("connector_bus_failed_attempts_total", "Attempts to reach the bus that failed, each made again.");
    private readonly Counter _updates = metrics.CreateCounter("connector_bus_updates_total", "Updates of open candles that were told, or left out.", ["outcome"]);
    private readonly Counter _again = metrics.CreateCounter(
        "connector_bus_read_again_total", "Closed candles that were too many to wait for the bus, and are read from history.");
    private readonly Gauge _series = metrics.CreateGauge("connector_bus_series", "Series that are published.");
    private readonly Gauge _waiting = metrics.CreateGauge("connector_bus_spool", "Closed candles that wait for the bus.");
    private readonly Gauge _behind = metrics.CreateGauge("connector_bus_behind_series", "Series that wait to go on where the bus ends.");
    private readonly Gauge _lag = metrics.CreateGauge("connector_bus_lag_seconds", "How long the oldest candle that waits for the bus has waited; 0 for none.");
    private readonly Gauge _up = metrics.CreateGauge("connector_bus_publishing", "1 while something is published; 0 when the bus or the settings do not let it.");

    /// <summary>Reads all counters.</summary>
    public void Update()
    {
        _up.Set((publishing is null ? cluster?.Problem : publishing.Problem) is null ? 1 : 0);
        if ((publishing?.Counts ?? cluster?.Published) is not { } counts)
        {
            return;
        }

        _published.IncTo(counts.Published);
        _dedup.IncTo(counts.AlreadyThere);
        _fenced.IncTo(counts.Fenced);
        _gaps.IncTo(counts.Gaps);
        _failed.IncTo(counts.FailedAttempts);
        _updates.WithLabels("told").IncTo(counts.Updates);
        _updates.WithLabels("left_out").IncTo(counts.SkippedUpdates);
        _again.IncTo(counts.ToReadAgain);
        _series.Set(counts.Series);
        _waiting.Set(counts.Waiting);
        _behind.Set(counts.Behind);
        _lag.Set(counts.Lag.TotalSeconds);
    }
}
