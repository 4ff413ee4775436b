using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>The sources of prices that settings can name.</summary>
public static class PriceSources
{
    /// <summary>The connector's own candles.</summary>
    public const string Exchanges = "exchanges";

    /// <summary>A CoinGecko-like service.</summary>
    public const string CoinGecko = "coingecko";

    /// <summary>The candles of CoinAPI, for its key.</summary>
    public const string CoinApi = "coinapi";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Exchanges, CoinApi, CoinGecko];

    internal static string Range => string.Join(", ", All);

    /// <summary>Returns the sources that settings name, in their order; the exchanges where they name none.</summary>
    /// <param name="options">The settings.</param>
    public static IReadOnlyList<string> Of(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.PriceProviders.Count == 0 ? [Exchanges] : [.. options.PriceProviders.Select(Find).Distinct()];
    }

    /// <summary>Returns a source's name as it is written.</summary>
    /// <param name="name">The name in any case.</param>
    /// <exception cref="InvalidSettingException">There is no such source.</exception>
    public static string Find(string name) => All.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidSettingException($"There is no source of prices '{name}'; {Nearest.Words(name, All)}");

    /// <summary>Returns those of the sources that settings name which are polled.</summary>
    /// <param name="options">The settings.</param>
    public static IReadOnlyList<string> Polled(ServerOptions options) => [.. Of(options).Where(name => name == CoinGecko)];

    internal static void Check(ServerOptions options) => Of(options);
}
