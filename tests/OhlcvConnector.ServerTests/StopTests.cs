using System.Net.WebSockets;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class StopTests
{
    [Fact]
    public async Task At_the_stop_each_client_gets_what_waits_then_1001_and_the_server_ends_soon()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        var clients = new List<TestClient>();
        for (var i = 0; i < 10; i++)
        {
            var client = await stage.ConnectAsync();
            await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true}""");
            await client.ReadAsync("quote");
            clients.Add(client);
        }

        var reading = clients.Select(client => client.ReadToEndAsync()).ToList();
        await stage.Server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
        var last = new List<string?>();
        foreach (var (client, read) in clients.Zip(reading))
        {
            var messages = await read;
            client.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
            client.CloseReason.ShouldBe("the server stops");
            last.Add(messages.LastOrDefault(message => message.Text("type") == "quote").ValueKind == System.Text.Json.JsonValueKind.Undefined ? null : messages.Last(message => message.Text("type") == "quote").Text("seq"));
            await client.DisposeAsync();
        }

        last.Distinct().Count().ShouldBeLessThanOrEqualTo(2, "all got the same last candle, but for one that came while they were told");
        await Should.ThrowAsync<WebSocketException>(() => stage.ConnectAsync());
    }

    [Fact]
    public async Task A_client_that_vanishes_is_counted_and_one_that_closes_is_not()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var polite = await stage.ConnectAsync();
        await polite.SayAsync("""{"op":"ping"}""");
        await polite.ReadAsync("ack");
        await polite.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        await using var rude = await stage.ConnectAsync();
        await rude.SayAsync("""{"op":"ping"}""");
        await rude.ReadAsync("ack");
        rude.Socket.Abort();

        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Clients == 0, "both are gone");

        stage.Server.Hub.Counters.Lost.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_does_not_answer_the_close_holds_nobody_up()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.StopTimeout = TimeSpan.FromSeconds(1));
        await using var deaf = await stage.ConnectAsync();
        await deaf.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Deliveries > 0, "it is served");
        await stage.Server.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));
    }
}
