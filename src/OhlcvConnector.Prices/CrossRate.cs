using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>Prices in another currency, by that currency's own price.</summary>
internal static class CrossRate
{
    private const int Digits = 12; // behind the point: more than any exchange has, and a price of 1e-12 keeps one

    /// <summary>A price in a currency that no source has it in, by the price of that currency; unknown where there is none.</summary>
    /// <param name="unknown">The question, which no source can answer.</param>
    /// <param name="read">Asks another one.</param>
    public static async Task<TrackedPrice> TryAsync(TrackedPrice unknown, Func<PriceRequest, Task<IReadOnlyList<TrackedPrice>>> read)
    {
        var asset = (await read(new PriceRequest(unknown.Request.Symbol)).ConfigureAwait(false))[0];
        if (asset.Price is not { } price || unknown.Request.Quote is not { } currency || price.Quote == currency)
        {
            return unknown;
        }

        var rate = (await read(new PriceRequest(currency)).ConfigureAwait(false))[0];
        return Convert(asset, rate, unknown.Request) ?? unknown;
    }

    /// <summary>Converts a price; null where the rate is not in the currency that the price is in.</summary>
    /// <param name="asset">The price of the asset.</param>
    /// <param name="rate">The price of the currency that is asked for.</param>
    /// <param name="request">The question.</param>
    private static TrackedPrice? Convert(TrackedPrice asset, TrackedPrice rate, PriceRequest request)
    {
        if (asset.Price is not { } price || rate.Price is not { } currency || price.Quote != currency.Quote)
        {
            return null;
        }

        var converted = price with
        {
            Quote = currency.Symbol,
            Price = Divide(price.Price, currency.Price),
            Volume24h = price.Volume24h is { } volume ? Divide(volume, currency.Price) : null,
            Change24h = null, // what happened to the currency meanwhile is not in it, nor in the highest and the lowest price
            High24h = null,
            Low24h = null,
            Hours = null,
            LastUpdated = price.LastUpdated < currency.LastUpdated ? price.LastUpdated : currency.LastUpdated,
            Source = $"{price.Source}, {currency.Symbol}/{currency.Quote} of {currency.Source}",
        };
        var age = asset.Age > rate.Age ? asset.Age : rate.Age;
        var version = PriceRules.VersionOf(converted, asset.Disagreement);
        return new TrackedPrice(request, converted, age, asset.IsStale || rate.IsStale, Problem: null, asset.Disagreement, version);
    }

    private static decimal Divide(decimal amount, decimal rate) => decimal.Round(amount / rate, Digits);
}
