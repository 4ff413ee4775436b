using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Hosting;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>Servers that read from the bus: several serve one numbering, so that a client goes from one to another.</summary>
public class FanOutTests
{
    private static readonly Series Bitcoin = Candles.Minutes();
    private static readonly DateTimeOffset Begin = DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0);

    [Fact]
    public async Task A_client_moves_between_two_servers_and_loses_nothing_gets_nothing_twice_and_keeps_its_numbers()
    {
        using var bus = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        var sink = NatsPublishingTests.Sink(bus, options => options.IsSandbox = true); // so that the newest candle says what time it is
        await using var publisher = new Publisher(venue, sink, [Bitcoin], Begin);
        venue.BringClosed(Bitcoin, 0, 10);
        await publisher.UntilAsync(counts => counts.Published == 10);
        await using var one = await ServerAsync(bus);
        await using var other = await ServerAsync(bus);
        await Eventually.TrueAsync(BothFollow, () => "a server does not follow the series"); // from here on each has all in memory
        var got = new List<(DateTimeOffset OpenTime, long Sequence, string Epoch)>();
        var at = 10;
        foreach (var (server, turn) in Enumerable.Range(0, 6).Select(turn => (turn % 2 == 0 ? one : other, turn)))
        {
            await using var client = await TestClient.ConnectAsync(server.StreamAddress);
            var resume = got.Count == 0 ? "" : $""","resume_from":{got[^1].OpenTime.AddMinutes(1).ToUnixTimeMilliseconds()}""";
            await client.SayAsync($$"""{"op":"subscribe","id":1,"exchange":"binance","market":"spot","symbols":["BTCUSDT"],"interval":"1m"{{resume}}}""");
            if (turn == 0)
            {
                await client.ReadAsync("ack");
            }

            venue.BringClosed(Bitcoin, at, 10);
            at += 10;
            while (got.LastOrDefault().OpenTime < Begin.AddMinutes(at - 4)) // may leave before it has got all; a snapshot may bring more at once
            {
                Take(await client.ReadAsync() ?? throw new InvalidOperationException("closed"), got);
            }
        }

        got.Select(candle => candle.OpenTime).ShouldBe(Enumerable.Range(10, got.Count).Select(index => Begin.AddMinutes(index)));
        got.Select(candle => candle.Sequence).ShouldBe(Enumerable.Range(11, got.Count).Select(number => (long)number));
        got.Select(candle => candle.Epoch).Distinct().ShouldHaveSingleItem();
        got.Count.ShouldBeGreaterThan(50);

        bool BothFollow()
        {
            publisher.Sink.UpdateAsync(Candles.Quote(Bitcoin, 10)).AsTask().GetAwaiter().GetResult();
            return one.Hub.Channels.Any(channel => channel.LastQuoteMs > 0) && other.Hub.Channels.Any(channel => channel.LastQuoteMs > 0);
        }
    }

    [Fact]
    public async Task A_server_says_whose_candles_it_serves_and_answers_history_from_the_bus()
    {
        using var bus = await NatsServer.StartAsync();
        await using (var sink = NatsPublishingTests.Sink(bus, options => options.IsSandbox = true))
        {
            for (var index = 0; index < 5; index++)
            {
                await sink.AppendAsync(Candles.Closed(Bitcoin, index));
            }
        }

        await using var server = await ServerAsync(bus, preload: false);
        using var http = new HttpClient();
        var answer = await http.GetAsync(new Uri(
            server.HealthAddress!, $"v1/candles?exchange=binance&market=spot&symbol=BTCUSDT&interval=1m&from={Candles.T0}&to={Begin.AddMinutes(5).ToUnixTimeMilliseconds()}"));

        answer.Headers.GetValues("X-Sandbox").ShouldBe(["true"]);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        json.RootElement.GetProperty("candles").EnumerateArray().Select(candle => candle.GetProperty("open").GetDecimal()).ShouldBe([100m, 101m, 102m, 103m, 104m]);
    }

    private static Task<ConnectorServer> ServerAsync(NatsServer bus, bool preload = true)
    {
        var options = new ServerOptions { Port = 0, HealthPort = 0, Upstream = bus.Address };
        if (preload)
        {
            options.Preload.Add("binance:spot:1m:BTCUSDT");
        }

        return ConnectorServer.StartAsync(options, _ => { }, logging => logging.SetMinimumLevel(LogLevel.Warning));
    }

    private static void Take(JsonElement message, List<(DateTimeOffset, long, string)> got)
    {
        var type = message.GetProperty("type").GetString();
        foreach (var candle in type == "snapshot" ? [.. message.GetProperty("candles").EnumerateArray()] : type == "quote" ? new[] { message } : [])
        {
            if (candle.GetProperty("is_closed").GetBoolean())
            {
                got.Add((candle.GetProperty("open_time").GetDateTimeOffset(), candle.GetProperty("seq").GetInt64(), candle.GetProperty("epoch").GetString()!));
            }
        }
    }
}
