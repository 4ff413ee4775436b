using OhlcvConnector.Application.Prices;
using OhlcvConnector.Prices;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Prices;

/// <summary>A question for prices of assets.</summary>
internal sealed record PriceQuery
{
    private const int MaxAssets = 100;

    /// <summary>What is asked for, in its order: the asset as it is shown, and the question; null where nothing can have such a name.</summary>
    public required IReadOnlyList<(string Shown, PriceRequest? Request)> Assets { get; init; }

    /// <summary>The questions among them.</summary>
    public required IReadOnlyList<PriceRequest> Requests { get; init; }

    /// <summary>A number of all that is asked, but for the key: the same on every server.</summary>
    public required ulong Fingerprint { get; init; }

    /// <summary>What is answered of each.</summary>
    public required PriceFieldSet Fields { get; init; }

    /// <summary>How many prices of the last day; 0 for none.</summary>
    public int Sparkline { get; init; }

    /// <summary>How old a price may be; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Reads a question.</summary>
    /// <exception cref="RequestException">It is wrong.</exception>
    public static PriceQuery Read(RestQuery query, RestRoute route)
    {
        query.Check();
        string[] symbols = route == RestRoute.AssetPrice
            ? [query.SymbolOfPath]
            : query.Required("symbols").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var quote = query.Text("quote") is not { } written ? null
            : PriceRequest.Normalize(written) ?? throw RestQuery.Bad("'quote' must be a currency, such as USDT.");
        List<(string, PriceRequest?)> assets =
        [
            .. symbols
                .Select(symbol => PriceRequest.Normalize(symbol) is { } name ? (name, new PriceRequest(name, quote)) : (Shown(symbol), (PriceRequest?)null))
                .Distinct(),
        ];
        if (assets.Count is 0 or > MaxAssets)
        {
            throw RestQuery.Bad($"'symbols' must name 1 to {MaxAssets} assets, such as BTC,ETH; it names {assets.Count}.");
        }

        var isStream = route == RestRoute.AssetPriceStream;
        return new PriceQuery
        {
            Assets = assets,
            Fingerprint = FingerprintOf(query),
            Requests = [.. assets.Select(asset => asset.Item2).OfType<PriceRequest>()],
            Fields = PriceFieldSet.Read(query.Text("fields")),
            Sparkline = isStream ? 0 : query.Whole(RestRoute.Sparkline),
            MaxAge = isStream || query.Text(RestRoute.MaxAge.Name) is null ? null : TimeSpan.FromSeconds(query.Whole(RestRoute.MaxAge)),
        };
    }

    private static ulong FingerprintOf(RestQuery query)
    {
        var print = new Fingerprint();
        print.Add(query.Context.Request.Path.Value);
        foreach (var (name, values) in query.Context.Request.Query)
        {
            if (!name.Equals(ConnectionGate.KeyQuery, StringComparison.OrdinalIgnoreCase))
            {
                print.Add(name);
                print.Add(values.ToString());
            }
        }

        return print.Value;
    }

    private static string Shown(string symbol) => symbol.Length <= 30 ? symbol : symbol[..30] + "...";
}
