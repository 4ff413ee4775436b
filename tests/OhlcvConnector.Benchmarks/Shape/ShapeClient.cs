using System.Globalization;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OhlcvConnector.Application;
using OhlcvConnector.Benchmarks.Downloading;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Benchmarks.Shape;

/// <summary>The measured process: all venues, read in one of several ways. Its last line is its <see cref="ShapeCost"/>.</summary>
internal static class ShapeClient
{
    public const string Product = "product";
    public const string Floor3 = "floor3";
    public const string Many = "many";
    public const int ManySeries = 1_000;

    private const double ClockSpeed = 1_000; // of the market, so that an exchange's limit of new connections is waited for in milliseconds

    /// <summary>Connects, reads, measures, and ends the process.</summary>
    /// <param name="kind">The way.</param>
    /// <param name="ports">The venues' ports.</param>
    /// <param name="warmUp">Time before measuring begins.</param>
    /// <param name="time">Time that is measured.</param>
    /// <param name="perConnection">Series on one connection; as many connections as that takes.</param>
    public static async Task RunAsync(string kind, int[] ports, TimeSpan warmUp, TimeSpan time, int perConnection)
    {
        var meter = new ShapeMeter();
        var reading = kind switch
        {
            Product => ReadProductAsync(meter, ports, perConnection),
            Many => HoldManyAsync(ports, perConnection),
            _ => ReadFloor3Async(meter, ports),
        };
        await Task.WhenAny(reading, meter.MeasureAsync(warmUp, time));
        await reading; // it ended first: with its error
    }

    private static async Task ReadProductAsync(ShapeMeter meter, int[] ports, int perConnection)
    {
        await using var venues = Connector.Create(options =>
        {
            options.StreamTls = new() { RemoteCertificateValidationCallback = IsOurs };
            options.MaxSeriesPerConnection = perConnection;
            options.CloseByTrades = false;
            foreach (var (venue, port) in ShapeVenue.All.Zip(ports))
            {
                options.Endpoints[venue.Name] = new EndpointOverride { Base = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{port}")) };
            }
        });
        var connector = new Connector(new KnownInstruments(venues.Instruments, Instruments()), venues.History, venues.Feeds, TimeProvider.System, venues.Diagnose);
        await foreach (var quote in connector.StreamAsync([.. ShapeVenue.All.Select(venue => new StreamRequest
        {
            Exchange = venue.Name,
            Market = venue.Market,
            Symbols = [.. Enumerable.Range(0, ShapeVenue.SymbolCount).Select(venue.Symbol)],
            Interval = ShapeVenue.Interval,
        })]))
        {
            meter.Arrived(quote.Volume.GetValueOrDefault());
        }
    }

    /// <summary>A thousand series of one venue, on as many connections as is said.</summary>
    private static async Task HoldManyAsync(int[] ports, int perConnection)
    {
        var clock = new SandboxClock(TimeProvider.System, DateTimeOffset.UtcNow, ClockSpeed);
        await using var venues = Connector.Create(options =>
        {
            options.StreamTls = new() { RemoteCertificateValidationCallback = IsOurs };
            options.MaxSeriesPerConnection = perConnection;
            options.MarketClock = clock;
            options.Endpoints["binance"] = new EndpointOverride { Base = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{ports[0]}")) };
        });
        var instruments = Enumerable.Range(0, ManySeries).Select(number => Instrument(ShapeVenue.All[0], number)).ToList();
        var connector = new Connector(new KnownInstruments(venues.Instruments, instruments), venues.History, venues.Feeds, clock, venues.Diagnose);
        await foreach (var _ in connector.StreamAsync(new StreamRequest
        {
            Exchange = "binance",
            Symbols = [.. instruments.Select(instrument => instrument.VenueSymbol)],
            Interval = Interval.OneMonth,
        }))
        {
            // what comes is of another interval, so that nothing is delivered: it is connections that are looked at
        }
    }

    /// <summary>A <see cref="ClientWebSocket"/> and <c>Utf8JsonReader</c> in a loop for each connection.</summary>
    private static Task ReadFloor3Async(ShapeMeter meter, int[] ports) => Task.WhenAll(ShapeVenue.All.Zip(ports).SelectMany(
        venue => Enumerable.Range(0, ShapeVenue.SymbolCount / ShapeVenue.SymbolsPerConnection).Select(connection => ReadAsync(meter, venue.First, venue.Second, connection))));

    private static async Task ReadAsync(ShapeMeter meter, ShapeVenue venue, int port, int connection)
    {
        var facts = Venues.All.Single(one => one.Name == venue.Name).Markets.Single(one => one.Market == venue.Market);
        var table = new SeriesTable(facts);
        foreach (var instrument in Instruments().Where(one => one.Exchange == venue.Name))
        {
            table.Add(new Series(instrument, ShapeVenue.Interval));
        }

        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = IsOurs;
        await socket.ConnectAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"wss://127.0.0.1:{port}/ws")), CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes(venue.SubscribeAll(connection)).AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None);
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

            var frame = buffer.AsSpan(0, length);
            length = 0;
            if (frame.IndexOf("subscri"u8) < 0 && frame.IndexOf("\"result\":null"u8) < 0 && ReaderBaseline.Read(venue.Name, frame, table, out var candle) is not null)
            {
                meter.Arrived((venue.Name == "gateio" ? candle.QuoteVolume : candle.Volume).GetValueOrDefault());
            }
        }
    }

    /// <summary>The server signs its certificate itself.</summary>
    private static bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate?.Subject == "CN=127.0.0.1";

    private static List<Instrument> Instruments() =>
        [.. ShapeVenue.All.SelectMany(venue => Enumerable.Range(0, ShapeVenue.SymbolCount).Select(number => Instrument(venue, number)))];

    private static Instrument Instrument(ShapeVenue venue, int number) => new()
    {
        Exchange = venue.Name,
        Market = venue.Market,
        VenueSymbol = venue.Symbol(number),
        Symbol = venue.Symbol(number),
        BaseAsset = $"COIN{number:000}",
        QuoteAsset = "USDT",
    };
}
