using System.Net.Http.Headers;
using System.Text;
using Shouldly;

namespace OhlcvConnector.ServerTests.Paper;

public sealed class PaperChannelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("paper");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_client_gets_a_snapshot_and_then_each_change_once_in_order()
    {
        await using var stage = await ServerStage.SetAsync(speed: 600, configure: options => options.PaperLedger = Path.Combine(_folder.FullName, "paper.db"));
        await PostAsync(stage, "accounts", """{"name":"desk","exchange":"binance","symbols":["BTCUSDT"],"warmUp":0}""");
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":1,"channel":"paper","accounts":["desk"]}""");
        (await client.ReadAsync("ack")).Text("id").ShouldBe("1");
        var snapshot = await client.ReadAsync("paper");

        (snapshot.Text("event"), snapshot.Text("account"), snapshot.GetProperty("cash").GetDecimal()).ShouldBe(("snapshot", "desk", 10_000m));
        (snapshot.GetProperty("paper").GetBoolean(), snapshot.GetProperty("sandbox").GetBoolean()).ShouldBe((true, true));
        await PostAsync(stage, "accounts/desk/orders", """{"side":"buy","percent":10,"stopLoss":1}""");
        var step = snapshot.GetProperty("step").GetInt64();
        while (true)
        {
            var change = await client.ReadAsync("paper");
            if (change.Text("event") == "snapshot")
            {
                step = change.GetProperty("step").GetInt64();
                continue;
            }

            change.GetProperty("step").GetInt64().ShouldBe(++step);
            if (change.GetProperty("fills").GetArrayLength() > 0)
            {
                change.GetProperty("positions")[0].GetProperty("quantity").GetDecimal().ShouldBePositive();
                change.GetProperty("events")[0].GetString()!.ShouldStartWith("bought ");
                change.GetProperty("orders").EnumerateArray().Select(order => order.Text("type")).ShouldBe(["stop", "market"], ignoreOrder: true);
                break;
            }
        }

        await client.SayAsync("""{"op":"unsubscribe","id":2,"channel":"paper"}""");
        (await client.ReadAsync("ack")).Text("id").ShouldBe("2");
        await client.SayAsync("""{"op":"subscribe","id":3,"channel":"paper","accounts":["dask"]}""");
        (await client.ReadAsync("error")).Text("message")!.ShouldContain("did you mean desk?");
    }

    [Fact]
    public async Task Without_a_ledger_there_is_no_such_channel()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","channel":"paper"}""");

        (await client.ReadAsync("error")).Text("message").ShouldBe("This server does not trade on paper; PaperLedger is not set.");
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/api/v1/paper/accounts"));

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    private static async Task PostAsync(ServerStage stage, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await stage.Http.PostAsync(new Uri(stage.Server.HealthAddress!, "/api/v1/paper/" + path), content);
        answer.EnsureSuccessStatusCode();
    }
}
