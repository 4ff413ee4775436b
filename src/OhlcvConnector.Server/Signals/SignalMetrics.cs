using OhlcvConnector.Application.Signals;
using OhlcvConnector.Signals;
using Prometheus;

namespace OhlcvConnector.Server.Signals;

/// <summary>The metrics of signals.</summary>
internal sealed class SignalMetrics
{
    private const int MostRules = 200;

    private static readonly HistogramConfiguration Short = new()
    {
        Buckets = [.000005, .00001, .00002, .00005, .0001, .0005, .001, .01, .1],
        ExemplarBehavior = ExemplarBehavior.NoExemplars(),
    };

    private static readonly HistogramConfiguration Long = new()
    {
        Buckets = [.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60, 600],
        ExemplarBehavior = ExemplarBehavior.NoExemplars(),
    };

    private readonly HashSet<string> _rules = [];
    private readonly Counter _signals;

    /// <summary>Creates the metrics.</summary>
    public SignalMetrics(IMetricFactory metrics)
    {
        _signals = metrics.CreateCounter("connector_signals_total", "Signals that were made, by rule and direction; rules after the first 200 count as 'other'.", ["rule", "direction"]);
        Late = metrics.CreateCounter("connector_signals_late_total", "Signals of these whose candle was evaluated long after its close.");
        Known = metrics.CreateCounter("connector_signals_known_total", "Signals that were made and kept before: by another server, or before a restart.");
        Evaluation = metrics.CreateHistogram("connector_signal_evaluation_seconds", "How long all rules of a series take over one candle.", Short);
        Lag = metrics.CreateHistogram("connector_signal_lag_seconds", "From a candle's end until all of its signals were told, real time.", Long);
        Series = metrics.CreateGauge("connector_signal_series", "Series that are watched, by whether their past is being read (warming) or not (live).", ["state"]);
        Waiting = metrics.CreateGauge("connector_signal_waiting_candles", "Closed candles that wait to be evaluated.");
        Rules = metrics.CreateGauge("connector_signal_rules", "Rules that stand.");
        Wrong = metrics.CreateGauge("connector_signal_rules_wrong", "1 while the file of rules is wrong, so that the rules before it stand.");
        Troubles = metrics.CreateCounter("connector_signal_rule_troubles_total", "Troubles with rules: stopped (stopped), divided by zero or not possible (reported).", ["outcome"]);
        Stopped = metrics.CreateGauge("connector_signal_rules_stopped", "Rules that were stopped on all series, too slow or saying too much, until their file changes.");
        Withheld = metrics.CreateCounter("connector_signals_withheld_total", "Signals that were not made because their rule had said too much in that hour, and was stopped.");
        StoreFailures = metrics.CreateCounter("connector_signal_store_failures_total", "Times that signals could not be kept; they are tried again.");
        NoticeFailures = metrics.CreateCounter("connector_signal_notice_failures_total", "Signals that could not be given to the notifications.");
        Faults = metrics.CreateCounter("connector_signal_faults_total", "Faults of the server's own while a candle was evaluated; its log has them. Should stay 0.");
        Subscribers = metrics.CreateGauge("connector_signal_subscribers", "Clients that are told signals.");
    }

    public Counter Late { get; }

    public Counter Known { get; }

    public Histogram Evaluation { get; }

    public Histogram Lag { get; }

    public Gauge Series { get; }

    public Gauge Waiting { get; }

    public Gauge Rules { get; }

    public Gauge Wrong { get; }

    public Counter Troubles { get; }

    public Gauge Stopped { get; }

    public Counter Withheld { get; }

    public Counter StoreFailures { get; }

    public Counter NoticeFailures { get; }

    public Counter Faults { get; }

    public Gauge Subscribers { get; }

    /// <summary>Shows the counters of rules before they have said anything.</summary>
    public void Know(IEnumerable<Rule> rules)
    {
        foreach (var rule in rules.Take(MostRules))
        {
            _rules.Add(rule.Name);
            foreach (var direction in rule.Direction is { } one ? [one] : new[] { SignalDirection.Long, SignalDirection.Short, SignalDirection.Exit })
            {
                _signals.WithLabels(rule.Name, SignalJson.NameOf(direction)).Inc(0);
            }
        }

        foreach (var outcome in new[] { "stopped", "reported" })
        {
            Troubles.WithLabels(outcome).Inc(0);
        }
    }

    /// <summary>Counts a signal.</summary>
    public void Count(Signal signal)
    {
        var rule = _rules.Count < MostRules || _rules.Contains(signal.Rule) ? signal.Rule : "other";
        _rules.Add(rule);
        _signals.WithLabels(rule, SignalJson.NameOf(signal.Direction)).Inc();
    }
}
