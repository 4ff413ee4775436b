using OhlcvConnector;

await using var sandbox = await SandboxServer.StartAsync(); // leave out these two lines, and the option below, for the real exchange
Console.WriteLine("SANDBOX: simulated candles");
await using var connector = Connector.Create(options => options.Sandbox = sandbox.BaseAddress);
var left = args.Length > 0 ? int.Parse(args[0]) : int.MaxValue;
await foreach (var quote in connector.StreamAsync("binance", "BTCUSDT", "ETH/USDT"))
{
    Console.WriteLine($"{quote.OpenTime:HH:mm} {quote.Symbol} {quote.Close} {(quote.IsClosed ? "closed" : "open")}");
    if (--left == 0)
    {
        break;
    }
}
