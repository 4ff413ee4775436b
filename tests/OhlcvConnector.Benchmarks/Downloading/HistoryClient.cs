using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application;
using OhlcvConnector.Cli;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks.Downloading;

/// <summary>What downloading cost a process, by its runs after those that warmed it up.</summary>
/// <param name="Rows">Rows of all runs.</param>
/// <param name="CpuMicroseconds">User and system time.</param>
/// <param name="Seconds">How long they took.</param>
/// <param name="AllocatedBytes">Managed bytes allocated.</param>
/// <param name="Sum">The sum of all closes of a run, which all kinds must agree on; 0 where it is not known.</param>
internal sealed record DownloadCost(long Rows, double CpuMicroseconds, double Seconds, long AllocatedBytes, decimal Sum);

/// <summary>The measured process: one of several ways to download the same history. Its last line is its <see cref="DownloadCost"/>.</summary>
internal static class HistoryClient
{
    public const int Rows = 181 * 1440;
    public const string Floor = "floor";
    public const string Product = "product";
    public const string Csv = "csv";
    public const string Json = "json";

    /// <summary>The market's clock: so fast that no budget is waited for.</summary>
    private const double ClockSpeed = 1_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Downloads until it is warm, then so often again, and says what that cost.</summary>
    public static async Task RunAsync(string kind, string venue, int port, int runs, int rows)
    {
        using var floor = new HistoryFloor(venue, port);
        var clock = new SandboxClock(TimeProvider.System, DateTimeOffset.UtcNow, ClockSpeed);
        await using var venues = Connector.Create(options =>
        {
            options.Endpoints[venue] = new EndpointOverride { Base = Address(port) };
            options.MarketClock = clock;
        });
        var connector = new Connector(new KnownInstruments(venues.Instruments, [Instrument(venue)]), venues.History, venues.Feeds, clock, venues.Diagnose);
        var start = Stopwatch.GetTimestamp();
        do
        {
            await OnceAsync();
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);

        var (cpu, allocated, began) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        var (count, sum) = (0L, 0m);
        for (var run = 0; run < runs; run++)
        {
            (var read, sum) = await OnceAsync();
            count += read;
        }

        var cost = new DownloadCost(
            count, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds, Stopwatch.GetElapsedTime(began).TotalSeconds,
            GC.GetTotalAllocatedBytes() - allocated, sum);
        Console.WriteLine(JsonSerializer.Serialize(cost));

        async Task<(long Rows, decimal Closes)> OnceAsync()
        {
            var (total, closes) = (0L, 0m);
            foreach (var (fromMs, toMs) in Ranges(venue, rows, clock.GetUtcNow()))
            {
                var (one, part) = kind switch
                {
                    Floor => await floor.ReadAsync(fromMs, toMs),
                    Product => await ReadAsync(connector, venue, fromMs, toMs),
                    _ => await WriteAsync(kind, port, fromMs, toMs),
                };
                total += one;
                closes += part;
            }

            return (total, closes);
        }
    }

    /// <summary>So many rows, in one range; of venues that keep only their newest rows the same ones again and again.</summary>
    private static IEnumerable<(long FromMs, long ToMs)> Ranges(string venue, int rows, DateTimeOffset now)
    {
        var most = venue switch { "gateio" => 8 * 999, "hyperliquid" => 4_000, _ => rows };
        var toMs = most < rows
            ? (now.ToUnixTimeMilliseconds() / HistoryPages.MinuteMs - 10) * HistoryPages.MinuteMs
            : HistoryPages.FirstMs + (190 * 1440 * HistoryPages.MinuteMs);
        for (var left = rows; left > 0; left -= most)
        {
            yield return (toMs - (Math.Min(left, most) * HistoryPages.MinuteMs), toMs);
        }
    }

    private static async Task<(long Rows, decimal Closes)> ReadAsync(Connector connector, string venue, long fromMs, long toMs)
    {
        var (rows, closes) = (0L, 0m);
        await foreach (var quote in connector.HistoryAsync(new HistoryRequest
        {
            Exchange = venue,
            Symbol = HistoryPages.Symbol(venue),
            From = DateTimeOffset.FromUnixTimeMilliseconds(fromMs),
            To = DateTimeOffset.FromUnixTimeMilliseconds(toMs),
        }))
        {
            rows++;
            closes += quote.Close;
        }

        return (rows, closes);
    }

    /// <summary>The command <c>history</c>, in this process, so that it is as warm as the others.</summary>
    private static async Task<(long Rows, decimal Closes)> WriteAsync(string output, int port, long fromMs, long toMs)
    {
        using var lines = new LineCounter();
        var terminal = new CliTerminal { Output = lines, Error = Console.Error, Input = Stream.Null, Variable = _ => null };
        string[] args =
        [
            "history", "binance", "BTCUSDT", "--from", fromMs.ToString(CultureInfo.InvariantCulture), "--to", toMs.ToString(CultureInfo.InvariantCulture),
            "--output", output, "--base-url", Address(port).ToString(),
        ];
        var code = await CliProgram.RunAsync(args, terminal, CancellationToken.None);
        return code == 0 ? (lines.Count - (output == Csv ? 1 : 0), 0) : throw new InvalidOperationException($"history ended with {code}.");
    }

    private static Uri Address(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private static Instrument Instrument(string venue) => new()
    {
        Exchange = venue,
        Market = venue == "hyperliquid" ? Market.UsdMargined : Market.Spot,
        VenueSymbol = HistoryPages.Symbol(venue),
        Symbol = "BTC/USDT",
        BaseAsset = "BTC",
        QuoteAsset = "USDT",
    };

    /// <summary>Takes what is written, and counts its lines.</summary>
    private sealed class LineCounter : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => Count += buffer.Count((byte)'\n');

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
