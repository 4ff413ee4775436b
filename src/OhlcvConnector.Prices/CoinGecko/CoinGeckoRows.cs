using System.Text.Json;
using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices.CoinGecko;

/// <summary>Reads the rows of <c>/coins/markets</c>.</summary>
internal static class CoinGeckoRows
{
    private const int Hours = 24;

    /// <summary>The prices by their symbols in capital letters; of several coins with one symbol the one with the best rank.</summary>
    public static Dictionary<string, AssetPrice> Read(JsonElement rows, string currency, string source, bool isSandbox)
    {
        var found = new Dictionary<string, (long Rank, AssetPrice Price)>(StringComparer.Ordinal);
        foreach (var row in rows.EnumerateArray())
        {
            if (row.GetProperty("symbol").GetString()?.ToUpperInvariant() is not { } symbol || Number(row, "current_price") is not { } price
                || !row.GetProperty("last_updated").TryGetDateTimeOffset(out var updated))
            {
                continue; // what has no price, or none knows when, is not known
            }

            var rank = row.TryGetProperty("market_cap_rank", out var place) && place.TryGetInt64OrNull() is { } number ? number : long.MaxValue;
            if (found.TryGetValue(symbol, out var other) && other.Rank <= rank)
            {
                continue;
            }

            found[symbol] = (rank, new AssetPrice
            {
                Symbol = symbol,
                Quote = currency,
                Price = price,
                LastUpdated = updated,
                Source = source,
                Name = row.TryGetProperty("name", out var name) ? name.GetString() : null,
                Change24h = Number(row, "price_change_percentage_24h"),
                High24h = Positive(row, "high_24h"),
                Low24h = Positive(row, "low_24h"),
                Volume24h = Positive(row, "total_volume"),
                Supply = Positive(row, "circulating_supply") ?? SupplyOf(Positive(row, "market_cap"), price),
                Hours = HoursOf(row),
                IsSandbox = isSandbox,
            });
        }

        return found.ToDictionary(pair => pair.Key, pair => pair.Value.Price, StringComparer.Ordinal);
    }

    private static decimal? SupplyOf(decimal? marketCap, decimal price) => marketCap is { } cap && price > 0 ? cap / price : null;

    /// <summary>The last 24 of the week's hourly prices; null where there are not so many.</summary>
    private static decimal[]? HoursOf(JsonElement row)
    {
        if (!row.TryGetProperty("sparkline_in_7d", out var week) || week.ValueKind != JsonValueKind.Object
            || !week.TryGetProperty("price", out var prices) || prices.GetArrayLength() < Hours)
        {
            return null;
        }

        return [.. prices.EnumerateArray().Skip(prices.GetArrayLength() - Hours).Select(price => price.GetDecimal())];
    }

    /// <summary>Zero is how such services write what they do not know.</summary>
    private static decimal? Positive(JsonElement row, string name) => Number(row, name) is { } number && number > 0 ? number : null;

    private static decimal? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : null;

    private static long? TryGetInt64OrNull(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
