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
    public const string Bare = "bare";
    public const string Many = "many";
    public const int ManySeries = 1_000;

    private const int Connectors = 4;

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
            Bare => BareReader.ReadAsync(meter, ports),
            Many => HoldManyAsync(ports, perConnection),
            _ => ReadFloor3Async(meter, ports),
        };
        await await Task.WhenAny(reading, meter.MeasureAsync(warmUp, time)); // whoever ends before the process does has failed
    }

    /// <summary>The server signs its certificate itself.</summary>
    public static bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate?.Subject == "CN=127.0.0.1";

    private static async Task ReadProductAsync(ShapeMeter meter, int[] ports, int perConnection)
    {
        await using var venues = Connector.Create(options =>
        {
            options.StreamTls = new() { RemoteCertificateValidationCallback = IsOurs };
            options.MaxSeriesPerConnection = perConnection;
            options.CloseByTrades = false;
            foreach (var (venue, port) in ShapeVenue.All.Zip(ports))
            {
                options.Endpoints[venue.Name] = new EndpointOverride { Base = Address("https", port, "") };
            }
        });
        var known = new KnownInstruments(venues.Instruments, Instruments());
        var connector = new Connector(known, venues.History, venues.Feeds, TimeProvider.System, venues.Diagnose);
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

    /// <summary>
    /// A thousand series of one venue, on as many connections as is said; four connectors have them, for of one the venue takes but 300 new connections in five
    /// minutes.
    /// </summary>
    private static Task HoldManyAsync(int[] ports, int perConnection) =>
        Task.WhenAll(Enumerable.Range(0, Connectors).Select(part => Task.Run(() => HoldAsync(ports[0], perConnection, part * ManySeries / Connectors))));

    private static async Task HoldAsync(int port, int perConnection, int first)
    {
        var instruments = Enumerable.Range(first, ManySeries / Connectors).Select(number => Instrument(ShapeVenue.All[0], number)).ToList();
        await using var venues = Connector.Create(options =>
        {
            options.StreamTls = new() { RemoteCertificateValidationCallback = IsOurs };
            options.MaxSeriesPerConnection = perConnection;
            options.Endpoints["binance"] = new EndpointOverride { Base = Address("https", port, "") };
        });
        var connector = new Connector(
            new KnownInstruments(venues.Instruments, instruments), venues.History, venues.Feeds, TimeProvider.System, venues.Diagnose);
        await foreach (var _ in connector.StreamAsync(new StreamRequest
        {
            Exchange = "binance",
            Symbols = [.. instruments.Select(instrument => instrument.VenueSymbol)],
            Interval = ShapeVenue.Interval,
        }))
        {
            // it is connections that are looked at
        }
    }

    /// <summary>A <see cref="ClientWebSocket"/> and <c>Utf8JsonReader</c> in a loop for each connection.</summary>
    private static Task ReadFloor3Async(ShapeMeter meter, int[] ports)
    {
        var connections = Enumerable.Range(0, ShapeVenue.SymbolCount / ShapeVenue.SymbolsPerConnection).ToList();
        return Task.WhenAll(ShapeVenue.All.Zip(ports).SelectMany(venue => connections.Select(one => ReadAsync(meter, venue.First, venue.Second, one))));
    }

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
        await socket.ConnectAsync(Address("wss", port, "/ws"), CancellationToken.None);
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
            var isCandle = frame.IndexOf("subscri"u8) < 0 && frame.IndexOf("\"result\":null"u8) < 0;
            if (isCandle && ReaderBaseline.Read(venue.Name, frame, table, out var candle) is not null)
            {
                meter.Arrived((venue.Name == "gateio" ? candle.QuoteVolume : candle.Volume).GetValueOrDefault());
            }
        }
    }

    private static Uri Address(string scheme, int port, string path) => new(string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}{path}"));

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
