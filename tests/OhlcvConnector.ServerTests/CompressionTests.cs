using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.ServerTests.BadInput;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>permessage-deflate (RFC 7692) between the server and its clients: how it is agreed, and what comes and goes with it.</summary>
public class CompressionTests
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    private const byte Text = 0x01;
    private const byte Final = 0x80;
    private const byte Packed = 0x40;

    [Theory]
    [InlineData("permessage-deflate", 2, "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits", 2, "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits=\"10\"", 2, "permessage-deflate; client_no_context_takeover")]
    [InlineData("x-webkit-deflate-frame, permessage-deflate;client_max_window_bits = 9", 2, "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=12; client_max_window_bits=12", 2, "permessage-deflate; client_no_context_takeover; server_max_window_bits=12")]
    [InlineData("permessage-deflate; server_max_window_bits=15", 2, "permessage-deflate; client_no_context_takeover; server_max_window_bits=12")]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover", 1, "permessage-deflate; client_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate", 2, "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=11", 0, null)]
    [InlineData("permessage-deflate; server_max_window_bits", 0, null)]
    [InlineData("permessage-deflate; server_max_window_bits=16", 0, null)]
    [InlineData("permessage-deflate; server_max_window_bits=012", 0, null)]
    [InlineData("permessage-deflate; server_max_window_bits=+12", 0, null)]
    [InlineData("permessage-deflate; client_max_window_bits=7", 0, null)]
    [InlineData("permessage-deflate; client_max_window_bits=", 0, null)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", 0, null)]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover", 0, null)]
    [InlineData("permessage-deflate; level=9", 0, null)]
    [InlineData("permessage-deflate;", 0, null)]
    [InlineData("permessage-bzip2", 0, null)]
    [InlineData(",;,=\"", 0, null)]
    [InlineData("", 0, null)]
    public void The_first_offer_that_can_be_met_is_taken_and_others_are_as_if_they_were_not_there(string offers, int packing, string? answer) =>
        DeflateOffer.Choose(offers).ShouldBe(((Packing)packing, answer));

    [Fact]
    public void Offers_of_several_headers_are_read_in_order() =>
        DeflateOffer.Choose(new(["permessage-deflate; level=9", "permessage-deflate; server_no_context_takeover"])).Packing.ShouldBe(Packing.Alone);

    [Fact]
    public async Task Who_does_not_offer_it_gets_plain_frames_and_who_does_gets_the_same_messages()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var plain = await RawClient.OpenAsync(stage.Server.StreamAddress);
        await using var packed = await RawClient.OpenAsync(stage.Server.StreamAddress, Offer);
        plain.Answer.ShouldNotContain("Extensions");
        packed.Answer.ShouldContain("Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n");
        await using var client = await stage.ConnectAsync(Deflate);
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT","ETHUSDT"],"closed_only":true,"snapshot":20}""");
        var checkers = new Dictionary<string, CandleChecker>();
        while (checkers.Count < 2 || checkers.Values.Any(checker => checker.Count < 3))
        {
            var quote = await client.ReadAsync("quote");
            CandleChecker.Of(checkers, quote).Read(quote);
        }
    }

    [Fact]
    public async Task Who_resumes_with_compression_gets_each_candle_once()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        DateTimeOffset last;
        await using (var first = await stage.ConnectAsync(Deflate))
        {
            await first.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true}""");
            last = (await first.ReadAsync("quote")).Time("open_time");
        }

        await using var again = await stage.ConnectAsync(Deflate);
        await again.SayAsync($$"""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true,"resume_from":"{{last.AddMinutes(1):yyyy-MM-ddTHH:mm:ssZ}}"}""");
        while (last < stage.Sandbox.Clock.GetUtcNow().AddMinutes(-2))
        {
            var message = await again.ReadAsync() ?? throw new InvalidOperationException("The server closed.");
            var candles = message.Text("type") switch
            {
                "snapshot" => message.GetProperty("candles").EnumerateArray().ToList(),
                "quote" => [message],
                _ => [],
            };
            foreach (var candle in candles)
            {
                candle.Time("open_time").ShouldBe(last.AddMinutes(1));
                last = candle.Time("open_time");
            }
        }
    }

    [Fact]
    public async Task Quotes_leave_compressed_and_answers_do_not()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress, Offer);
        await raw.FrameAsync(Final | Text, """{"op":"subscribe","id":"echo","exchange":"binance","symbols":["BTCUSDT"]}"""u8.ToArray());
        var plain = new List<string>();
        for (var packed = 0; packed < 3;)
        {
            var (first, payload) = await raw.ReadWholeFrameAsync();
            (first & ~Packed).ShouldBe(Final | Text);
            var isPacked = (first & Packed) != 0;
            var text = Encoding.UTF8.GetString(isPacked ? Inflate(payload) : payload);
            text.StartsWith("""{"type":"ack""", StringComparison.Ordinal).ShouldBe(!isPacked, text);
            packed += isPacked ? 1 : 0;
            plain.Add(text);
        }

        plain.ShouldContain(text => text.Contains("\"id\":\"echo\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_compressed_message_in_fragments_is_read_and_so_is_the_next_which_knows_nothing_of_it()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress, Offer);
        for (var id = 0; id < 3; id++)
        {
            var message = Deflated(Encoding.ASCII.GetBytes($$"""{"op":"ping","id":{{id}}}"""));
            await raw.FrameAsync(Packed | Text, message[..5]);
            await raw.FrameAsync(0x89, "between"u8.ToArray()); // a ping between fragments is right
            await raw.FrameAsync(0x00, message[5..6]);
            await raw.FrameAsync(0x00, []);
            await raw.FrameAsync(Final, message[6..]);

            (await raw.ReadFrameAsync()).Kind.ShouldBe(0xA);
            Encoding.ASCII.GetString((await raw.ReadFrameAsync()).Payload).ShouldContain($"\"id\":{id}");
        }

        await raw.FrameAsync(Final | Text, """{"op":"ping","id":"plain"}"""u8.ToArray());
        Encoding.ASCII.GetString((await raw.ReadFrameAsync()).Payload).ShouldContain("\"id\":\"plain\"");
    }

    [Fact]
    public async Task A_bomb_ends_with_1009_and_is_not_inflated()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress, Offer);
        await raw.FrameAsync(Final | Text, """{"op":"ping","id":1}"""u8.ToArray());
        await raw.ReadFrameAsync();
        var before = GC.GetTotalAllocatedBytes();
        await raw.FrameAsync(Final | Packed | Text, Deflated(new byte[50_000_000])); // 48 KB of zeros

        Encoding.ASCII.GetString((await raw.ReadFrameAsync()).Payload).ShouldContain("A message may have 65536 bytes");
        (await raw.ReadFrameAsync()).Payload[..2].ShouldBe([1009 >> 8, 1009 & 0xFF]);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(120_000_000, "the test's own array, and its compressed copy");
    }

    [Theory]
    [InlineData(Final | Packed | Text, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, 1007)] // no deflate
    [InlineData(Final | Packed, new byte[] { 0xAA }, 1002)]                          // on a continuation of nothing
    [InlineData(Final | 0x20 | Text, new byte[] { 1 }, 1002)]                        // RSV2
    [InlineData(Final | 0x10 | Text, new byte[] { 1 }, 1002)]                        // RSV3
    [InlineData(Final | Packed | 0x9, new byte[] { 1 }, 1002)]                       // a ping cannot be compressed
    [InlineData(Final | Packed | 0x9, new byte[0], 1002)]
    [InlineData(Final | Packed | 0xA, new byte[] { 1 }, 1002)]                       // nor a pong
    [InlineData(Final | Packed | 0x8, new byte[] { 3, 232 }, 1002)]                  // nor a close
    public async Task Frames_against_the_rules_end_the_connection(int first, byte[] payload, int code)
    {
        await using var stage = await ServerStage.SetAsync();
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress, Offer);
        await raw.FrameAsync((byte)first, payload);

        var (kind, said) = await raw.ReadFrameAsync();
        kind.ShouldBe(0x8);
        ((said[0] << 8) | said[1]).ShouldBe(code);
    }

    [Fact]
    public async Task A_stop_says_goodbye_after_what_was_compressed()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var client = await stage.ConnectAsync(Deflate);
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT","ETHUSDT"]}""");
        await client.ReadAsync("quote");
        var stopping = stage.Server.StopAsync();
        (await client.ReadToEndAsync()).ShouldAllBe(message => message.Text("type") != null);
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
        await client.CloseAsync();
        await stopping;
    }

    private static void Deflate(ClientWebSocket socket) => socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();

    private static byte[] Inflate(byte[] payload)
    {
        using var inflating = new DeflateStream(new MemoryStream([.. payload, 0, 0, 0xFF, 0xFF]), CompressionMode.Decompress);
        var text = new byte[64 * 1024];
        return text[..inflating.Read(text)];
    }

    private static byte[] Deflated(byte[] message)
    {
        var output = new MemoryStream();
        using var deflating = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true);
        deflating.Write(message);
        deflating.Flush();
        var packed = output.ToArray();
        packed[^4..].ShouldBe([0, 0, 0xFF, 0xFF]);
        return packed[..^4];
    }
}
