using System.Runtime.CompilerServices;
using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>What can be done with prices on their way: transforms of streams, to be put one behind the other.</summary>
public static class PriceProcessors
{
    /// <summary>
    /// The prices at which an asset crosses a limit: the first one at or beyond it, and again only after it was on the other side. A first price that is
    /// beyond it already counts.
    /// </summary>
    /// <param name="prices">The prices, of several assets mixed.</param>
    /// <param name="above">The limit from below; null for none.</param>
    /// <param name="below">The limit from above; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<TrackedPrice> Crossings(
        this IAsyncEnumerable<TrackedPrice> prices, decimal? above, decimal? below, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prices);
        var beyond = new HashSet<PriceRequest>();
        await foreach (var tracked in prices.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (tracked.Price is not { } price)
            {
                continue;
            }

            if (!(price.Price >= above) && !(price.Price <= below))
            {
                beyond.Remove(tracked.Request);
            }
            else if (beyond.Add(tracked.Request))
            {
                yield return tracked;
            }
        }
    }
}
