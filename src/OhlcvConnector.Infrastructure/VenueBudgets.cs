using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure;

/// <summary>What the exchanges allow one address, as the adapters keep to it, for who places series on several.</summary>
public static class VenueBudgets
{
    private const int RowsOfResume = 10; // a move is over in seconds, so that a page of few candles ends it

    /// <summary>Returns the budget of each market.</summary>
    /// <param name="options">Settings of the connector: each series takes <see cref="ConnectorOptions.Redundancy"/> streams.</param>
    public static IReadOnlyList<VenueBudget> Of(ConnectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. Venues.All.SelectMany(venue => venue.Markets, (venue, market) => Of(venue, market, options))];
    }

    private static VenueBudget Of(IVenue venue, VenueMarket market, ConnectorOptions options)
    {
        var limits = market.Limits;
        var perConnection = Math.Min(limits.SeriesPerConnection, options.MaxSeriesPerConnection ?? int.MaxValue);
        return new VenueBudget(venue.Name, market.Market)
        {
            Streams = $"{venue.Name} {market.Stream.Authority}",
            SeriesPerConnection = perConnection,
            Connections = OfOne(limits.Connections),
            Series = OfOne(limits.SeriesOfAll),
            Requests = $"{venue.Name} {market.SharedWeight ?? market.Rest.Authority}",
            WeightPerMinute = limits.Weight.Count == int.MaxValue ? double.PositiveInfinity : limits.Weight.Count / limits.Weight.Per.TotalMinutes,
            WeightPerSeries = WeightOfPage(venue, market),
        };

        int OfOne(int limit) => limit == int.MaxValue ? limit : limit / options.Redundancy;
    }

    private static int WeightOfPage(IVenue venue, VenueMarket market)
    {
        var interval = market.Intervals.Historic[0];
        var some = new Series(
            new Instrument
            {
                Exchange = venue.Name,
                Market = market.Market,
                VenueSymbol = "BTC",
                Symbol = "BTC",
                BaseAsset = "BTC",
                QuoteAsset = "USD",
            },
            interval);
        var now = interval.FloorMs(DateTimeOffset.UnixEpoch.AddYears(60).ToUnixTimeMilliseconds());
        return venue.HistoryPage(market, some, now - (long)(RowsOfResume * interval.ApproximateLength.TotalMilliseconds), now, now).Weight;
    }
}
