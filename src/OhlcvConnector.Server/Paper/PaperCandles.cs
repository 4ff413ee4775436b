using System.Runtime.CompilerServices;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>Brings paper accounts the candles that the server has anyway: accounts on one series, its clients and its prices share one subscription.</summary>
internal sealed class PaperCandles(Hub hub, HubFeeds feeds)
{
    /// <summary>Brings candles of series, the past first; open ones are among them.</summary>
    public async IAsyncEnumerable<PriceQuote> StreamAsync(
        IReadOnlyList<KeyValuePair<PaperSeries, DateTimeOffset>> wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var feed = feeds.OpenWhole();
        await using (feed.ConfigureAwait(false))
        {
            foreach (var (one, since) in wanted)
            {
                var request = new StreamRequest
                {
                    Exchange = one.Exchange,
                    Market = MarketNames.Parse(one.Market),
                    Symbols = [one.Symbol],
                    Interval = Interval.Parse(one.Interval),
                    BuildInterval = true,
                    AwaitTrading = true,
                };
                foreach (var series in await hub.ResolveAsync(request, cancellationToken).ConfigureAwait(false))
                {
                    feed.Add(series, since);
                }
            }

            await foreach (var quote in feed.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return quote;
            }
        }
    }
}
