using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Binance;

internal sealed partial class BinanceVenue
{
    /// <inheritdoc/>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) =>
        new($"{Root(market)}/exchangeInfo") { Weight = market.Market == Market.Spot ? 20 : 1 };

    /// <summary>
    /// <c>{"symbols":[{"symbol":"BTCUSD_PERP","contractType":"PERPETUAL","deliveryDate":4133404800000,"contractStatus":"TRADING","contractSize":100,
    /// "marginAsset":"BTC","baseAsset":"BTC","quoteAsset":"USD","filters":[{"filterType":"PRICE_FILTER","tickSize":"0.1"}]}]}</c>.
    /// </summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (answer.Status != 200)
        {
            return DecodeError(answer);
        }

        using var document = JsonElements.Parse(answer.Body);
        foreach (var symbol in document.RootElement.List("symbols").Objects())
        {
            if (symbol.Text("symbol") is { } name)
            {
                found.Add(ToInstrument(market, name, symbol));
            }
        }

        return RestReply.Ok with { UsedWeight = UsedWeight(answer) };
    }

    private Instrument ToInstrument(VenueMarket market, string name, JsonElement symbol)
    {
        var baseAsset = symbol.Text("baseAsset") ?? "";
        var quoteAsset = symbol.Text("quoteAsset") ?? "";
        var settleAsset = market.Market == Market.Spot ? null : symbol.Text("marginAsset");
        var status = symbol.Text("status") ?? symbol.Text("contractStatus");
        var expiresAt = ExpiresAt(market, symbol);
        return new Instrument
        {
            Exchange = Name,
            Market = market.Market,
            VenueSymbol = name,
            Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset, settleAsset, expiresAt),
            BaseAsset = baseAsset,
            QuoteAsset = quoteAsset,
            SettleAsset = settleAsset,
            ContractSize = symbol.Number("contractSize"),
            ExpiresAt = expiresAt,
            TickSize = Filter(symbol, "PRICE_FILTER", "tickSize"),
            LotSize = Filter(symbol, "LOT_SIZE", "stepSize"),
            ListedAt = ListingDates.Earliest(symbol.Moment("onboardDate")),
            Status = status,
            IsTrading = string.Equals(status, "TRADING", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>
    /// Returns the expiry of a contract, UTC; null for none. A perpetual is delivered in the year 2100, or at its delisting, which is no expiry. Any other
    /// contract is dated, by whatever name of its type: quarters, months, or none yet while it waits to be listed.
    /// </summary>
    private static DateTimeOffset? ExpiresAt(VenueMarket market, JsonElement symbol) =>
        market.Market != Market.Spot && symbol.Text("contractType")?.Contains("PERPETUAL", StringComparison.OrdinalIgnoreCase) != true
            && symbol.Moment("deliveryDate") is { Year: < 2100 } delivery
            ? delivery
            : null;

    private static decimal? Filter(JsonElement symbol, string type, string name) =>
        symbol.Objects("filters").Where(filter => filter.Text("filterType") == type).Select(filter => filter.Number(name)).FirstOrDefault();
}
