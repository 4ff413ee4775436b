using Prometheus;

namespace OhlcvConnector.Server.Notifications;

/// <summary>The metrics of notifications, filled when they are asked for.</summary>
internal sealed class NoticeMetrics(NoticeDesk desk, NoticeSending sending, ServerOptions options, IMetricFactory metrics)
{
    private readonly Counter _deliveries = metrics.CreateCounter(
        "connector_notification_attempts_total", "Attempts to deliver by a channel: delivered, failed (made again), refused (for good).", ["channel", "outcome"]);
    private readonly Counter _told = metrics.CreateCounter("connector_notifications_total", "Notices that a channel told, or gave up.", ["channel", "outcome"]);
    private readonly Gauge _waiting = metrics.CreateGauge("connector_notifications_waiting", "Notices that wait for a channel.", ["channel"]);
    private readonly Gauge _dead = metrics.CreateGauge("connector_notifications_dead", "Notices that were given up, and can be told again.", ["channel"]);
    private readonly Gauge _oldest = metrics.CreateGauge(
        "connector_notifications_oldest_seconds", "How long the oldest notice that waits for a channel has waited; 0 for none.", ["channel"]);
    private readonly Counter _overflowed = metrics.CreateCounter("connector_notifications_overflowed_total", "Notices that were given up because too many waited.");
    private readonly Counter _prices = metrics.CreateCounter("connector_redis_failed_prices_total", "Times that the newest prices could not be put into Redis.");
    private readonly Gauge _connected = metrics.CreateGauge("connector_redis_connected", "1 while Redis is connected; 0 else, and where there is none.");

    /// <summary>Reads all counters.</summary>
    public void Update()
    {
        var backlogs = desk.Backlogs.ToDictionary(backlog => backlog.Channel, StringComparer.Ordinal);
        foreach (var counts in desk.Counts)
        {
            _deliveries.WithLabels(counts.Channel, "delivered").IncTo(counts.Messages);
            _deliveries.WithLabels(counts.Channel, "failed").IncTo(counts.Failed);
            _deliveries.WithLabels(counts.Channel, "refused").IncTo(counts.Refused);
            _told.WithLabels(counts.Channel, "told").IncTo(counts.Told);
            _told.WithLabels(counts.Channel, "given_up").IncTo(counts.GivenUp);
            var backlog = backlogs.GetValueOrDefault(counts.Channel);
            _waiting.WithLabels(counts.Channel).Set(backlog?.Waiting ?? 0);
            _dead.WithLabels(counts.Channel).Set(backlog?.Dead ?? 0);
            _oldest.WithLabels(counts.Channel).Set(backlog?.Oldest is { } oldest ? (options.TimeProvider.GetUtcNow() - oldest).TotalSeconds : 0);
        }

        _overflowed.IncTo(desk.Overflowed);
        _prices.IncTo(sending.FailedPrices);
        _connected.Set(desk.Redis is { IsConnected: true } ? 1 : 0);
    }
}
