using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Websocket.Client;

namespace OhlcvConnector.Benchmarks.Ingest;

/// <summary>The measured process: one of several ways from the socket to the reader. Its last line is its <see cref="Measurement"/>.</summary>
internal static class IngestClient
{
    public const string Product = "product";
    public const string Pool = "pool";
    public const string Floor3 = "floor3";
    public const string Floor1 = "floor1";
    public const string Package = "package";

    private const string SubscribeAll = """{"method":"SUBSCRIBE","params":["all"],"id":1}""";

    /// <summary>Connects, reads for so long, and says what it cost.</summary>
    public static async Task RunAsync(string kind, int port, double seconds, int connections)
    {
        var meter = new Meter(seconds, countsNumbers: connections == 1);
        await (kind switch
        {
            Product => ReadProductAsync(meter, port, connections, Dispatch.Inline),
            Pool => ReadProductAsync(meter, port, connections, Dispatch.ThreadPool),
            Floor3 => ReadFloor3Async(meter, port),
            Package => ReadPackageAsync(meter, port),
            Floor1 => Task.Run(() => ReadFloor1(meter, port)),
            _ => throw new ArgumentException($"Kinds are {Product}, {Pool}, {Floor3}, {Package} and {Floor1}.", nameof(kind)),
        });
        Console.WriteLine(meter.End().ToLine());
    }

    /// <summary>The whole product, as a user has it.</summary>
    private static async Task ReadProductAsync(Meter meter, int port, int connections, Dispatch dispatch)
    {
        await using var connector = Connector.Create(options =>
        {
            options.Endpoints["binance"] = new EndpointOverride { Base = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
            options.MaxSeriesPerConnection = VenueFrames.SymbolCount / connections;
            options.Dispatch = dispatch;
        });
        var request = new StreamRequest { Exchange = "binance", Symbols = VenueFrames.Symbols("binance"), Interval = VenueFrames.Interval };
        await foreach (var quote in connector.StreamAsync(request))
        {
            if (!meter.Arrived(quote.TradeCount.GetValueOrDefault(), quote.QuoteVolume.GetValueOrDefault()))
            {
                break;
            }
        }
    }

    /// <summary>
    /// What the machine takes for receiving: a thread that blocks on a plain socket, and finds two numbers in each message; no WebSocket, no decoding.
    /// </summary>
    private static void ReadFloor1(Meter meter, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        socket.Send("GET /ws HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"u8);
        var buffer = new byte[64 * 1024];
        var length = socket.Receive(buffer); // the answer to the handshake, with nothing behind it before the subscription
        ReadOnlySpan<byte> subscription = "{\"id\":1}"u8;
        socket.Send([0x81, (byte)(0x80 | subscription.Length), 0, 0, 0, 0, .. subscription]);
        for (length = 0; ;)
        {
            length += socket.Receive(buffer.AsSpan(length));
            var frames = buffer.AsSpan(0, length);
            while (frames.Length > 4 && (frames[1] == 126 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(frames[2..]) : 2 + frames[1]) is var size
                && frames.Length >= size)
            {
                var frame = frames[..size];
                if (frame.IndexOf("\"n\":"u8) is > 0 and var n && Utf8Parser.TryParse(frame[(n + 4)..], out long number, out _)
                    && Utf8Parser.TryParse(frame[(frame.IndexOf("\"q\":\""u8) + 5)..], out decimal quoteVolume, out _) && !meter.Arrived(number, quoteVolume))
                {
                    return;
                }

                frames = frames[size..];
            }

            frames.CopyTo(buffer);
            length = frames.Length;
        }
    }

    /// <summary><see cref="ClientWebSocket"/> and <c>Utf8JsonReader</c> in a loop, without sequencer, queue or counters: FLOOR 3.</summary>
    private static async Task ReadFloor3Async(Meter meter, int port)
    {
        var table = NewTable();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(Address(port), CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes(SubscribeAll).AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += part.Count;
            if (!part.EndOfMessage)
            {
                continue;
            }

            var series = ReaderBaseline.Read("binance", buffer.AsSpan(0, length), table, out var candle);
            length = 0;
            if (series is not null && !meter.Arrived(candle.TradeCount.GetValueOrDefault(), candle.QuoteVolume.GetValueOrDefault()))
            {
                return;
            }
        }
    }

    /// <summary>
    /// The package Websocket.Client in the place of <see cref="ClientWebSocket"/>, and the same reading behind it: its cheapest way, bytes instead of strings.
    /// </summary>
    private static async Task ReadPackageAsync(Meter meter, int port)
    {
        var table = NewTable();
        var isDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = new WebsocketClient(Address(port)) { IsTextMessageConversionEnabled = false };
        using var reading = client.MessageReceived.Subscribe(message =>
        {
            var series = ReaderBaseline.Read("binance", message.Binary, table, out var candle);
            if (series is not null && !meter.Arrived(candle.TradeCount.GetValueOrDefault(), candle.QuoteVolume.GetValueOrDefault()))
            {
                isDone.TrySetResult();
            }
        });
        await client.StartOrFail();
        await client.SendInstant(SubscribeAll);
        await isDone.Task;
    }

    private static Uri Address(int port) => new(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}/ws"));

    private static SeriesTable NewTable()
    {
        var market = Venues.All.Single(venue => venue.Name == "binance").Markets[0];
        var table = new SeriesTable(market);
        foreach (var symbol in VenueFrames.Symbols("binance"))
        {
            table.Add(new Series(
                new Instrument { Exchange = "binance", Market = market.Market, VenueSymbol = symbol, Symbol = symbol, BaseAsset = symbol, QuoteAsset = "USDT" }, VenueFrames.Interval));
        }

        return table;
    }
}
