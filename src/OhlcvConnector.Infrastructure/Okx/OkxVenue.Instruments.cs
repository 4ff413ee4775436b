using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Okx;

internal sealed partial class OkxVenue
{
    /// <summary>A call for each instType: swaps first, then dated futures.</summary>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) =>
        new("/api/v5/public/instruments?instType=" + (market.Market == Market.Spot ? "SPOT" : cursor ?? "SWAP")) { Weight = 2 };

    /// <summary>Linear or inverse is known from <c>ctType</c> only, never from the id; an empty string means not applicable.</summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        var error = ErrorBody.Read(answer.Body, "code", "msg");
        if (error.Code != "0")
        {
            return Refusal(answer, error);
        }

        using var document = JsonElements.Parse(answer.Body);
        foreach (var row in document.RootElement.List("data").Objects())
        {
            if (row.Text("instId") is { } id && MarketOf(row) == market.Market)
            {
                found.Add(ToInstrument(market.Market, id, row));
            }
        }

        return market.Market != Market.Spot && cursor is null ? RestReply.Ok with { NextList = "FUTURES" } : RestReply.Ok;
    }

    private static Market? MarketOf(JsonElement row) => (row.Text("instType"), row.Text("ctType")) switch
    {
        ("SPOT", _) => Market.Spot,
        (_, "linear") => Market.UsdMargined,
        (_, "inverse") => Market.CoinMargined,
        _ => null,
    };

    private Instrument ToInstrument(Market market, string id, JsonElement row)
    {
        var pair = (row.Text("uly") ?? "-").Split('-', 2);
        var baseAsset = market switch
        {
            Market.Spot => row.Text("baseCcy"),
            Market.UsdMargined => row.Text("ctValCcy"),
            _ => pair[0],
        };
        var quoteAsset = market == Market.Spot ? row.Text("quoteCcy") : pair[^1];
        var settleAsset = market == Market.Spot ? null : row.Text("settleCcy");
        var expiresAt = row.Text("instType") == "FUTURES" ? row.Moment("expTime") : null; // of others it is when they will be delisted
        return new Instrument
        {
            Exchange = Name,
            Market = market,
            VenueSymbol = id,
            Symbol = Instrument.CommonSymbol(baseAsset ?? "", quoteAsset ?? "", settleAsset, expiresAt),
            BaseAsset = baseAsset ?? "",
            QuoteAsset = quoteAsset ?? "",
            SettleAsset = settleAsset,
            ContractSize = row.Number("ctVal") * (row.Number("ctMult") ?? 1),
            ExpiresAt = expiresAt,
            TickSize = row.Number("tickSz"),
            LotSize = row.Number("lotSz"),
            ListedAt = ListingDates.Earliest(row.Moment("listTime"), row.Moment("contTdSwTime"), row.Moment("preMktSwTime")),
            Status = row.Text("state"),
            IsTrading = string.Equals(row.Text("state"), "live", StringComparison.OrdinalIgnoreCase),
        };
    }
}
