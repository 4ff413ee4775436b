using OhlcvConnector.Domain;
using Prometheus;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>The latency histograms of all markets.</summary>
internal sealed class LatencyMetrics
{
    private static readonly HistogramConfiguration Configuration = new()
    {
        Buckets = [.001, .005, .01, .05, .1, .5, 1, 2, 5, 10],
        ExemplarBehavior = ExemplarBehavior.NoExemplars(), // there is no trace to point to, and looking for one costs more than the observation
    };

    private static readonly string[] Labels = ["exchange", "contract_type"];

    private readonly Histogram _latency;
    private readonly Histogram _closeToDelivery;

    /// <summary>Creates the histograms.</summary>
    /// <param name="metrics">The factory that publishes them.</param>
    public LatencyMetrics(IMetricFactory metrics)
    {
        _latency = metrics.CreateHistogram("connector_quote_latency_seconds", "From the exchange's clock in a message to its receipt.", Labels, Configuration);
        _closeToDelivery = metrics.CreateHistogram(
            "connector_close_to_delivery_seconds", "From a candle's end to its hand-over to the clients; candles of the stream only.", Labels, Configuration);
    }

    /// <summary>Returns a market's histograms.</summary>
    public MarketLatency For(string exchange, Market market) =>
        new(_latency.WithLabels(exchange, market.Name()), _closeToDelivery.WithLabels(exchange, market.Name()));
}

/// <summary>The latency histograms of one market. Times lie between two clocks; where their difference makes one negative, it counts as zero.</summary>
internal sealed class MarketLatency(IObserver latency, IObserver closeToDelivery)
{
    /// <summary>Records a quote that is handed over to the clients.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="now">The market's time.</param>
    public void Record(in PriceQuote quote, DateTimeOffset now)
    {
        if (quote.EventTime is { } eventTime)
        {
            Record(latency, quote.ReceivedAt - eventTime);
        }

        if (quote.IsClosed && quote.Source == QuoteSource.Stream)
        {
            Record(closeToDelivery, now - quote.CloseTime);
        }
    }

    private static void Record(IObserver histogram, TimeSpan time) => histogram.Observe(Math.Max(0, time.TotalSeconds));
}
