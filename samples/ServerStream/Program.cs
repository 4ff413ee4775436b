using OhlcvConnector.Client;

await using var client = ConnectorClient.Create(args[0]); // ws://127.0.0.1:8765, or several with commas between them
await foreach (var quote in client.StreamAsync("binance", "BTCUSDT", "ETH/USDT"))
{
    Console.WriteLine($"{quote.OpenTime:HH:mm} {quote.Symbol} {quote.Close} {(quote.IsClosed ? "closed" : "open")}{(client.IsSandbox ? " SANDBOX" : "")}");
}
