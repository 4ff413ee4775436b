using System.Globalization;
using OhlcvConnector;
using OhlcvConnector.Load;

// dotnet run -c Release --project tests/OhlcvConnector.Load -- [clients] [series] [seconds] [interval] [connector-wss.dll]
// The server in its own process, under clients that behave and clients that do not; then SIGTERM. Ends with 0 when nothing was lost or doubled.
// ... -- life: what LongLife says.
var program = args.Length > 4 ? Path.GetFullPath(args[4]) : Path.Combine(AppContext.BaseDirectory, "../../OhlcvConnector.Wss", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "connector-wss.dll");
if (args is ["life", .. var life])
{
    return await LongLife.RunAsync(program, life);
}

var clients = Argument(0, 1_000);
var seriesCount = Argument(1, 20);
var seconds = Argument(2, 120);
var interval = args.Length > 3 ? args[3] : "1s";
const int Bad = 5;

await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = Math.Max(20, seriesCount) });
await using var server = await ServerProcess.StartAsync(program, sandbox.BaseAddress);
using var http = new HttpClient();
using var listed = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri(server.Health, "/v1/symbols?exchange=binance&market=spot")));
var symbols = listed.RootElement.GetProperty("symbols").EnumerateArray().Take(seriesCount)
    .Select(symbol => $"\"{symbol.GetProperty("venueSymbol").GetString()}\"");
var subscribe = $$"""{"op":"subscribe","id":1,"exchange":"binance","market":"spot","symbols":[{{string.Join(',', symbols)}}],"interval":"{{interval}}"}""";

using var stop = new CancellationTokenSource();
var samples = new LatencySamples();
var good = Enumerable.Range(0, clients - (3 * Bad)).Select(_ => new LoadClient(server.Stream, subscribe, TimeProvider.System, samples)).ToList();
var running = new List<Task>();
foreach (var client in good)
{
    running.Add(client.RunAsync(stop.Token));
    if (running.Count % 50 == 0)
    {
        await Task.Delay(50); // a thousand at once is another test
    }
}

using var misbehave = new CancellationTokenSource();
var bad = new List<Task>();
for (var i = 0; i < Bad; i++)
{
    bad.Add(BadClients.DeafAsync(server.Stream, subscribe, misbehave.Token));
    bad.Add(BadClients.GarbageAsync(server.Stream, i, misbehave.Token));
    bad.Add(BadClients.VanishAsync(server.Stream, subscribe, misbehave.Token));
}

while (!good.TrueForAll(client => client.IsSubscribed))
{
    await Task.Delay(100);
}

await Task.Delay(TimeSpan.FromSeconds(5)); // until the compiler has done its work
var before = await server.MetricsAsync();
samples.IsOn = true;
var memory = new List<double>();
for (var elapsed = 0; elapsed < seconds; elapsed += 10)
{
    await Task.Delay(TimeSpan.FromSeconds(Math.Min(10, seconds - elapsed)));
    memory.Add((await server.MetricsAsync())["process_resident_memory_bytes"] / 1_048_576);
}

samples.IsOn = false;
var after = await server.MetricsAsync();
var (exit, took) = await server.TerminateAsync();
await misbehave.CancelAsync();
await Task.WhenAll(bad.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
stop.CancelAfter(TimeSpan.FromSeconds(15));
await Task.WhenAll(running);

double Change(string name) => after[name] - before[name];
var last = good.SelectMany(client => client.Last).GroupBy(entry => entry.Symbol).Select(group => group.Select(entry => entry.OpenMs).Distinct().Count())
    .ToList();
var (closeP50, closeP99, closeMax) = samples.Close;
FormattableString[] lines =
[
    $"{good.Count} clients that read, {3 * Bad} that do not behave, {seriesCount} series of {interval}, {seconds} s",
    $"closed candles received {good.Sum(client => client.Closed)}, lost {good.Sum(client => client.Lost)}, doubled {good.Sum(client => client.Doubled)}; open updates {good.Sum(client => client.Open)}",
    $"clients with a problem {good.Count(client => client.Problem is not null)} {good.FirstOrDefault(client => client.Problem is not null)?.Problem}",
    $"from a candle's end to the client: p50 {closeP50} ms, p99 {closeP99} ms, most {closeMax} ms",
    $"server: {Change("connector_deliveries_total"):0} deliveries, {Change("process_cpu_seconds_total") / Change("connector_deliveries_total") * 1e6:0.00} us of CPU each, {Change("process_cpu_seconds_total") / seconds * 100:0} % of a core, {Change("connector_bytes_sent_total") / 1_048_576:0} MiB out",
    $"server: memory in MiB every 10 s: {string.Join(' ', memory.Select(size => size.ToString("0", CultureInfo.InvariantCulture)))}",
    $"server: slow clients cut off {after["connector_slow_consumers_closed_total"]:0}, write timeouts {after["connector_write_timeouts_total"]:0}, clients that ever came {after["connector_subscribers_accepted_total"]:0}",
    $"SIGTERM: exit {exit} after {took.TotalSeconds:0.0} s; clients closed with 1001: {good.Count(client => client.CloseCode == 1001)} of {good.Count}; series whose last candle differs among clients: {last.Count(count => count > 1)}",
];
foreach (var line in lines)
{
    Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

var isGood = exit == 0 && took < TimeSpan.FromSeconds(10) && good.TrueForAll(client => client is { Lost: 0, Doubled: 0, Closed: > 0, CloseCode: 1001 });
Console.WriteLine(isGood ? "nothing lost, nothing doubled" : "NOT AS PROMISED");
return isGood ? 0 : 1;

int Argument(int index, int usual) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : usual;
