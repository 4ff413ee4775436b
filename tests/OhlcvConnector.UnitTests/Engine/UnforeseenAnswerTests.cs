using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>Whatever comes back over the wire, a caller sees the exception that is documented, and soon.</summary>
public sealed class UnforeseenAnswerTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> Answers = new()
    {
        ["an empty object"] = Text("{}"),
        ["an empty array"] = Text("[]"),
        ["nothing"] = Text(""),
        ["null"] = Text("null"),
        ["a number"] = Text("7"),
        ["a page"] = Text("<html><body>Bad gateway</body></html>", "text/html"),
        ["half an object"] = Text("""{"code":"0","data":[["1"""),
        ["an array where an object is documented"] = Text("""[{"symbols":[]},{"code":"0"},{"retCode":0}]"""),
        ["objects where arrays are documented"] = Text("""{"symbols":{},"code":"0","data":{},"retCode":0,"result":{"list":{}},"universe":{},"tokens":{}}"""),
        ["nulls"] = Text("""{"symbols":null,"code":"0","data":null,"retCode":0,"result":null,"universe":null,"tokens":null}"""),
        ["names of the wrong type"] = Text("""{"symbols":[7,null,[]],"code":"0","data":[7,null,[]],"retCode":0,"result":{"list":[7,null,[]]},"universe":[7],"tokens":[7]}"""),
        ["absurd times"] = Text("""[[9223372036854775807,"1","1","1","1","1",9223372036854775807,"1",1,"1","1","0"]]"""),
        ["absurd numbers"] = Text("""[[1767225600000,"1e999","1e999","1e999","1e999","1e999",1,"1e999",99999999999999999999,"1","1","0"]]"""),
        ["a depth without end"] = Text(new string('[', 100_000)),
        ["bytes that are no text"] = Answer("application/json", "", [0xff, 0xfe, 0x00, 0x7b, 0xc3]),
        ["damaged gzip"] = Answer("application/json", "Content-Encoding: gzip\r\n", [.. Zip("[]")[..8], 1, 2, 3, 4]),
        ["text that says it is gzip"] = Answer("application/json", "Content-Encoding: gzip\r\n", "[]"u8.ToArray()),
        ["text that says it is brotli"] = Answer("application/json", "Content-Encoding: br\r\n", "[[]]"u8.ToArray()),
        ["an encoding that nobody knows"] = Answer("application/json", "Content-Encoding: secret\r\n", [9, 9, 9]),
        ["a body that is cut off"] = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[["),
        ["no HTTP"] = Encoding.ASCII.GetBytes("220 mail.example.org ESMTP\r\n"),
        ["a hundred million zeros"] = Answer("application/json", "Content-Encoding: gzip\r\n", Zip(new string('0', 100_000_000))),
    };

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private byte[] _answer = [];

    public UnforeseenAnswerTests()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public static TheoryData<string> Kinds => [.. Answers.Keys];

    public void Dispose() => _listener.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_market_of_every_exchange_says_that_it_was_not_usable_or_finds_nothing(string kind)
    {
        _answer = Answers[kind];
        var soon = new SandboxClock(TimeProvider.System, TimeProvider.System.GetUtcNow(), speed: 1_000); // what is absent is asked for again after pauses
        var options = new ConnectorOptions { RestAttempts = 1, CircuitBreakerFailureThreshold = 100, MarketClock = soon };
        foreach (var venue in Venues.All)
        {
            options.Endpoints[venue.Name] = new EndpointOverride { Base = new Uri($"http://{_listener.LocalEndpoint}") };
        }

        await using var repositories = new VenueRepositories(Venues.All, options, NullLoggerFactory.Instance);
        foreach (var venue in Venues.All)
        {
            foreach (var market in venue.Markets)
            {
                await OnlyWhatIsDocumentedAsync(() => repositories.ListAsync(venue.Name, market.Market), venue.Name);
                foreach (var interval in (Interval[])[market.Intervals.Historic[0], market.Intervals.Historic[^1]])
                {
                    var series = new Series(Instrument(exchange: venue.Name, market: market.Market), interval);
                    await OnlyWhatIsDocumentedAsync(async () => await ReadAsync(repositories, series), series.ToString());
                }
            }
        }
    }

    private static async Task<int> ReadAsync(VenueRepositories repositories, Series series)
    {
        var count = 0;
        await foreach (var quote in repositories.ReadAsync(
            series, DateTimeOffset.FromUnixTimeMilliseconds(T0), DateTimeOffset.FromUnixTimeMilliseconds(T0 + 3_600_000)))
        {
            quote.CloseTime.ShouldBeGreaterThan(quote.OpenTime);
            count++;
        }

        return count;
    }

    private static async Task OnlyWhatIsDocumentedAsync(Func<Task> read, string of)
    {
        try
        {
            await read();
        }
        catch (Exception exception) when (exception is ExchangeUnavailableException or SubscriptionRejectedException)
        {
            exception.Message.ShouldNotBeNullOrWhiteSpace(of);
        }
    }

    private static byte[] Text(string body, string type = "application/json") => Answer(type, "", Encoding.UTF8.GetBytes(body));

    private static byte[] Answer(string type, string header, byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n{header}Content-Length: {body.Length}\r\n\r\n"), .. body];

    private static byte[] Zip(string text)
    {
        using var output = new MemoryStream();
        using (var zip = new GZipStream(output, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var buffer = new byte[64 * 1024];
            if (await client.GetStream().ReadAsync(buffer) > 0)
            {
                await client.GetStream().WriteAsync(_answer);
                client.Client.Shutdown(SocketShutdown.Send);
                _ = await client.GetStream().ReadAsync(buffer); // a request's body, or the other's end
            }
        }
    }
}
