using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>Hyperliquid's spot tokens and pairs.</summary>
internal static class HyperliquidSpotListing
{
    /// <summary>Largest index of a token that is its place in the list; beyond, numbers are left out.</summary>
    private const int DenseTokens = 460;

    // index and name as the venue numbers them; what lies between trades against nothing here
    private static readonly Dictionary<int, string> Tokens = new()
    {
        [0] = "USDC",
        [1] = "PURR",
        [150] = "HYPE",
        [197] = "UBTC",
        [221] = "UETH",
        [235] = "USDE",
        [254] = "USOL",
        [268] = "USDT0",
        [HyperliquidMarkets.OtherCollateral] = "USDH",
        [473] = "LATE",
    };

    private static readonly Dictionary<string, int> Indices = Tokens.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Writes the listing of spot. The numbers in a pair's tokens are the tokens' index values, not their places in the list.</summary>
    public static void Write(Utf8JsonWriter json, List<Listing> listings)
    {
        json.WriteStartObject();
        json.WriteStartArray("universe");
        foreach (var listing in listings)
        {
            json.WriteStartObject();
            json.WriteStartArray("tokens");
            json.WriteNumberValue(Indices[listing.BaseAsset]);
            json.WriteNumberValue(Indices[listing.QuoteAsset]);
            json.WriteEndArray();
            json.WriteString("name", listing.Symbol);
            json.WriteNumber("index", listing.Symbol[0] == '@' ? int.Parse(listing.Symbol[1..], CultureInfo.InvariantCulture) : 0);
            json.WriteBoolean("isCanonical", listing.Symbol[0] != '@');
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var decimals = listings.GroupBy(listing => listing.BaseAsset).ToDictionary(group => group.Key, group => group.First().SizeDecimals);
        json.WriteStartArray("tokens");
        foreach (var index in Enumerable.Range(0, DenseTokens).Concat(Tokens.Keys.Where(index => index >= DenseTokens).Order()))
        {
            var name = Tokens.GetValueOrDefault(index) ?? $"T{index:D3}";
            WriteToken(json, name, index, decimals.GetValueOrDefault(name, index == 0 ? 8 : 2));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

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
}
