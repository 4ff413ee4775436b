using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Rest;

/// <summary>What the exchanges offer.</summary>
internal sealed partial class RestEndpoint
{
    private Task ExchangesAsync(RestQuery query) => AnswerAsync(query, new ExchangesAnswer
    {
        Version = ServerIdentity.Version,
        Time = hub.Now,
        ClockSpeed = clock.Speed,
        Exchanges = [.. hub.Exchanges.Select(Row)],
    }, ServerIdentity.Version);

    /// <summary>Has a listing read anew; what cannot be read anew is answered as it is known.</summary>
    private async Task ListAgainAsync(RestQuery query)
    {
        var profile = hub.Exchanges.FirstOrDefault(one => string.Equals(one.Name, query.Exchange, StringComparison.OrdinalIgnoreCase));
        foreach (var row in profile?.Markets.Where(row => query.Market is not { } market || row.Market == market) ?? [])
        {
            try
            {
                await instruments.ListAgainAsync(profile!.Name, row.Market, query.Token).ConfigureAwait(false);
            }
            catch (ExchangeUnavailableException)
            {
                // the listing before serves, and where there is none, asking for it says why
            }
        }
    }

    private static ExchangeRow Row(ExchangeProfile exchange) => new()
    {
        Exchange = exchange.Name,
        DefaultMarket = exchange.DefaultMarket?.Name(),
        NeedsKey = exchange.NeedsKey,
        Markets =
        [
            .. exchange.Markets.Select(market => new MarketRow
            {
                Market = market.Market.Name(),
                Intervals = [.. market.Intervals.Select(interval => interval.ToString())],
                HistoryIntervals = [.. market.HistoryIntervals.Select(interval => interval.ToString())],
                OmitsQuietCandles = market.OmitsQuietCandles,
            }),
        ],
    };
}
