using Prometheus;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>The metrics of forecasts that are made after each close.</summary>
internal sealed class ForecastMetrics
{
    private static readonly HistogramConfiguration Short = new()
    {
        Buckets = [.0001, .0002, .0005, .001, .002, .005, .01, .1, 1],
        ExemplarBehavior = ExemplarBehavior.NoExemplars(),
    };

    /// <summary>Creates the metrics.</summary>
    public ForecastMetrics(IMetricFactory metrics)
    {
        Made = metrics.CreateCounter("connector_forecasts_total", "Forecasts that were asked of models after closes: made, late (nobody would have known them in time) or failed.", ["model", "outcome"]);
        Seconds = metrics.CreateHistogram("connector_forecast_seconds", "How long a forecast takes, its features too.", Short);
        AgeSeconds = metrics.CreateGauge("connector_forecast_age_seconds", "How old what the newest forecast of a model knows is, in the market's time.", ["model"]);
        Series = metrics.CreateGauge("connector_forecast_series", "Series that are forecast, by whether their past is being read (warming) or not (live).", ["state"]);
        Models = metrics.CreateGauge("connector_forecast_models", "Models that are in memory.");
        StoreFailures = metrics.CreateCounter("connector_forecast_store_failures_total", "Times that forecasts could not be kept; they are tried again.");
        Faults = metrics.CreateCounter("connector_forecast_faults_total", "Faults of the server's own while a candle was forecast; its log has them. Should stay 0.");
        Subscribers = metrics.CreateGauge("connector_forecast_subscribers", "Clients that are told forecasts.");
        FeatureDrift = metrics.CreateGauge("connector_forecast_feature_drift", "The worst population stability index of a model's features against its training, by its limit; above 1 they are others.", ["model"]);
        ErrorRatio = metrics.CreateGauge("connector_forecast_error_ratio", "The error of a model on the newest candles after its training, by that of its evaluation.", ["model"]);
    }

    public Counter Made { get; }

    public Histogram Seconds { get; }

    public Gauge AgeSeconds { get; }

    public Gauge Series { get; }

    public Gauge Models { get; }

    public Counter StoreFailures { get; }

    public Counter Faults { get; }

    public Gauge Subscribers { get; }

    public Gauge FeatureDrift { get; }

    public Gauge ErrorRatio { get; }
}
