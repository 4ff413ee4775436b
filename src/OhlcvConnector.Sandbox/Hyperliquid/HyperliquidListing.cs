using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>Hyperliquid's listings: perpetuals by exchange, spot tokens and pairs, with or without their market's state.</summary>
internal static class HyperliquidListing
{
    /// <summary>The answer to a type of request; null when it is none of these.</summary>
    public static byte[]? Answer(string? type, string? dex, HyperliquidBooks books) => type switch
    {
        "meta" => Json.Write(json => WriteMeta(json, Perpetuals(books, dex))),
        "perpDexs" => Json.Write(WriteDexs),
        "allPerpMetas" => Json.Write(json =>
        {
            json.WriteStartArray();
            WriteMeta(json, Perpetuals(books, null));
            WriteMeta(json, Perpetuals(books, HyperliquidBooks.Builder));
            json.WriteEndArray();
        }),
        "metaAndAssetCtxs" => Json.Write(json => WriteWithContexts(json, Perpetuals(books, dex), WriteMeta, isSpot: false)),
        "spotMeta" => Json.Write(json => WriteSpotMeta(json, [.. books.Spot.Listings])),
        "spotMetaAndAssetCtxs" => Json.Write(json => WriteWithContexts(json, [.. books.Spot.Listings], WriteSpotMeta, isSpot: true)),
        "allMids" => Json.Write(json =>
        {
            json.WriteStartObject();
            foreach (var listing in books.Perpetuals.Listings.Concat(books.Spot.Listings))
            {
                json.WriteString(listing.Symbol, Price(listing));
            }

            json.WriteEndObject();
        }),
        _ => null,
    };

    private static List<Listing> Perpetuals(HyperliquidBooks books, string? dex) =>
        [.. books.Perpetuals.Listings.Where(listing => string.IsNullOrEmpty(dex) ? !listing.Symbol.Contains(':', StringComparison.Ordinal) : listing.Symbol.StartsWith(dex + ":", StringComparison.Ordinal))];

    private static string Price(Listing listing) => ((decimal)listing.BasePrice).ToString("0.0#########", CultureInfo.InvariantCulture);

    private static void WriteMeta(Utf8JsonWriter json, List<Listing> listings)
    {
        json.WriteStartObject();
        json.WriteStartArray("universe");
        foreach (var listing in listings)
        {
            json.WriteStartObject();
            json.WriteNumber("szDecimals", listing.SizeDecimals);
            json.WriteString("name", listing.Symbol);
            json.WriteNumber("maxLeverage", 40);
            json.WriteNumber("marginTableId", 54);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("marginTables");
        json.WriteEndArray();
        json.WriteNumber("collateralToken", 0);
        json.WriteEndObject();
    }

    private static void WriteDexs(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteNullValue();
        json.WriteStartObject();
        json.WriteString("name", HyperliquidBooks.Builder);
        json.WriteString("fullName", "XYZ");
        json.WriteString("deployer", "0x0000000000000000000000000000000000000001");
        json.WriteNull("oracleUpdater");
        json.WriteNull("feeRecipient");
        json.WriteStartArray("assetToStreamingOiCap");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>The numbers in a pair's tokens are the tokens' index values, not their places in the list.</summary>
    private static void WriteSpotMeta(Utf8JsonWriter json, List<Listing> listings)
    {
        json.WriteStartObject();
        json.WriteStartArray("universe");
        for (var i = 0; i < listings.Count; i++)
        {
            var name = listings[i].Symbol;
            json.WriteStartObject();
            json.WriteStartArray("tokens");
            json.WriteNumberValue(TokenIndex(i));
            json.WriteNumberValue(0);
            json.WriteEndArray();
            json.WriteString("name", name);
            json.WriteNumber("index", name[0] == '@' ? int.Parse(name[1..], CultureInfo.InvariantCulture) : 0);
            json.WriteBoolean("isCanonical", name[0] != '@');
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("tokens");
        WriteToken(json, "USDC", 0, 8);
        for (var i = 0; i < listings.Count; i++)
        {
            WriteToken(json, listings[i].BaseAsset, TokenIndex(i), listings[i].SizeDecimals);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int TokenIndex(int place) => place == 0 ? 1 : 149 + place;

    private static void WriteToken(Utf8JsonWriter json, string name, int index, int decimals)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteNumber("szDecimals", decimals);
        json.WriteNumber("weiDecimals", 8);
        json.WriteNumber("index", index);
        json.WriteString("tokenId", "0x" + Noise.Hash(3, index).ToString("x32", CultureInfo.InvariantCulture));
        json.WriteBoolean("isCanonical", index < 2);
        json.WriteNull("evmContract");
        json.WriteNull("fullName");
        json.WriteEndObject();
    }

    private static void WriteWithContexts(Utf8JsonWriter json, List<Listing> listings, Action<Utf8JsonWriter, List<Listing>> meta, bool isSpot)
    {
        json.WriteStartArray();
        meta(json, listings);
        json.WriteStartArray();
        foreach (var listing in listings)
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
