using OhlcvConnector;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Prices.Streams;

// Five exchanges side by side, with the spread between the lowest and the highest price. Ends after as many lines as the first argument says.
await using var sandbox = await SandboxServer.StartAsync(); // leave out these two lines, and the option below, for the real exchanges
Console.WriteLine("SANDBOX: simulated candles");
await using var connector = Connector.Create(options => options.Sandbox = sandbox.BaseAddress);

StreamRequest[] requests =
[
    new() { Exchange = "binance", Symbols = ["BTC/USDT"] },
    new() { Exchange = "okx", Symbols = ["BTC/USDT"], Market = Market.Spot },
    new() { Exchange = "bybit", Symbols = ["BTC/USDT"] },
    new() { Exchange = "gateio", Symbols = ["BTC/USDT"] },
    new() { Exchange = "hyperliquid", Symbols = ["BTC"], Market = Market.UsdMargined },
];
using var stop = new CancellationTokenSource();
var streams = new FollowedQuotes();
var following = streams.FollowAsync(connector.StreamAsync(requests, stop.Token), stop.Token);

using var everySecond = new PeriodicTimer(TimeSpan.FromSeconds(1));
for (var left = args.Length > 0 ? int.Parse(args[0]) : int.MaxValue; left > 0 && !following.IsFaulted; await everySecond.WaitForNextTickAsync())
{
    var quotes = streams.Quotes;
    if (quotes.Count < requests.Length)
    {
        continue; // not all have said something
    }

    var spread = quotes.Max(quote => quote.Close) - quotes.Min(quote => quote.Close);
    Console.WriteLine($"{string.Join("  ", quotes.Select(quote => $"{quote.Exchange} {quote.Close:0.00}"))}  spread {spread:0.00}");
    left--;
}

await stop.CancelAsync();
try
{
    await following; // throws what went wrong, if anything did
}
catch (OperationCanceledException)
{
    // as asked
}
