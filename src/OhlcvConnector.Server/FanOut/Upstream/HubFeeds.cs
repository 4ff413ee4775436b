using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// Live candles as the server's clients have them: a series that somebody streams, that a price is taken from and that is traded on paper is one
/// subscription. The past before them
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

    /// <summary>Opens a feed for one who needs every candle: it fails where the past cannot be read or a series is refused.</summary>
    public IPriceFeed OpenWhole() => new HubFeed(hub, history, isWhole: true);
}
