using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;
using OhlcvConnector.Prices.CoinGecko;
using OhlcvConnector.Prices.Exchanges;

namespace OhlcvConnector.Server.Prices;

/// <summary>Makes the sources of prices that settings name.</summary>
public static class PriceProviders
{
    private const string SandboxPath = "/coingecko/api/v3";

    /// <summary>Makes a source. Whoever asked for it disposes of it.</summary>
    /// <param name="name">Its name, one of <see cref="PriceSources.All"/>.</param>
    /// <param name="options">The settings.</param>
    /// <param name="instruments">The listings of the exchanges.</param>
    /// <param name="feeds">The live candles of the exchanges.</param>
    /// <param name="clock">The clock that candles are measured with.</param>
    /// <param name="sandbox">Where the simulated exchanges are; null for real ones.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public static IPriceProvider Create(
        string name, ServerOptions options, IInstrumentRepository instruments, IPriceFeedRepository feeds, TimeProvider clock, Uri? sandbox)
    {
        ArgumentNullException.ThrowIfNull(options);
        return PriceSources.Find(name) switch
        {
            PriceSources.CoinGecko => new CoinGeckoPrices(OptionsOf(options, sandbox)),
            var source => new ExchangePrices(instruments, feeds, clock, OptionsOf(options, source), options.TimeProvider, source),
        };
    }

    private static CoinGeckoOptions OptionsOf(ServerOptions options, Uri? sandbox)
    {
        var service = new CoinGeckoOptions { Key = options.CoinGeckoKey, IsSandbox = sandbox is not null };
        service.Address = options.CoinGeckoUrl ?? (sandbox is null ? service.Address : new Uri(sandbox, SandboxPath));
        return service;
    }

    private static ExchangePricesOptions OptionsOf(ServerOptions options, string source)
    {
        var settings = new ExchangePricesOptions();
        if (options.PriceQuotes.Count > 0)
        {
            settings.Quotes.Clear();
        }

        foreach (var quote in options.PriceQuotes)
        {
            settings.Quotes.Add(PriceRequest.Normalize(quote)
                ?? throw new InvalidSettingException($"{nameof(ServerOptions.PriceQuotes)} has '{quote}'; write a currency such as USDT."));
        }

        foreach (var exchange in source == PriceSources.CoinApi ? [PriceSources.CoinApi] : options.PriceExchanges)
        {
            settings.Exchanges.Add(exchange);
        }

        foreach (var place in source == PriceSources.CoinApi ? options.CoinApiExchanges : [])
        {
            settings.Places.Add(place);
        }

        return settings;
    }
}
