using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Bybit;

internal sealed partial class BybitVenue
{
    /// <inheritdoc/>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) =>
        new($"/v5/market/instruments-info?category={Category(market.Market)}&limit=1000" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)));

    /// <summary>
    /// <c>{"retCode":0,"result":{"nextPageCursor":"","list":[{"symbol":"BTCUSD","contractType":"InversePerpetual","status":"Trading","baseCoin":"BTC",
    /// "quoteCoin":"USD","deliveryTime":"0","priceFilter":{"tickSize":"0.5"},"settleCoin":"BTC"}]}}</c>; spot has no contractType.
    /// </summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        using var document = JsonElements.Parse(answer.Body);
        var result = document.RootElement.TryGetProperty("result", out var answered) ? answered : default;
        foreach (var row in result.List("list").Objects())
        {
            if (row.Text("symbol") is { } symbol)
            {
                found.Add(ToInstrument(market.Market, symbol, row));
            }
        }

        return RestReply.Ok with { Cursor = result.Text("nextPageCursor") };
    }

    private Instrument ToInstrument(Market market, string symbol, JsonElement row)
    {
        var baseAsset = row.Text("baseCoin") ?? "";
        var quoteAsset = row.Text("quoteCoin") ?? "";
        var settleAsset = market == Market.Spot ? null : row.Text("settleCoin");
        var isDated = row.Text("contractType")?.EndsWith("Futures", StringComparison.Ordinal) == true;
        var expiresAt = isDated ? row.Moment("deliveryTime") : null;
        return new Instrument
        {
            Exchange = Name,
            Market = market,
            VenueSymbol = symbol,
            Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset, settleAsset, expiresAt),
            BaseAsset = baseAsset,
            QuoteAsset = quoteAsset,
            SettleAsset = settleAsset,
            ContractSize = market == Market.CoinMargined ? 1 : null, // a dollar a contract; linear sizes are in the base coin
            ExpiresAt = expiresAt,
            TickSize = row.TryGetProperty("priceFilter", out var filter) ? filter.Number("tickSize") : null,
            ListedAt = ListingDates.Earliest(row.Moment("launchTime")),
            Status = row.Text("status"),
            IsTrading = string.Equals(row.Text("status"), "Trading", StringComparison.OrdinalIgnoreCase),
        };
    }
}
