using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Prices;

/// <summary>
/// Live candles as the server's clients have them: a series that somebody streams and that a price is taken from is one subscription. The past before them
/// comes out of the archive where there is one.
/// </summary>
/// <param name="hub">All series that are followed.</param>
/// <param name="history">The past.</param>
internal sealed class HubFeeds(Hub hub, IPriceHistoryRepository history) : IPriceFeedRepository
{
    /// <inheritdoc/>
    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
    {
        var feed = new HubFeed(hub, history);
        foreach (var one in series)
        {
            feed.Add(one, since);
        }

        return feed;
    }
}
