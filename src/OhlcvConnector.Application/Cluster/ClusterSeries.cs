using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>A series that a cluster carries, before anybody has asked the exchange for its listing.</summary>
/// <param name="Exchange">The exchange, such as <c>binance</c>.</param>
/// <param name="Market">The market.</param>
/// <param name="Symbol">The exchange's own spelling.</param>
/// <param name="Interval">The length of the candles.</param>
public readonly record struct ClusterSeries(string Exchange, Market Market, string Symbol, Interval Interval)
{
    /// <summary>Names a series as a cluster does.</summary>
    public static ClusterSeries Of(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return new ClusterSeries(series.Exchange, series.Market, series.VenueSymbol, series.Interval);
    }

    /// <summary>Returns <c>binance/spot:BTCUSDT 1m</c>.</summary>
    public override string ToString() => $"{Exchange}/{Market.Name()}:{Symbol} {Interval}";
}
