using OhlcvConnector.Prices;
using Prometheus;

namespace OhlcvConnector.Server.Prices;

/// <summary>The metrics of prices, filled when they are asked for.</summary>
internal sealed class PriceMetrics
{
    private readonly PriceTracker _tracker;
    private readonly List<Action<PriceCounts>> _ofTracker = [];
    private readonly Counter _asked;
    private readonly Counter _failed;
    private readonly Counter _limited;
    private readonly Gauge _resting;

    /// <summary>Creates the metrics.</summary>
    public PriceMetrics(PriceTracker tracker, ServerOptions options, IMetricFactory metrics)
    {
        _tracker = tracker;
        metrics.CreateGauge("connector_prices_polled_sources", "Sources of prices that are polled.").Set(PriceSources.Polled(options).Count);
        Gauge("connector_prices_assets", "Assets whose prices are remembered.", counts => counts.Assets);
        Counter("connector_prices_disagreements_total", "Times that two sources began to differ by more than is allowed.", counts => counts.Disagreements);
        Counter("connector_prices_quarantined_total", "Prices that were held back: impossible, or far off all that is known.", counts => counts.Quarantined);
        Counter("connector_prices_clock_ahead_total", "Prices that said to be from the future.", counts => counts.ClockAhead);
        Counter("connector_prices_updates_failed_total", "Rounds of asking all sources that are polled that failed.", counts => counts.FailedUpdates);
        Counter("connector_prices_failed_writes_total", "Times that prices could not be kept in their table.", counts => counts.FailedWrites);
        Gauge(
            "connector_prices_last_update_timestamp_seconds", "When all sources had last answered, Unix epoch; 0 for never.",
            counts => counts.LastUpdate?.ToUnixTimeMilliseconds() / 1000.0 ?? 0);
        Gauge("connector_prices_update_seconds", "How long the last round took.", counts => counts.LastUpdateDuration?.TotalSeconds ?? 0);
        _asked = metrics.CreateCounter("connector_prices_source_requests_total", "Times that a source was asked, each attempt counted.", ["source"]);
        _failed = metrics.CreateCounter("connector_prices_source_failures_total", "Times of these that it failed.", ["source"]);
        _limited = metrics.CreateCounter("connector_prices_source_limited_total", "Times of these that it said to be asked too often.", ["source"]);
        _resting = metrics.CreateGauge("connector_prices_source_resting", "1 while it is not asked, because it said so.", ["source"]);

        void Gauge(string name, string help, Func<PriceCounts, double> value)
        {
            var gauge = metrics.CreateGauge(name, help);
            _ofTracker.Add(counts => gauge.Set(value(counts)));
        }

        void Counter(string name, string help, Func<PriceCounts, double> value)
        {
            var counter = metrics.CreateCounter(name, help);
            _ofTracker.Add(counts => counter.IncTo(value(counts)));
        }
    }

    /// <summary>Reads all counters.</summary>
    public void Update()
    {
        var counts = _tracker.Counts;
        _ofTracker.ForEach(update => update(counts));
        foreach (var source in _tracker.Providers)
        {
            _asked.WithLabels(source.Provider).IncTo(source.Asked);
            _failed.WithLabels(source.Provider).IncTo(source.Failed);
            _limited.WithLabels(source.Provider).IncTo(source.Limited);
            _resting.WithLabels(source.Provider).Set(source.IsResting ? 1 : 0);
        }
    }
}
