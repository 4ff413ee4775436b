using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class SlowConsumerTests
{
    private const string Everything = """{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT","ETHUSDT","SOLUSDT"],"interval":"1s"}""";

    [Fact]
    public async Task Who_does_not_read_is_told_and_cut_off_with_4008_and_nobody_else_notices()
    {
        await using var stage = await ServerStage.SetAsync(speed: 400, configure: options =>
        {
            options.ClosedQueueCapacity = 2_000;
            options.PingInterval = TimeSpan.Zero;
        });
        await using var good = await stage.ConnectAsync();
        await good.SayAsync(Everything);
        var checkers = new Dictionary<string, CandleChecker>();
        await using var slow = await RawReader.ConnectAsync(stage.Server.StreamAddress);
        await slow.SayAsync(Everything);
        var counters = stage.Server.Hub.Counters;
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var quote = await good.ReadAsync("quote");
                CandleChecker.Of(checkers, quote).Read(quote);
            }
        });
        await Eventually.TrueAsync(() => counters.SlowClosed == 1 || reading.IsFaulted, "the slow one is cut off");
        var seen = checkers.Values.ToList().Sum(checker => checker.Count);
        var (last, close) = await slow.ReadToEndAsync();

        close.ShouldBe(4008);
        last.ShouldContain("\"code\":\"slow_consumer\"");
        counters.Dropped.ShouldBeGreaterThan(0);
        await Eventually.TrueAsync(() => counters.Clients == 1, "it is gone");
        await Eventually.TrueAsync(() => checkers.Values.ToList().Sum(checker => checker.Count) > seen + 30, "the other one goes on");
        await stop.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task A_dead_peer_is_found_by_ping()
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.PingInterval = TimeSpan.FromSeconds(1);
            options.PingTimeout = TimeSpan.FromSeconds(1);
        });
        await using var dead = await RawReader.ConnectAsync(stage.Server.StreamAddress);
        await dead.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Clients == 1, "it is there");
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Clients == 0, "it answers no ping, and is given up");

        stage.Server.Hub.Counters.Subscriptions.ShouldBe(0);
    }

    /// <summary>A client with a small window that reads only when it is told to.</summary>
    private sealed class RawReader : IAsyncDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));
        private NetworkStream? _stream;

        public static async Task<RawReader> ConnectAsync(Uri address)
        {
            var reader = new RawReader();
            await reader._socket.ConnectAsync(IPAddress.Loopback, address.Port);
            reader._stream = new NetworkStream(reader._socket);
            await reader._stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray());
            var (seen, one) = (0, new byte[1]);
            while (seen < 4)
            {
                await reader._stream.ReadExactlyAsync(one, reader._patience.Token);
                seen = one[0] == "\r\n\r\n"[seen] ? seen + 1 : one[0] == '\r' ? 1 : 0;
            }

            return reader;
        }

        public Task SayAsync(string text)
        {
            var payload = System.Text.Encoding.UTF8.GetBytes(text);
            return _stream!.WriteAsync((byte[])[0x81, 0xFE, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload]).AsTask();
        }

        /// <summary>Reads all that there is to the close frame: the last text, and the code.</summary>
        public async Task<(string Last, int Close)> ReadToEndAsync()
        {
            using var socket = WebSocket.CreateFromStream(_stream!, new WebSocketCreationOptions());
            var (buffer, last) = (new byte[1_000_000], "");
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer.AsMemory(), _patience.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return (last, (int)socket.CloseStatus!.Value);
                }

                last = System.Text.Encoding.UTF8.GetString(buffer, 0, result.Count);
            }
        }

        public ValueTask DisposeAsync()
        {
            _socket.Dispose();
            _patience.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
