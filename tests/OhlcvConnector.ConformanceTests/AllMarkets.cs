using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.ConformanceTests;

/// <summary>Every market of every venue: a venue joins the suite by being in the list of venues.</summary>
public sealed class AllMarkets : TheoryData<string, Market>
{
    public AllMarkets()
    {
        foreach (var venue in Venues.All)
        {
            foreach (var market in venue.Markets)
            {
                Add(venue.Name, market.Market);
            }
        }
    }
}
