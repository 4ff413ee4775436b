using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests;

/// <summary>Every market of every venue, the toy one included: a venue joins the suite by being in the list of venues.</summary>
public sealed class AllMarkets : TheoryData<string, Market>
{
    public AllMarkets()
    {
        foreach (var venue in Stage.Venues)
        {
            foreach (var market in venue.Markets)
            {
                Add(venue.Name, market.Market);
            }
        }
    }
}
