using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Testing;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>
/// A broker as it comes from the distribution, in a process of its own, to which the same messages are published over one connection, all of a moment in one
/// write. What it uses is that process's alone: making the messages and publishing them is not counted.
/// </summary>
#pragma warning disable CA1001 // lives as long as its process
internal sealed class BrokerServer
#pragma warning restore CA1001
{
    public const string RedisProgram = "redis-server";
    public const string NatsProgram = "nats-server";

    /// <summary>The channel, or subject, that has all messages.</summary>
    public const string Channel = "q";

    private const int TicksPerSecond = 100; // of the kernel's accounts
    private const int UserTime = 11;        // fields after the name in /proc/N/stat
    private const int SystemTime = 12;
    private const int ResidentPages = 21;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly bool _isRedis;
    private readonly Process _process;
    private readonly Socket _publisher;
    private readonly OhlcvConnector.Domain.Series[] _series = [.. Enumerable.Range(0, VenueFrames.SymbolCount).Select(i => SyntheticFeed.SeriesOf(i))];
    private readonly MemoryStream _burst = new();
    private readonly byte[] _answers = new byte[64 * 1024];

    private BrokerServer(bool isRedis, Process process, Socket publisher, int port)
    {
        (_isRedis, _process, _publisher, Port) = (isRedis, process, publisher, port);
        _publisher.Blocking = false;
    }

    public int Port { get; }

    public static BrokerServer Start(string kind)
    {
        var isRedis = kind == ServerKind.Redis;
        var port = LoopbackPort.Reserve();
        string[] args = isRedis
            ? ["--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--appendonly", "no"]
            : ["-a", "127.0.0.1", "-p", $"{port}"];
        var start = new ProcessStartInfo(isRedis ? RedisProgram : NatsProgram, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new BrokerServer(isRedis, process, Dial(port, process), port);
    }

    /// <summary>Publishes so many messages.</summary>
    public void Send(long first, int count)
    {
        _burst.SetLength(0);
        for (var i = 0; i < count; i++)
        {
            var series = _series[(first + i) % _series.Length];
            var frame = new V1Encoding(series.VenueSymbol, AsStrings: false, IsSandbox: false)
                .Quote(new Server.FanOut.Clients.Published(SyntheticFeed.NewQuote(series, first + i), 1), DateTimeOffset.UtcNow);
            var payload = frame.AsSpan(KestrelFloor.HeaderOfFrame);
            _burst.Write(Encoding.ASCII.GetBytes(_isRedis
                ? $"*3\r\n$7\r\nPUBLISH\r\n$1\r\n{Channel}\r\n${payload.Length}\r\n"
                : $"PUB {Channel} {payload.Length}\r\n"));
            _burst.Write(payload);
            _burst.Write("\r\n"u8);
        }

        while (_publisher.Receive(_answers, SocketFlags.None, out var error) > 0 && error == SocketError.Success)
        {
            // how many got it, and so on
        }

        _publisher.Blocking = true;
        _publisher.Send(_burst.GetBuffer().AsSpan(0, (int)_burst.Length));
        _publisher.Blocking = false;
    }

    /// <summary>What the broker's process has used.</summary>
    public ServerUsage Usage(long offered)
    {
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ServerUsage(1e6 / TicksPerSecond * (Field(UserTime) + Field(SystemTime)), 0, 0, Field(ResidentPages) * Environment.SystemPageSize, offered);

        long Field(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
    }

    private static Socket Dial(int port, Process process)
    {
        for (var watch = Stopwatch.StartNew(); ; Thread.Sleep(20))
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return socket;
            }
            catch (SocketException) when (watch.Elapsed < Patience && !process.HasExited)
            {
                socket.Dispose();
            }
        }
    }
}
