using System.Buffers;
using System.Net.WebSockets;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>
/// The frames that a simulated exchange really sends, which nobody wrote for the decoder, go the fast way and say the same as by the real parser.
/// </summary>
public class FastDecodingConformance
{
    private const int Candles = 50;

    /// <summary>The venues that there are; the toy one, added as the walk-through says, has no fast way yet.</summary>
    public static TheoryData<string, Market> Markets
    {
        get
        {
            var markets = new TheoryData<string, Market>();
            foreach (var (venue, market) in Venues.All.SelectMany(venue => venue.Markets, (venue, market) => (venue.Name, market.Market)))
            {
                markets.Add(venue, market);
            }

            return markets;
        }
    }

    [Theory]
    [MemberData(nameof(Markets))]
    public async Task Candles_on_the_stream_are_decoded_the_fast_way_and_alike(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = (await stage.SeriesAsync(1))[0];
        var (venue, facts) = (stage.Access.Venue, stage.Access.Market);
        var table = new SeriesTable(facts);
        table.Add(series);
        var (fast, real) = (new QuoteBatch(table), new QuoteBatch(table));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(stage.Access.Stream, stage.Token);
        var request = new ArrayBufferWriter<byte>();
        venue.WriteSubscribe(request, facts, [series], new RequestStamp(1, stage.Access.Clock.NowMs));
        await socket.SendAsync(request.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, stage.Token);

        var candles = 0;
        while (candles < Candles)
        {
            var frame = await ReceiveAsync(socket, stage.Token);
            var now = DateTimeOffset.FromUnixTimeMilliseconds(stage.Access.Clock.NowMs);
            real.Reset(QuoteSource.Stream, now);
            if (venue.Decode(facts, frame, real).Kind != FrameKind.Quotes || real.Count == 0)
            {
                continue;
            }

            candles++;
            fast.Reset(QuoteSource.Stream, now);
            venue.TryDecodeCandle(facts, frame, fast).ShouldBeTrue(System.Text.Encoding.UTF8.GetString(frame));
            fast.Quotes.ToArray().Select(quote => quote.Line()).ShouldBe(real.Quotes.ToArray().Select(quote => quote.Line()));
        }
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var frame = new ArrayBufferWriter<byte>();
        while (true)
        {
            var part = await socket.ReceiveAsync(frame.GetMemory(4096), cancellationToken);
            frame.Advance(part.Count);
            if (part.EndOfMessage)
            {
                return frame.WrittenSpan.ToArray();
            }
        }
    }
}
