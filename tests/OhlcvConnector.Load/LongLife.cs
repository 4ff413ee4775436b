using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.Load;

/// <summary>
/// The server's long life in short: 500 series of five exchanges whose time runs faster, clients that come and go with other series, connections to the
/// exchanges that break. Memory, handles, threads and timers are sampled all the while; the run itself says whether they stay flat, and draws them.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/OhlcvConnector.Load -- life [minutes] [speed] [picture.svg]</c>: 12 minutes at 60 times, which are 12 hours of the
/// market, if nothing else is said; 720 minutes at 1 are 12 hours of everybody.
/// </remarks>
internal static class LongLife
{
    private const int SymbolsOfVenue = 100;
    private const int Guests = 30;
    private const int Samples = 240;
    private static readonly TimeSpan BetweenBreaks = TimeSpan.FromSeconds(20);
    private static readonly string[] Intervals = ["1m", "5m", "15m"];
    // the last one publishes no quiet minutes, so that of its candles none is known to be lost
    private static readonly (string Exchange, string Market)[] Venues =
        [("binance", "spot"), ("okx", "spot"), ("bybit", "spot"), ("gateio", "spot"), ("hyperliquid", "usdm")];

    /// <summary>Runs it; 0 when everything stayed flat and nothing was lost or doubled.</summary>
    public static async Task<int> RunAsync(string program, string[] args)
    {
        var minutes = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 12;
        var speed = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 60;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = SymbolsOfVenue, Speed = speed });
        await using var server = await ServerProcess.StartAsync(
            program, sandbox.BaseAddress, "--set", "MaxSeriesPerClient=1500"); // of an address, and all clients here come from one
        var symbols = new Dictionary<string, string[]>();
        foreach (var (exchange, market) in Venues)
        {
            symbols.Add(exchange, await SymbolsAsync(server, exchange, market));
        }

        using var stop = new CancellationTokenSource();
        var ages = new LatencySamples();
        var residents = Venues.Select(venue => new LoadClient(server.Stream, Subscribe(venue, symbols[venue.Exchange], "1m"), sandbox.Clock, ages)).ToList();
        var running = residents.Select(client => client.RunAsync(stop.Token)).ToList();
        running.AddRange(Enumerable.Range(0, Guests).Select(seed => ComeAndGoAsync(server, symbols, sandbox.Clock, seed, stop.Token)));
        running.Add(BreakAsync(sandbox, stop.Token));

        var life = TimeSpan.FromMinutes(minutes);
        var lines = await SampleAsync(server, life);
        var flat = lines.Select(line => line.Judge()).ToList();
        var (lost, doubled) = (residents.SkipLast(1).Sum(client => client.Lost), residents.Sum(client => client.Doubled));
        var closed = residents.Sum(client => client.Closed);
        var gone = Venues.Zip(residents, running).Where(stayed => stayed.Third.IsCompleted || stayed.Second.Closed == 0).ToList();
        gone.ForEach(one => Console.WriteLine(
            $"{one.First.Exchange}: {one.Second.Closed} closed, {one.Second.Open} open candles; {one.Second.Problem ?? $"the server ended it with {one.Second.CloseCode}"}"));
        await stop.CancelAsync();
        await Task.WhenAll(running);

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{symbols.Values.Sum(list => list.Length)} series of 1m, {Guests} clients that come and go, {minutes} minutes at {speed} times; closed candles of those who stayed {closed}, lost {lost}, doubled {doubled}"));
        Console.WriteLine("| what | first | last | drift over the run | noise | flat |");
        Console.WriteLine("|---|---|---|---|---|---|");
        flat.ForEach(verdict => Console.WriteLine(verdict.Row));
        if (args.Length > 2)
        {
            var title = string.Create(CultureInfo.InvariantCulture, $"{minutes * speed / 60:0.#} hours of the market, 500 series");
            await File.WriteAllTextAsync(args[2], FlatLine.Draw(lines, title));
        }

        var isGood = flat.TrueForAll(verdict => verdict.IsFlat) && lost == 0 && doubled == 0 && gone.Count == 0;
        Console.WriteLine(isGood ? "flat, nothing lost, nothing doubled" : "NOT AS PROMISED");
        return isGood ? 0 : 1;
    }

    private static async Task<List<FlatLine>> SampleAsync(ServerProcess server, TimeSpan life)
    {
        var lines = new List<FlatLine> { new("resident memory, MB"), new("handles"), new("threads"), new("timers") };
        var start = Stopwatch.GetTimestamp();
        for (var sample = 1; sample <= Samples; sample++)
        {
            var due = (life * sample / Samples) - Stopwatch.GetElapsedTime(start);
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero);
            var at = Stopwatch.GetElapsedTime(start).TotalMinutes;
            lines[0].Add(at, server.ResidentBytes / 1e6);
            lines[1].Add(at, server.Handles);
            lines[2].Add(at, server.Threads);
            lines[3].Add(at, await server.TimersAsync());
        }

        return lines;
    }

    /// <summary>Comes, has some series for a while, and leaves without a word; again and again.</summary>
    private static async Task ComeAndGoAsync(
        ServerProcess server, Dictionary<string, string[]> symbols, TimeProvider clock, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        while (!cancellationToken.IsCancellationRequested)
        {
            var venue = Venues[random.Next(Venues.Length)];
            var some = symbols[venue.Exchange].OrderBy(_ => random.Next()).Take(random.Next(1, 10)).ToArray();
            using var stay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stay.CancelAfter(TimeSpan.FromSeconds(random.Next(2, 20)));
            var subscribe = Subscribe(venue, some, Intervals[random.Next(Intervals.Length)]);
            await new LoadClient(server.Stream, subscribe, clock, new LatencySamples()).RunAsync(stay.Token);
        }
    }

    /// <summary>Breaks all connections of one exchange after the other.</summary>
    private static async Task BreakAsync(SandboxServer sandbox, CancellationToken cancellationToken)
    {
        try
        {
            for (var turn = 0; ; turn++)
            {
                await Task.Delay(BetweenBreaks, cancellationToken);
                sandbox.DropConnections(Venues[turn % Venues.Length].Exchange);
            }
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }

    private static async Task<string[]> SymbolsAsync(ServerProcess server, string exchange, string market)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(server.Health, $"/v1/symbols?exchange={exchange}&market={market}"));
        using var listed = JsonDocument.Parse(text);
        return [.. listed.RootElement.GetProperty("symbols").EnumerateArray()
            .Where(symbol => !symbol.TryGetProperty("isTrading", out var trading) || trading.GetBoolean())
            .Select(symbol => symbol.GetProperty("venueSymbol").GetString()!).Take(SymbolsOfVenue)];
    }

    private static string Subscribe((string Exchange, string Market) venue, string[] symbols, string interval) =>
        $$"""{"op":"subscribe","id":1,"exchange":"{{venue.Exchange}}","market":"{{venue.Market}}","symbols":[{{string.Join(',', symbols.Select(symbol => $"\"{symbol}\""))}}],"interval":"{{interval}}"}""";
}
