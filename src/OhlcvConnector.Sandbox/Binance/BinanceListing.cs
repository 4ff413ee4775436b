using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>Binance's listing, with every field that the venue documents: other people's clients read many of them.</summary>
internal static class BinanceListing
{
    private const long Perpetual = 4_133_404_800_000; // the venue's delivery date of what never expires

    private static readonly string[] SpotOrders = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"];
    private static readonly string[] FuturesOrders = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"];

    public static void Write(Utf8JsonWriter json, BinanceMarket venueMarket, IEnumerable<Listing> listings, long nowMs)
    {
        json.WriteStartObject();
        json.WriteString("timezone", "UTC");
        json.WriteNumber("serverTime", nowMs);
        if (!venueMarket.IsSpot)
        {
            json.WriteString("futuresType", venueMarket.IsInverse ? "COIN_MARGINED" : "U_MARGINED");
        }

        json.WriteStartArray("rateLimits");
        WriteLimit(json, "REQUEST_WEIGHT", "MINUTE", 1, venueMarket.IsSpot ? 6000 : 2400);
        WriteLimit(json, "ORDERS", "MINUTE", 1, 1200);
        if (venueMarket.IsSpot)
        {
            WriteLimit(json, "RAW_REQUESTS", "MINUTE", 5, 61_000);
        }

        json.WriteEndArray();
        json.WriteStartArray("exchangeFilters");
        json.WriteEndArray();
        if (venueMarket.Market == Domain.Market.UsdMargined)
        {
            WriteAssets(json, listings);
        }

        json.WriteStartArray("symbols");
        foreach (var listing in listings)
        {
            json.WriteStartObject();
            if (venueMarket.IsSpot)
            {
                WriteSpot(json, venueMarket, listing);
            }
            else
            {
                WriteFutures(json, venueMarket, listing);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The venue's word for whether it trades.</summary>
    public static string Status(BinanceMarket venueMarket, Listing listing) =>
        listing.IsComing ? "PENDING_TRADING" : !listing.IsHalted ? "TRADING" : venueMarket.IsSpot ? "BREAK" : "SETTLING";

    private static void WriteLimit(Utf8JsonWriter json, string type, string interval, int count, int limit)
    {
        json.WriteStartObject();
        json.WriteString("rateLimitType", type);
        json.WriteString("interval", interval);
        json.WriteNumber("intervalNum", count);
        json.WriteNumber("limit", limit);
        json.WriteEndObject();
    }

    private static void WriteAssets(Utf8JsonWriter json, IEnumerable<Listing> listings)
    {
        json.WriteStartArray("assets");
        foreach (var asset in listings.Select(listing => listing.SettleAsset).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("asset", asset);
            json.WriteBoolean("marginAvailable", true);
            json.WriteString("autoAssetExchange", "-10000");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSpot(Utf8JsonWriter json, BinanceMarket venueMarket, Listing listing)
    {
        json.WriteString("symbol", listing.Symbol);
        json.WriteString("status", Status(venueMarket, listing));
        json.WriteString("baseAsset", listing.BaseAsset);
        json.WriteNumber("baseAssetPrecision", 8);
        json.WriteString("quoteAsset", listing.QuoteAsset);
        json.WriteNumber("quotePrecision", 8);
        json.WriteNumber("quoteAssetPrecision", 8);
        json.WriteNumber("baseCommissionPrecision", 8);
        json.WriteNumber("quoteCommissionPrecision", 8);
        WriteTexts(json, "orderTypes", SpotOrders);
        foreach (var allowed in (string[])["icebergAllowed", "ocoAllowed", "otoAllowed", "opoAllowed", "quoteOrderQtyMarketAllowed", "allowTrailingStop", "cancelReplaceAllowed", "amendAllowed", "pegInstructionsAllowed", "isSpotTradingAllowed", "isMarginTradingAllowed"])
        {
            json.WriteBoolean(allowed, true);
        }

        json.WriteStartArray("filters");
        WriteFilter(json, "PRICE_FILTER", ("minPrice", listing.Tick.Fixed(8)), ("maxPrice", "1000000.00000000"), ("tickSize", listing.Tick.Fixed(8)));
        WriteFilter(json, "LOT_SIZE", ("minQty", listing.Step.Fixed(8)), ("maxQty", "9000000.00000000"), ("stepSize", listing.Step.Fixed(8)));
        WriteFilter(json, "ICEBERG_PARTS", ("limit", 10));
        WriteFilter(json, "MARKET_LOT_SIZE", ("minQty", "0.00000000"), ("maxQty", "100000.00000000"), ("stepSize", "0.00000000"));
        WriteFilter(
            json,
            "PERCENT_PRICE_BY_SIDE",
            ("bidMultiplierUp", "5"),
            ("bidMultiplierDown", "0.2"),
            ("askMultiplierUp", "5"),
            ("askMultiplierDown", "0.2"),
            ("avgPriceMins", 5));
        WriteFilter(
            json,
            "NOTIONAL",
            ("minNotional", "5.00000000"),
            ("applyMinToMarket", true),
            ("maxNotional", "9000000.00000000"),
            ("applyMaxToMarket", false),
            ("avgPriceMins", 5));
        WriteFilter(json, "MAX_NUM_ORDERS", ("maxNumOrders", 200));
        WriteFilter(json, "MAX_NUM_ALGO_ORDERS", ("maxNumAlgoOrders", 5));
        json.WriteEndArray();
        WriteTexts(json, "permissions");
        json.WriteStartArray("permissionSets");
        json.WriteStartArray();
        json.WriteStringValue("SPOT");
        json.WriteStringValue("MARGIN");
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteString("defaultSelfTradePreventionMode", "EXPIRE_MAKER");
        WriteTexts(json, "allowedSelfTradePreventionModes", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH");
    }

    private static void WriteFutures(Utf8JsonWriter json, BinanceMarket venueMarket, Listing listing)
    {
        var step = venueMarket.IsInverse ? "1" : listing.Step.ToString(CultureInfo.InvariantCulture);
        var tick = listing.Tick.ToString(CultureInfo.InvariantCulture);
        json.WriteString("symbol", listing.Symbol);
        json.WriteString("pair", listing.BaseAsset + listing.QuoteAsset);
        json.WriteString("contractType", listing.ExpiresAt is null ? "PERPETUAL" : "CURRENT_QUARTER");
        json.WriteNumber("deliveryDate", listing.ExpiresAt?.ToUnixTimeMilliseconds() ?? Perpetual);
        json.WriteNumber("onboardDate", listing.ListedMs);
        json.WriteString(venueMarket.IsInverse ? "contractStatus" : "status", Status(venueMarket, listing));
        if (venueMarket.IsInverse)
        {
            json.WriteNumber("contractSize", listing.Step);
        }

        json.WriteString("maintMarginPercent", "2.5000");
        json.WriteString("requiredMarginPercent", "5.0000");
        json.WriteString("baseAsset", listing.BaseAsset);
        json.WriteString("quoteAsset", listing.QuoteAsset);
        json.WriteString("marginAsset", listing.SettleAsset);
        json.WriteNumber("pricePrecision", listing.PriceDecimals);
        json.WriteNumber("quantityPrecision", venueMarket.IsInverse ? 0 : listing.SizeDecimals);
        json.WriteNumber("baseAssetPrecision", 8);
        json.WriteNumber("quotePrecision", 8);
        if (venueMarket.IsInverse)
        {
            json.WriteNumber("equalQtyPrecision", 4);
            json.WriteNumber("maxMoveOrderLimit", 10_000);
        }
        else
        {
            json.WriteNumber("settlePlan", 0);
        }

        json.WriteString("underlyingType", "COIN");
        WriteTexts(json, "underlyingSubType", "PoW");
        json.WriteString("triggerProtect", "0.0500");
        json.WriteString("liquidationFee", "0.012500");
        json.WriteString("marketTakeBound", "0.05");
        json.WriteStartArray("filters");
        WriteFilter(json, "PRICE_FILTER", ("minPrice", tick), ("maxPrice", "4529764"), ("tickSize", tick));
        WriteFilter(json, "LOT_SIZE", ("minQty", step), ("maxQty", "1000000"), ("stepSize", step));
        WriteFilter(json, "MARKET_LOT_SIZE", ("minQty", step), ("maxQty", "100000"), ("stepSize", step));
        WriteFilter(json, "MAX_NUM_ORDERS", ("limit", 200));
        WriteFilter(json, "MAX_NUM_ALGO_ORDERS", ("limit", 10));
        if (!venueMarket.IsInverse)
        {
            WriteFilter(json, "MIN_NOTIONAL", ("notional", "5"));
        }

        WriteFilter(json, "PERCENT_PRICE", ("multiplierUp", "1.0500"), ("multiplierDown", "0.9500"), ("multiplierDecimal", "4"));
        json.WriteEndArray();
        WriteTexts(json, "orderTypes", FuturesOrders);
        WriteTexts(json, "timeInForce", "GTC", "IOC", "FOK", "GTX", "GTD");
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, params string[] texts)
    {
        json.WriteStartArray(name);
        Array.ForEach(texts, json.WriteStringValue);
        json.WriteEndArray();
    }

    private static void WriteFilter(Utf8JsonWriter json, string type, params (string Name, object Value)[] fields)
    {
        json.WriteStartObject();
        json.WriteString("filterType", type);
        foreach (var (name, value) in fields)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case int number: json.WriteNumberValue(number); break;
                case bool flag: json.WriteBooleanValue(flag); break;
                default: json.WriteStringValue((string)value); break;
            }
        }

        json.WriteEndObject();
    }
}
