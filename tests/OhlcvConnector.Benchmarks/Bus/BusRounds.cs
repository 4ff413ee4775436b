using System.Diagnostics;
using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Testing;

namespace OhlcvConnector.Benchmarks.Bus;

/// <summary>
/// Publishing to a JetStream of this machine, with files: our sink beside a bare loop over NATS's own client with the same number of messages on their way, the
/// same headers and the same payload. In turn, several rounds each, in one run.
/// </summary>
internal static class BusRounds
{
    private const int Series = 64; // one message of each is on its way
    private const int PerSeries = 600;
    private const int Rounds = 7;

    /// <summary>Runs it; needs nats-server.</summary>
    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("bus-").FullName;
        using var server = await StartAsync(folder, out var port);
        var address = $"nats://127.0.0.1:{port}";
        try
        {
            var all = Enumerable.Range(0, Series).Select(index => Candles.Minutes($"S{index}USDT")).ToArray();
            await using var bare = new NatsConnection(new NatsOpts { Url = address, RequestReplyMode = NatsRequestReplyMode.Direct });
            var context = new NatsJSContext(bare);
            await using var sink = new NatsQuoteSink(new NatsBusOptions { Address = address }); // one connection each, all the time
            await RoundAsync(all, series => Ours(sink, series, 0)); // both programs' code is compiled then
            await context.PurgeStreamAsync("OHLCV", new StreamPurgeRequest());
            await RoundAsync(all, series => Bare(context, series, 0));
            List<Figures> ours = [];
            List<Figures> floor = [];
            for (var round = 1; round <= Rounds; round++)
            {
                await context.PurgeStreamAsync("OHLCV", new StreamPurgeRequest());
                floor.Add(await RoundAsync(all, series => Bare(context, series, round)));
                await context.PurgeStreamAsync("OHLCV", new StreamPurgeRequest());
                await Task.WhenAll(all.Select(series => sink.EndAsync(series)));
                ours.Add(await RoundAsync(all, series => Ours(sink, series, round)));
            }

            Say("bare NATS.Net", floor);
            Say("NatsQuoteSink", ours);
            var rate = Median(ours.Zip(floor, (one, other) => one.PerSecond / other.PerSecond));
            var tail = Median(ours.Zip(floor, (one, other) => one.P99 / other.P99));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate {rate:0.00} of the bare loop (at least 0.90), p99 {tail:0.00} x (at most 1.30); medians of {Rounds} pairs"));
            return rate >= 0.9 && tail <= 1.3 ? 0 : 1;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Func<int, Task> Ours(NatsQuoteSink sink, Series series, int round) => async index =>
    {
        if (await sink.AppendAsync(Candles.Closed(series, (round * PerSeries) + index)) != SinkOutcome.Stored)
        {
            throw new InvalidOperationException("a candle was not stored");
        }
    };

    /// <summary>What somebody writes who knows the one series that he publishes: the same headers, the same guard, the payload made before.</summary>
    private static Func<int, Task> Bare(NatsJSContext context, Series series, int round)
    {
        var subject = $"ohlcv.binance.spot.{series.VenueSymbol}.1m";
        var payload = new BusPayload(isSandbox: false).Quote(Candles.Closed(series, round * PerSeries), 1, "0123abcd");
        var last = 0UL;
        return async index =>
        {
            var openMs = Candles.Closed(series, (round * PerSeries) + index).OpenMs;
            var answer = await context.PublishAsync(
                subject, payload,
                opts: new NatsJSPubOpts { MsgId = $"{subject}:{openMs}:bare", ExpectedLastSubjectSequence = last, RetryAttempts = 1 },
                headers: new NatsHeaders
                {
                    { "Ohlcv-Version", "1" }, { "Ohlcv-Kind", "candle" }, { "Ohlcv-Seq", $"{index}" }, { "Ohlcv-Epoch", "0123abcd" },
                    { "Ohlcv-End", $"{openMs + 60_000}" }, { "Ohlcv-Label", "live" },
                });
            answer.EnsureSuccess();
            last = answer.Seq;
        };
    }

    private static async Task<Figures> RoundAsync(Series[] all, Func<Series, Func<int, Task>> publisher)
    {
        var times = new double[all.Length * PerSeries];
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(all.Select((series, at) => Task.Run(async () =>
        {
            var publish = publisher(series);
            for (var index = 0; index < PerSeries; index++)
            {
                var began = Stopwatch.GetTimestamp();
                await publish(index);
                times[(at * PerSeries) + index] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        })));
        var took = Stopwatch.GetElapsedTime(start);
        Array.Sort(times);
        return new Figures(times.Length / took.TotalSeconds, times[times.Length / 2], times[(int)(times.Length * 0.99)]);
    }

    private static void Say(string name, List<Figures> rounds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-14} {Median(rounds.Select(one => one.PerSecond)),8:0}/s   p50 {Median(rounds.Select(one => one.P50)):0.00} ms   p99 {Median(rounds.Select(one => one.P99)):0.00} ms"));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static Task<Process> StartAsync(string folder, out int port)
    {
        port = LoopbackPort.Reserve();
        var process = Process.Start(new ProcessStartInfo("nats-server", ["-js", "-a", "127.0.0.1", "-p", $"{port}", "-sd", folder]) { RedirectStandardError = true })!;
        return ReadyAsync(process);
    }

    private static async Task<Process> ReadyAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("Server is ready", StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync();
                return process;
            }
        }

        throw new InvalidOperationException("nats-server ended at once");
    }

    private sealed record Figures(double PerSecond, double P50, double P99);
}
