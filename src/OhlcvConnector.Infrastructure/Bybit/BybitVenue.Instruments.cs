using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Bybit;

internal sealed partial class BybitVenue
{
    private const string PreLaunch = "PreLaunch";

    /// <summary>
    /// Returns the request for a page of the listing. Without a status only what trades is listed; contracts in pre-market must be asked for by theirs, so that
    /// they are a list of their own. The cursor is the status, if any, a space, and the venue's cursor.
    /// </summary>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor)
    {
        var path = $"/v5/market/instruments-info?category={Category(market.Market)}&limit=1000";
        if (cursor?.Split(' ', 2) is [var status, var page])
        {
            path += (status.Length == 0 ? "" : "&status=" + status) + (page.Length == 0 ? "" : "&cursor=" + Uri.EscapeDataString(page));
        }

        return new RestRequest(path);
    }

    /// <summary>
    /// <c>{"retCode":0,"result":{"nextPageCursor":"","list":[{"symbol":"BTCUSD","contractType":"InversePerpetual","status":"Trading","baseCoin":"BTC",
    /// "quoteCoin":"USD","deliveryTime":"0","priceFilter":{"tickSize":"0.5"},"settleCoin":"BTC"}]}}</c>; spot has no contractType.
    /// </summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        var status = cursor?.Split(' ', 2)[0] ?? "";
        if (Refusal(answer) is { } refusal)
        {
            return refusal.Outcome == RestOutcome.Refused && status.Length > 0 ? RestReply.Ok : refusal; // it knows no such status here, so it has none of them
        }

        using var document = JsonElements.Parse(answer.Body);
        var result = document.RootElement.TryGetProperty("result", out var answered) ? answered : default;
        var rows = result.List("list").Objects().ToList();
        foreach (var row in rows)
        {
            if (row.Text("symbol") is { } symbol)
            {
                found.Add(ToInstrument(market.Market, symbol, row));
            }
        }

        return RestReply.Ok with
        {
            Cursor = rows.Count > 0 && result.Text("nextPageCursor") is { } next ? $"{status} {next}" : null, // the last page can still name one
            NextList = market.Market == Market.UsdMargined && status.Length == 0 ? PreLaunch + " " : null,
        };
    }

    /// <summary>Returns true when a contract trades. One in pre-market does, unless it is in one of its auctions, which take an hour.</summary>
    private static bool IsTrading(JsonElement row)
    {
        var phase = row.TryGetProperty("preListingInfo", out var info) ? info.Text("curAuctionPhase") : null;
        return string.Equals(row.Text("status"), "Trading", StringComparison.OrdinalIgnoreCase)
            || (string.Equals(row.Text("status"), PreLaunch, StringComparison.OrdinalIgnoreCase)
                && (phase is null || string.Equals(phase, "ContinuousTrading", StringComparison.OrdinalIgnoreCase)));
    }

    private Instrument ToInstrument(Market market, string symbol, JsonElement row)
    {
        var baseAsset = row.Text("baseCoin") ?? "";
        var quoteAsset = row.Text("quoteCoin") ?? "";
        var settleAsset = market == Market.Spot ? null : row.Text("settleCoin");
        var isPerpetual = row.Text("contractType")?.Contains("Perpetual", StringComparison.OrdinalIgnoreCase) == true;
        var expiresAt = market == Market.Spot || isPerpetual ? null : row.Moment("deliveryTime"); // a perpetual's is when it will be delisted
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
            LotSize = row.TryGetProperty("lotSizeFilter", out var lots) ? lots.Number(market == Market.Spot ? "basePrecision" : "qtyStep") : null,
            ListedAt = ListingDates.Earliest(row.Moment("launchTime")),
            Status = row.Text("status"),
            IsTrading = IsTrading(row),
        };
    }
}
