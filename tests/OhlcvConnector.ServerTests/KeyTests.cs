using System.Net;
using System.Net.WebSockets;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public sealed class KeyTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_key_is_kept_as_a_hash_verified_listed_and_revoked()
    {
        var clock = new ManualTimeProvider();
        var keys = new KeyFile(_path, clock);
        var (key, stored) = keys.Add("desk");
        File.ReadAllText(_path).ShouldNotContain(key);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var other = new KeyFile(_path, clock);
        other.Verify(key).ShouldBe(stored);
        other.Verify(key + "x").ShouldBeNull();
        other.Verify(null).ShouldBeNull();
        keys.Revoke("nope").ShouldBeFalse();
        keys.Revoke(stored.Id).ShouldBeTrue();
        other.Verify(key).ShouldBeNull("a running server sees the change");
        other.List().ShouldHaveSingleItem().RevokedAt.ShouldBe(clock.GetUtcNow());
    }

    [Fact]
    public void A_file_of_something_else_is_named()
    {
        File.WriteAllText(_path, "hello\n");
        Should.Throw<InvalidDataException>(() => new KeyFile(_path, TimeProvider.System).List()).Message.ShouldContain(_path);
    }

    [Theory]
    [InlineData("header")]
    [InlineData("bearer")]
    [InlineData("query")]
    [InlineData("message")]
    public async Task A_valid_key_opens_the_door_wherever_it_is_shown(string where)
    {
        var (key, _) = new KeyFile(_path, TimeProvider.System).Add("desk");
        await using var stage = await ServerStage.SetAsync(configure: options => options.KeysPath = _path);
        await using var client = await stage.ConnectAsync(
            socket => Show(socket, where, key), where == "query" ? $"?api_key={key}" : "");
        await client.SayAsync(where == "message" ? $$"""{"op":"ping","id":1,"key":"{{key}}"}""" : """{"op":"ping","id":1}""");
        (await client.ReadAsync("ack")).Text("id").ShouldBe("1");
        using var refused = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/v1/symbols?exchange=binance"));
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await stage.GetAsync($"/v1/symbols?exchange=binance&market=spot&api_key={key}")).ShouldContain("BTCUSDT");
        (await stage.GetAsync("/health")).ShouldContain("ok", customMessage: "health needs no key");
    }

    [Fact]
    public async Task A_key_has_its_own_limits()
    {
        var (key, _) = new KeyFile(_path, TimeProvider.System).Add("desk");
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.KeysPath = _path;
            options.MaxClientsPerKey = 2;
            options.MaxSubscriptionsPerKey = 3;
        });
        await using var first = await stage.ConnectAsync(query: $"?api_key={key}");
        await first.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT","ETHUSDT"]}""");
        await first.ReadAsync("ack");
        var second = await stage.ConnectAsync(query: $"?api_key={key}");
        await second.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT","ETHUSDT"]}""");
        (await second.ReadAsync("error")).Text("code").ShouldBe("too_many_subscriptions");
        await Should.ThrowAsync<WebSocketException>(() => stage.ConnectAsync(query: $"?api_key={key}"));
        await second.CloseAsync();
        await second.DisposeAsync();
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Clients == 1, "a place is free again");
        await using var third = await stage.ConnectAsync(query: $"?api_key={key}");
    }

    private static void Show(ClientWebSocket socket, string where, string key)
    {
        switch (where)
        {
            case "header":
                socket.Options.SetRequestHeader("X-Api-Key", key);
                break;
            case "bearer":
                socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
                break;
        }
    }
}
