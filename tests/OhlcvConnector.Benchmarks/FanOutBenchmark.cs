using BenchmarkDotNet.Attributes;
using OhlcvConnector.Benchmarks.FanOut;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Benchmarks;

/// <summary>What a quote costs the server without the system's sending: encoding it once, and handing it to one of 500 clients in bursts of 20.</summary>
[MemoryDiagnoser]
public class FanOutBenchmark : IDisposable
{
    private const int Clients = 500;
    private const int Burst = 20;

    private readonly Broadcast _broadcast = new(new ServerCounters(), new Senders(moreThreads: 0));
    private readonly V1Encoding _v1 = new("COIN00/USDT", AsStrings: false, IsSandbox: false);
    private readonly LegacyEncoding _ancestor = new("binance", "spot", "COIN00/USDT", IsSandbox: false);
    private SeriesChannel[] _channels = [];
    private PriceQuote[] _quotes = [];
    private int _turn;

    [GlobalSetup]
    public void Setup()
    {
        _channels = [.. Enumerable.Range(0, VenueFrames.SymbolCount).Select(
            i => new SeriesChannel(SyntheticFeed.SeriesOf(i), memory: 500, _broadcast.Changes))];
        _quotes = [.. _channels.Select((channel, i) => SyntheticFeed.NewQuote(channel.Series, i))];
        for (var i = 0; i < Clients; i++)
        {
            var outbox = new Outbox(new OpenWire(), 10_000, TimeSpan.FromSeconds(30), TimeProvider.System, new ServerCounters(), () => []);
            foreach (var channel in _channels)
            {
                var subscriber = new Subscriber(outbox, new V1Encoding(channel.Series.VenueSymbol, AsStrings: false, IsSandbox: false), closedOnly: false);
                channel.Attach(subscriber);
                channel.GoLive(subscriber, DateTimeOffset.UtcNow);
            }
        }

        _broadcast.Flush();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _broadcast.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int EncodeV1() => _v1.Quote(new Published(_quotes[0], 1), DateTimeOffset.UnixEpoch).Length;

    [Benchmark]
    public int EncodeLegacy() => _ancestor.Quote(new Published(_quotes[0], 1), DateTimeOffset.UnixEpoch).Length;

    [Benchmark(OperationsPerInvoke = Clients * Burst)]
    public void Deliver()
    {
        for (var i = 0; i < Burst; i++)
        {
            var index = _turn++ % _channels.Length;
            _broadcast.Publish(_channels[index], _quotes[index], DateTimeOffset.UnixEpoch);
        }

        _broadcast.Flush();
    }

    private sealed class OpenWire : IWire
    {
        public bool IsOpen => true;

        public int TrySend(ReadOnlySpan<byte> bytes) => bytes.Length;

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
