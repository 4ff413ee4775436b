using System.Globalization;
using OhlcvConnector;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;

// History to a CSV file, with progress: HistoryToCsv [days] [file]
var days = args.Length > 0 ? int.Parse(args[0]) : 7;
var path = args.Length > 1 ? args[1] : "btc.csv";

await using var sandbox = await SandboxServer.StartAsync(); // leave out these two lines, and the option below, for the real exchange
Console.WriteLine("SANDBOX: simulated candles");
await using var connector = Connector.Create(options => options.Sandbox = sandbox.BaseAddress);

var to = Interval.OneMinute.Floor(DateTimeOffset.UtcNow);
var from = to.AddDays(-days);
var total = Interval.OneMinute.CountBetween(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
var written = 0L;
await using var file = new StreamWriter(path);
await file.WriteLineAsync("time,open,high,low,close,volume");
await foreach (var candle in connector.HistoryAsync(new HistoryRequest { Exchange = "binance", Symbol = "BTC/USDT", From = from, To = to }))
{
    if (candle.GapBefore is { } gap)
    {
        Console.Error.WriteLine($"none from {gap.From:u} to {gap.To:u}: {gap.Reason}");
    }

    await file.WriteLineAsync(string.Create(
        CultureInfo.InvariantCulture, $"{candle.OpenTime:yyyy-MM-ddTHH:mm:ssZ},{candle.Open},{candle.High},{candle.Low},{candle.Close},{candle.Volume}"));
    if (++written % 1000 == 0 || written == total)
    {
        Console.Error.Write($"\r{written * 100 / total,3} % of {total} candles");
    }
}

Console.Error.WriteLine();
Console.WriteLine($"{written} candles in {path}");
