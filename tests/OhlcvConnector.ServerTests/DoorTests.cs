using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Who holds connections, and in whose name.</summary>
public class DoorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_over_which_nothing_is_asked_is_counted_and_cut(bool isHealth)
    {
        var clock = new ManualTimeProvider();
        await using var stage = await ServerStage.SetAsync(configure: options => options.TimeProvider = clock);
        using var bare = new TcpClient();
        await bare.ConnectAsync(IPAddress.Loopback, (isHealth ? stage.Server.HealthAddress! : stage.Server.StreamAddress).Port);
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Connections == 1, "it is counted");
        var end = bare.GetStream().ReadAsync(new byte[1]).AsTask();
        clock.Advance(TimeSpan.FromSeconds(29));

        end.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(2));
        await end.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(30)); // by a reset, or in order
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Connections == 0, "it is counted no longer");

        stage.Server.Hub.Counters.ConnectionsSilent.ShouldBe(1);
        Regex.Match(await stage.GetAsync("/metrics"), "^connector_tcp_connections_silent_total (.*)$", RegexOptions.Multiline).Groups[1].Value.ShouldBe("1");
    }

    [Fact]
    public async Task A_connection_that_asked_is_not_cut()
    {
        var clock = new ManualTimeProvider();
        await using var stage = await ServerStage.SetAsync(configure: options => (options.TimeProvider, options.PingInterval) = (clock, TimeSpan.Zero));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"ping","id":1}""");
        await client.ReadAsync("ack");
        clock.Advance(TimeSpan.FromMinutes(10));
        await client.SayAsync("""{"op":"ping","id":2}""");

        (await client.ReadAsync("ack")).Text("id").ShouldBe("2");
    }

    [Fact]
    public async Task More_connections_than_there_may_be_are_cut_at_once()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.MaxClients = 1);
        var bare = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 1_005; i++)
            {
                bare.Add(new TcpClient());
                try
                {
                    await bare[^1].ConnectAsync(IPAddress.Loopback, stage.Server.StreamAddress.Port);
                }
                catch (SocketException) when (i >= 1_001)
                {
                    // cut before the system had said that it was there
                }
            }

            await Eventually.TrueAsync(() => stage.Server.Hub.Counters.ConnectionsRefused == 4, "1,000 are spare");
            stage.Server.Hub.Counters.Connections.ShouldBe(1_001);
        }
        finally
        {
            bare.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.7", "203.0.113.7", false)]
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.8", true)]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.7", "198.51.100.2, 203.0.113.7", false)]
    [InlineData("10.0.0.1", "203.0.113.7", "203.0.113.7", true)]
    [InlineData(null, "203.0.113.7", "203.0.113.7", true)]
    public async Task A_client_behind_a_proxy_counts_by_its_own_address_if_the_proxy_is_trusted(string? trusted, string first, string second, bool isOther)
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.MaxClientsPerAddress = 1;
            if (trusted is not null)
            {
                options.TrustedProxies.Add(trusted);
            }
        });
        await using var one = await stage.ConnectAsync(socket => socket.Options.SetRequestHeader("X-Forwarded-For", first));
        var connecting = stage.ConnectAsync(socket => socket.Options.SetRequestHeader("X-Forwarded-For", second));
        if (isOther)
        {
            await (await connecting).DisposeAsync();
        }
        else
        {
            (await Should.ThrowAsync<WebSocketException>(connecting)).Message.ShouldContain("429");
        }
    }

    [Fact]
    public async Task A_proxy_that_is_none_is_named() =>
        (await Should.ThrowAsync<Domain.InvalidSettingException>(() => ServerStage.SetAsync(configure: options => options.TrustedProxies.Add("proxy.example"))))
            .Message.ShouldStartWith("TrustedProxies has 'proxy.example'");
}
