using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>What the engine must know of a market to ask it rightly.</summary>
public class RequestFactsTests
{
    [Fact]
    public async Task Binance_counts_the_weight_of_both_futures_markets_together_and_that_of_spot_alone()
    {
        await using var repositories = new VenueRepositories(Venues.All, new ConnectorOptions(), NullLoggerFactory.Instance);

        var weights = repositories.Accesses.Where(access => access.Venue.Name == "binance")
            .ToDictionary(access => access.Market.Market, access => access.Weight);

        weights[Market.UsdMargined].ShouldBeSameAs(weights[Market.CoinMargined]);
        weights[Market.Spot].ShouldNotBeSameAs(weights[Market.UsdMargined]);
    }

    [Fact]
    public void Every_market_of_gate_io_asks_for_sizes_with_their_fraction()
    {
        foreach (var market in Venues.All.Single(venue => venue.Name == "gateio").Markets)
        {
            market.Headers.ShouldBe([("X-Gate-Size-Decimal", "1")]);
        }
    }
}
