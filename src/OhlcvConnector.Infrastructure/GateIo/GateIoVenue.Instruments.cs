using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.GateIo;

internal sealed partial class GateIoVenue
{
    /// <inheritdoc/>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) =>
        new(Root(market) + (market.Market == Market.Spot ? "/currency_pairs" : "/contracts"));

    /// <summary>
    /// Spot <c>{"id":"BTC_USDT","base":"BTC","quote":"USDT","precision":2,"trade_status":"tradable"}</c>; futures
    /// <c>{"name":"BTC_USDT","type":"direct","quanto_multiplier":"0.0001","order_price_round":"0.1","in_delisting":false}</c>.
    /// </summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        using var document = JsonElements.Parse(answer.Body);
        foreach (var row in document.RootElement.List().Objects())
        {
            if ((row.Text("id") ?? row.Text("name")) is { } name)
            {
                found.Add(market.Market == Market.Spot ? ToSpot(name, row) : ToFutures(market.Market, name, row));
            }
        }

        return RestReply.Ok;
    }

    private Instrument ToSpot(string name, JsonElement row)
    {
        var baseAsset = row.Text("base") ?? "";
        var quoteAsset = row.Text("quote") ?? "";
        return new Instrument
        {
            Exchange = Name,
            Market = Market.Spot,
            VenueSymbol = name,
            Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset),
            BaseAsset = baseAsset,
            QuoteAsset = quoteAsset,
            TickSize = JsonElements.StepOfDigits(row.Number("precision")),
            LotSize = JsonElements.StepOfDigits(row.Number("amount_precision")),
            Status = row.Text("trade_status"),
            IsTrading = string.Equals(row.Text("trade_status"), "tradable", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>
    /// Reads an instrument of futures. The listing has no field for base and quote; the name is both, and the quote has no underscore. A multiplier of 0 means
    /// a contract of one dollar.
    /// </summary>
    private Instrument ToFutures(Market market, string name, JsonElement row)
    {
        var split = name.LastIndexOf('_');
        var baseAsset = split > 0 ? name[..split] : name;
        var quoteAsset = split > 0 ? name[(split + 1)..] : "";
        var settleAsset = market == Market.UsdMargined ? "USDT" : "BTC";
        var multiplier = row.Number("quanto_multiplier");
        return new Instrument
        {
            Exchange = Name,
            Market = market,
            VenueSymbol = name,
            Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset, settleAsset),
            BaseAsset = baseAsset,
            QuoteAsset = quoteAsset,
            SettleAsset = settleAsset,
            ContractSize = multiplier == 0 ? 1 : multiplier,
            TickSize = row.Number("order_price_round"),
            LotSize = row.IsTrue("enable_decimal") ? null : 1, // whole contracts, unless it says that parts can be traded, not how small
            ListedAt = ListingDates.Earliest(row.MomentOfSeconds("create_time"), row.MomentOfSeconds("launch_time")),
            Status = row.IsTrue("in_delisting") ? "in_delisting" : row.Text("status"),
            IsTrading = !row.IsTrue("in_delisting") && string.Equals(row.Text("status") ?? "trading", "trading", StringComparison.OrdinalIgnoreCase),
        };
    }
}
