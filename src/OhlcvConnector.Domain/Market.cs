using System.Diagnostics.CodeAnalysis;

namespace OhlcvConnector.Domain;

/// <summary>Market of an exchange: the kind of contract that is traded, by what it is margined in.</summary>
public enum Market
{
    /// <summary>The coin itself.</summary>
    Spot,

    /// <summary>Derivatives margined in dollars or a dollar coin: linear perpetuals and futures.</summary>
    UsdMargined,

    /// <summary>Derivatives margined in the coin: inverse perpetuals and futures.</summary>
    CoinMargined,
}

/// <summary>The names of <see cref="Market"/>s: the one that is written, and all that are read.</summary>
public static class MarketNames
{
    /// <summary>Names that <see cref="Parse"/> reads, all of them, with their market; the written name comes first.</summary>
    public static IReadOnlyList<(Market Market, IReadOnlyList<string> Names)> All { get; } =
    [
        (Market.Spot, ["spot"]),
        (Market.UsdMargined, ["usdm", "um", "usd-m", "usd_m", "usdt-m", "linear", "swap", "perp", "perpetual", "futures"]),
        (Market.CoinMargined, ["coinm", "cm", "coin-m", "coin_m", "inverse"]),
    ];

    /// <summary>The written name: <c>spot</c>, <c>usdm</c> or <c>coinm</c>.</summary>
    public static string Name(this Market market) => market switch
    {
        Market.Spot => "spot",
        Market.UsdMargined => "usdm",
        Market.CoinMargined => "coinm",
        _ => throw new ArgumentOutOfRangeException(nameof(market), market, "Not a market."),
    };

    /// <summary>Reads a market's name or alias, in any case.</summary>
    /// <exception cref="FormatException">No market has this name.</exception>
    public static Market Parse(string text) => TryParse(text, out var market)
        ? market
        : throw new FormatException($"'{text}' is not a market. Use {string.Join("; ", All.Select(entry => string.Join(", ", entry.Names)))}.");

    /// <summary>Reads a market's name or alias as <see cref="Parse"/> does, and says whether it could.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Market market)
    {
        foreach (var (candidate, names) in All)
        {
            if (names.Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                market = candidate;
                return true;
            }
        }

        market = default;
        return false;
    }
}
