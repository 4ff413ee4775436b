using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Domain;
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
            File.GetUnixFileMode(_path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, "the server runs as another user");
        }

        var other = new KeyRing(_path, keys, NullLogger.Instance);

        other.Verify(key).ShouldBe(stored);
        other.Verify(key + "x").ShouldBeNull();
        other.Verify(null).ShouldBeNull();
        keys.Revoke("nope").ShouldBeFalse();
        keys.Revoke(stored.Id).ShouldBeTrue();
        other.Verify(key).ShouldBeNull("a running server sees the change");
        keys.List().ShouldHaveSingleItem().RevokedAt.ShouldBe(clock.GetUtcNow());
    }

    [Fact]
    public void A_file_of_something_else_is_named()
    {
        File.WriteAllText(_path, "hello\n");

        Should.Throw<InvalidDataException>(() => new KeyFile(_path, TimeProvider.System).List()).Message.ShouldContain(_path);
    }

    [Theory]
    [InlineData("missing", "there is no such file")]
    [InlineData("directory", "is a directory")]
    [InlineData("garbage", "line 2")]
    [InlineData("binary", "is no file of API keys")]
    public async Task A_file_of_keys_that_cannot_be_read_ends_the_start_and_is_named(string what, string words)
    {
        new KeyFile(_path, TimeProvider.System).Add("desk");
        var path = what == "directory" ? Path.GetTempPath() : what == "missing" ? _path + ".not" : _path;
        switch (what)
        {
            case "garbage":
                await File.AppendAllTextAsync(_path, """{"id":"1a2b3c4d","name":"x","sha256":"12","created":"2026-01-01T00:00:00Z"}""");
                break;
            case "binary":
                await File.WriteAllBytesAsync(_path, [0, 255, 254, 10, 7]);
                break;
        }

        var exception = await Should.ThrowAsync<InvalidSettingException>(() => ServerStage.SetAsync(configure: options => options.KeysPath = path));

        exception.Message.ShouldStartWith($"KeysPath is '{path}'");
        exception.Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("deleted")]
    [InlineData("directory")]
    public async Task Keys_stay_when_their_file_breaks_and_readiness_says_so_until_it_is_mended(string what)
    {
        var (key, _) = new KeyFile(_path, TimeProvider.System).Add("desk");
        var good = await File.ReadAllBytesAsync(_path);
        await using var stage = await ServerStage.SetAsync(configure: options => options.KeysPath = _path);
        File.Delete(_path);
        if (what == "garbage")
        {
            await File.WriteAllTextAsync(_path, "hello\n");
        }
        else if (what == "directory")
        {
            Directory.CreateDirectory(_path);
        }

        (await stage.GetAsync($"/v1/symbols?exchange=binance&market=spot&api_key={key}")).ShouldContain("BTCUSDT");
        (await stage.GetAsync("/ready")).ShouldContain("the API keys cannot be read");
        (await stage.GetAsync("/metrics")).ShouldContain("connector_keys_unreadable 1");
        stage.Log.Lines.ShouldContain(line => line.Contains("The API keys could not be read", StringComparison.Ordinal));
        if (what == "directory")
        {
            Directory.Delete(_path);
        }

        await File.WriteAllBytesAsync(_path, good);

        (await stage.GetAsync($"/v1/symbols?exchange=binance&market=spot&api_key={key}")).ShouldContain("BTCUSDT");
        (await stage.GetAsync("/metrics")).ShouldContain("connector_keys_unreadable 0");
    }

    [Fact]
    public async Task A_key_that_is_revoked_ends_its_connections_and_no_others()
    {
        var keys = new KeyFile(_path, TimeProvider.System);
        var (desk, stored) = keys.Add("desk");
        var (other, _) = keys.Add("other");
        await using var stage = await ServerStage.SetAsync(configure: options => options.KeysPath = _path);
        await using var first = await stage.ConnectAsync(query: $"?api_key={desk}");
        await first.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        await first.ReadAsync("quote");
        await using var silent = await stage.ConnectAsync(query: $"?api_key={desk}");
        await using var legacy = await stage.ConnectAsync();
        await legacy.SayAsync($$"""{"exchange":"binance","symbols":["BTCUSDT"],"key":"{{desk}}"}""");
        await legacy.ReadAsync("quote");
        await using var stays = await stage.ConnectAsync(query: $"?api_key={other}");

        keys.Revoke(stored.Id).ShouldBeTrue();
        foreach (var client in new[] { first, silent, legacy })
        {
            (await client.ReadAsync("error")).Text("message").ShouldBe("The API key is valid no longer.");
            (await client.ReadToEndAsync()).ShouldBeEmpty();
            client.CloseStatus
                .ShouldBe(client == first ? WebSocketCloseStatus.PolicyViolation : WebSocketCloseStatus.NormalClosure, "the older protocol ends normally");
        }

        await stays.SayAsync("""{"op":"ping","id":1}""");

        (await stays.ReadAsync("ack")).Text("id").ShouldBe("1");
    }

    [Fact]
    public void A_file_that_is_mounted_by_links_is_seen_to_change()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (first, _) = new KeyFile(Path.Combine(folder.CreateSubdirectory("one").FullName, "keys.jsonl"), TimeProvider.System).Add("desk");
            var (second, _) = new KeyFile(Path.Combine(folder.CreateSubdirectory("two").FullName, "keys.jsonl"), TimeProvider.System).Add("desks");
            var data = Path.Combine(folder.FullName, "..data");
            Directory.CreateSymbolicLink(data, "one");
            var mounted = Path.Combine(folder.FullName, "keys.jsonl");
            File.CreateSymbolicLink(mounted, "..data/keys.jsonl");
            var ring = new KeyRing(mounted, new KeyFile(mounted, TimeProvider.System), NullLogger.Instance);
            ring.Verify(first).ShouldNotBeNull();
            Directory.Delete(data);
            Directory.CreateSymbolicLink(data, "two");
            ring.Verify(second).ShouldNotBeNull();
            ring.Verify(first).ShouldBeNull();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Keys_that_are_made_at_once_are_all_there_or_refused()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
        {
            try
            {
                return new KeyFile(_path, TimeProvider.System).Add($"desk {i}").Stored.Id;
            }
            catch (IOException)
            {
                return null; // another one is at it
            }
        })));

        new KeyFile(_path, TimeProvider.System).List().Select(key => key.Id).ShouldBe(made.OfType<string>(), ignoreOrder: true);
        File.Exists(_path + ".new").ShouldBeFalse();
    }

    [Fact]
    public void A_file_keeps_the_mode_that_its_operator_gave_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var keys = new KeyFile(_path, TimeProvider.System);
        keys.Add("desk");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        keys.Add("other");

        File.GetUnixFileMode(_path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
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
        (await stage.GetAsync("/health")).ShouldContain("healthy", customMessage: "health needs no key");
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
