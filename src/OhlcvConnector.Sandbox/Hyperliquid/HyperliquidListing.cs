using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>Hyperliquid's listings: perpetuals by exchange, and spot, with or without their market's state.</summary>
internal static class HyperliquidListing
{
    private const int MaxLeverage = 40;
    private const int TieredTable = 56;

    /// <summary>The answer to a type of request; null when it is none of these.</summary>
    public static byte[]? Answer(string? type, string? dex, HyperliquidMarkets markets, VenueWorld world) => type switch
    {
        "exchangeStatus" => Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNull("specialStatuses");
            json.WriteNumber("time", world.NowMs);
            json.WriteEndObject();
        }),
        "meta" => Json.Write(json => WriteMeta(json, Perpetuals(markets, dex, world))),
        "perpDexs" => Json.Write(WriteDexs),
        "allPerpMetas" => Json.Write(json =>
        {
            json.WriteStartArray();
            foreach (var dex in (string?[])[null, .. HyperliquidMarkets.Builders])
            {
                WriteMeta(json, Perpetuals(markets, dex, world));
            }

            json.WriteEndArray();
        }),
        "metaAndAssetCtxs" => Json.Write(json => WriteWithContexts(json, Perpetuals(markets, dex, world), WriteMeta, isSpot: false)),
        "spotMeta" => Json.Write(json => HyperliquidSpotListing.Write(json, [.. markets.Spot.Listings])),
        "spotMetaAndAssetCtxs" => Json.Write(json => WriteWithContexts(json, [.. markets.Spot.Listings], HyperliquidSpotListing.Write, isSpot: true)),
        "allMids" => Json.Write(json =>
        {
            json.WriteStartObject();
            foreach (var listing in markets.Perpetuals.Listings.Concat(markets.Spot.Listings))
            {
                json.WriteString(listing.Symbol, Price(listing));
            }

            json.WriteEndObject();
        }),
        _ => null,
    };

    private static List<Listing> Perpetuals(HyperliquidMarkets markets, string? dex, VenueWorld world) =>
        [
            .. markets.Perpetuals.Listings.Select(world.AsListed)
            .Where(
                listing => string.IsNullOrEmpty(dex)
                    ? !listing.Symbol.Contains(':', StringComparison.Ordinal)
                    : listing.Symbol.StartsWith(dex + ":", StringComparison.Ordinal)),
        ];

    private static string Price(Listing listing) => ((decimal)listing.BasePrice).ToString("0.0#########", CultureInfo.InvariantCulture);

    /// <summary>Returns the margin table's number of a leverage, which the same answer explains.</summary>
    private static int MarginTable(int leverage) => leverage == MaxLeverage ? TieredTable : leverage;

    private static void WriteMeta(Utf8JsonWriter json, List<Listing> listings)
    {
        json.WriteStartObject();
        json.WriteStartArray("universe");
        foreach (var listing in listings)
        {
            json.WriteStartObject();
            json.WriteNumber("szDecimals", listing.SizeDecimals);
            json.WriteString("name", listing.Symbol);
            json.WriteNumber("maxLeverage", Leverage(listing));
            json.WriteNumber("marginTableId", MarginTable(Leverage(listing)));
            if (listing.IsHalted)
            {
                json.WriteBoolean("isDelisted", true); // such marks are there only when they are true
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("marginTables");
        foreach (var leverage in listings.Select(Leverage).Distinct().Order())
        {
            json.WriteStartArray();
            json.WriteNumberValue(MarginTable(leverage));
            json.WriteStartObject();
            json.WriteString("description", leverage == MaxLeverage ? "tiered 40x" : "");
            json.WriteStartArray("marginTiers");
            WriteTier(json, "0.0", leverage);
            if (leverage == MaxLeverage)
            {
                WriteTier(json, "150000000.0", leverage / 2);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumber("collateralToken", listings.Exists(listing => listing.QuoteAsset != "USDC") ? HyperliquidMarkets.OtherCollateral : 0);
        json.WriteEndObject();
    }

    private static int Leverage(Listing listing) => listing.BaseAsset is "BTC" or "ETH" ? MaxLeverage : 10;

    private static void WriteTier(Utf8JsonWriter json, string from, int leverage)
    {
        json.WriteStartObject();
        json.WriteString("lowerBound", from);
        json.WriteNumber("maxLeverage", leverage);
        json.WriteEndObject();
    }

    private static void WriteDexs(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteNullValue();
        foreach (var builder in HyperliquidMarkets.Builders)
        {
            json.WriteStartObject();
            json.WriteString("name", builder);
            json.WriteString("fullName", builder.ToUpperInvariant());
            json.WriteString("deployer", "0x0000000000000000000000000000000000000001");
            json.WriteNull("oracleUpdater");
            json.WriteNull("feeRecipient");
            json.WriteStartArray("assetToStreamingOiCap");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteWithContexts(Utf8JsonWriter json, List<Listing> listings, Action<Utf8JsonWriter, List<Listing>> meta, bool isSpot)
    {
        json.WriteStartArray();
        meta(json, listings);
        json.WriteStartArray();
        foreach (var listing in isSpot ? listings.AsEnumerable().Reverse() : listings) // on spot they are not in the universe's order
        {
            json.WriteStartObject();
            foreach (var name in isSpot ? (string[])["prevDayPx", "markPx", "midPx"] : ["prevDayPx", "markPx", "midPx", "oraclePx"])
            {
                json.WriteString(name, Price(listing));
            }

            json.WriteString("dayNtlVlm", "0.0");
            json.WriteString("dayBaseVlm", "0.0");
            if (isSpot)
            {
                json.WriteString("coin", listing.Symbol);
                json.WriteString("circulatingSupply", "0.0");
            }
            else
            {
                json.WriteString("funding", "0.0000125");
                json.WriteString("openInterest", "0.0");
                json.WriteString("premium", "0.0");
                json.WriteStartArray("impactPxs");
                json.WriteStringValue(Price(listing));
                json.WriteStringValue(Price(listing));
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndArray();
    }
}
