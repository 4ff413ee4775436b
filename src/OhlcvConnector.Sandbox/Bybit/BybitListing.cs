using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Bybit;

/// <summary>A row of Bybit's listing, with the fields that the venue documents.</summary>
internal static class BybitListing
{
    public static void Write(Utf8JsonWriter json, BybitMarket venueMarket, Listing listing)
    {
        var tick = BybitColumns.Plain(listing.Tick);
        var step = BybitColumns.Plain(listing.Step);
        json.WriteStartObject();
        json.WriteString("symbol", listing.Symbol);
        if (venueMarket.Category == "spot")
        {
            Texts(
                json,
                ("baseCoin", listing.BaseAsset),
                ("quoteCoin", listing.QuoteAsset),
                ("innovation", "0"),
                ("status", Status(listing)),
                ("marginTrading", "utaOnly"),
                ("stTag", "0"));
            Group(
                json,
                "lotSizeFilter",
                ("basePrecision", step),
                ("quotePrecision", "0.00000001"),
                ("minOrderQty", step),
                ("maxOrderQty", "1000000"),
                ("minOrderAmt", "5"),
                ("maxOrderAmt", "4000000"));
            Group(json, "priceFilter", ("tickSize", tick));
            Group(json, "riskParameters", ("priceLimitRatioX", "0.01"), ("priceLimitRatioY", "0.02"));
        }
        else
        {
            var type = (venueMarket.IsInverse ? "Inverse" : "Linear") + (listing.ExpiresAt is null ? "Perpetual" : "Futures");
            Texts(
                json,
                ("contractType", type), ("status", Status(listing)), ("baseCoin", listing.BaseAsset), ("quoteCoin", listing.QuoteAsset),
                ("launchTime", listing.ListedMs.ToString(CultureInfo.InvariantCulture)),
                ("deliveryTime", (listing.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0).ToString(CultureInfo.InvariantCulture)), ("deliveryFeeRate", ""),
                ("priceScale", listing.PriceDecimals.ToString(CultureInfo.InvariantCulture)));
            Group(json, "leverageFilter", ("minLeverage", "1"), ("maxLeverage", "100.00"), ("leverageStep", "0.01"));
            Group(json, "priceFilter", ("minPrice", tick), ("maxPrice", "1999999.98"), ("tickSize", tick));
            Group(
                json,
                "lotSizeFilter",
                ("maxOrderQty", "1190.000"),
                ("minOrderQty", step),
                ("qtyStep", step),
                ("postOnlyMaxOrderQty", "1190.000"),
                ("maxMktOrderQty", "500.000"),
                ("minNotionalValue", "5"));
            json.WriteBoolean("unifiedMarginTrade", true);
            json.WriteNumber("fundingInterval", 480);
            Texts(
                json,
                ("settleCoin", listing.SettleAsset!),
                ("copyTrading", "both"),
                ("upperFundingRate", "0.00375"),
                ("lowerFundingRate", "-0.00375"),
                ("displayName", ""));
            json.WriteBoolean("isPreListing", listing.IsComing);
            if (listing.IsComing)
            {
                WritePreListing(json, listing);
            }
            else
            {
                json.WriteNull("preListingInfo");
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The venue's word for whether it trades.</summary>
    public static string Status(Listing listing) => listing.IsComing ? "PreLaunch" : listing.IsHalted ? "Closed" : "Trading";

    private static void WritePreListing(Utf8JsonWriter json, Listing listing)
    {
        json.WriteStartObject("preListingInfo");
        json.WriteString("curAuctionPhase", "ContinuousTrading");
        json.WriteStartArray("phases");
        json.WriteStartObject();
        Texts(json, ("phase", "ContinuousTrading"), ("startTime", listing.ListedMs.ToString(CultureInfo.InvariantCulture)), ("endTime", ""));
        json.WriteEndObject();
        json.WriteEndArray();
        Group(json, "auctionFeeInfo", ("auctionFeeRate", "0"), ("takerFeeRate", "0.001"), ("makerFeeRate", "0.0004"));
        json.WriteEndObject();
    }

    private static void Group(Utf8JsonWriter json, string name, params (string Name, string Value)[] fields)
    {
        json.WriteStartObject(name);
        Texts(json, fields);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            json.WriteString(name, value);
        }
    }
}
