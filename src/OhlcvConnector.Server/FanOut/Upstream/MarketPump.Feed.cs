using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <content>Opens the feed, and reads it.</content>
internal sealed partial class MarketPump
{
    /// <summary>A feed of all series; those that were followed before go on after their last closed candle.</summary>
    private IPriceFeed? Open()
    {
        var beyond = new List<(Series Series, string Reason)>();
        var feed = Open(beyond);
        foreach (var (series, reason) in beyond)
        {
            Refuse(series, reason); // the others must not suffer for it
        }

        return feed;
    }

    private IPriceFeed? Open(List<(Series Series, string Reason)> beyondLimits)
    {
        lock (_gate)
        {
            if (_channels.Count == 0)
            {
                return null;
            }

            var channels = _channels.Values.ToArray();
            _feed = _feeds.Open([channels[0].Series], Since(channels[0]));
            _feed.OnStatus = OnStatus;
            foreach (var channel in channels.AsSpan(1))
            {
                try
                {
                    _feed.Add(channel.Series, Since(channel));
                }
                catch (SubscriptionLimitException exception)
                {
                    beyondLimits.Add((channel.Series, exception.Message));
                }
            }

            return _feed;
        }
    }

    private static DateTimeOffset? Since(SeriesChannel channel) => channel.LastClosedMs == 0
        ? null
        : DateTimeOffset.FromUnixTimeMilliseconds(channel.Series.Interval.NextMs(channel.LastClosedMs));

    private async Task ReadAsync(IPriceFeed? feed, CancellationToken cancellationToken)
    {
        if (feed is null)
        {
            return;
        }

        var quotes = feed.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            var byIdentity = new Dictionary<Series, SeriesChannel>(ReferenceEqualityComparer.Instance);
            var thread = new FeedThread(quotes, (in PriceQuote quote) => Publish(quote, feed.Number, byIdentity), Broadcast.Flush, _maxBeforeFlush);
            await thread.RunAsync().ConfigureAwait(false);
            lock (_gate)
            {
                if (_feed == feed) // else it was ended
                {
                    throw new InvalidOperationException("The upstream feed ended by itself.");
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _feed = _feed == feed ? null : _feed;
            }

            await quotes.DisposeAsync().ConfigureAwait(false);
            await feed.DisposeAsync().ConfigureAwait(false);
        }
    }
}
