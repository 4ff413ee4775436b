using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;

// Two days of minutes kept in an archive, then read again out of it, as hours: ArchiveAndQuery [file]
var path = args.Length > 0 ? args[0] : "candles.db";

await using var sandbox = await SandboxServer.StartAsync(); // leave out these two lines, the option below, and say isSimulated: false, for the real exchange
Console.WriteLine("SANDBOX: simulated candles");
var services = new ServiceCollection();
services.AddOhlcvConnector(options => options.Sandbox = sandbox.BaseAddress);
services.AddSingleton<ICandleArchive>(_ => SqliteCandleArchive.Open(path, isSimulated: true));
await using var provider = services.BuildServiceProvider();
var connector = provider.GetRequiredService<Connector>();

var to = Interval.OneHour.Floor(DateTimeOffset.UtcNow);
var minutes = new HistoryRequest { Exchange = "binance", Symbol = "BTC/USDT", From = to.AddDays(-2), To = to };
Console.WriteLine($"{await CountAsync(false)} minutes from the exchange, {await CountAsync(true)} from the archive");

var hours = connector.HistoryAsync(minutes).Resample(Interval.OneHour);
await foreach (var hour in hours.Where(hour => hour.OpenTime >= to.AddHours(-3)))
{
    Console.WriteLine($"{hour.OpenTime:HH:mm} {hour.Symbol} {hour.Close} {hour.Volume}");
}

async Task<int> CountAsync(bool isFromArchive) => await connector.HistoryAsync(minutes).CountAsync(candle => candle.IsFromArchive == isFromArchive);
