using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;
using OhlcvConnector.Prices;
using OhlcvConnector.Prices.CoinGecko;
using OhlcvConnector.Prices.Exchanges;

// Prices of two assets as they change: from the exchanges, with names and market capitalization from a second source.
await using var sandbox = await SandboxServer.StartAsync(); // leave out what names it, and everything is real
Console.WriteLine("SANDBOX: simulated prices");
await using var services = new ServiceCollection()
    .AddOhlcvConnector(options => (options.Sandbox, options.MarketClock) = (sandbox.BaseAddress, sandbox.Clock))
    .BuildServiceProvider();
await using var exchanges = new ExchangePrices(
    services.GetRequiredService<IInstrumentRepository>(), services.GetRequiredService<IPriceFeedRepository>(), sandbox.Clock);
using var names = new CoinGeckoPrices(new CoinGeckoOptions { Address = new Uri(sandbox.BaseAddress, "coingecko/api/v3"), IsSandbox = true });
await using var tracker = new PriceTracker([exchanges, names], clock: sandbox.Clock);
var left = args.Length > 0 ? int.Parse(args[0]) : int.MaxValue;
await foreach (var price in tracker.WatchAsync([new PriceRequest("BTC"), new PriceRequest("ETH")]))
{
    Console.WriteLine(price.Price is { } known
        ? $"{known.Name ?? known.Symbol} {known.Price} {known.Quote} {known.Change24h:+0.00;-0.00} % {price.Age?.TotalSeconds:0} s old"
        : $"{price.Request}: {price.Problem}");
    if (--left == 0)
    {
        break;
    }
}
