using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>How a connection is kept, found dead and replaced, alike on every market of every venue.</summary>
public class ConnectionLifeConformance
{
    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task A_stream_that_falls_silent_though_its_socket_lives_is_replaced(string exchange, Market market)
    {
        // All waits run ten times as fast, so that the venues' heartbeats of 15 to 30 s are seen within a test.
        await using var stage = await Stage.SetAsync(exchange, market, configure: options =>
        {
            options.TimeProvider = new SandboxClock(TimeProvider.System, DateTimeOffset.UnixEpoch, 10);
            options.PingTimeout = TimeSpan.FromSeconds(10);
        });
        var series = await stage.SeriesAsync(2);
        var frozen = 0;

        var checkers = await Reading.ReadAsync(stage, series, 4, _ => frozen += frozen == 0 ? stage.Sandbox.Inject(
            new SandboxFault(SandboxFaultKind.Freeze) { Exchange = exchange }) : 0, until: () => stage.Sandbox.Statistics.ConnectionsOpened >= 2);

        frozen.ShouldBe(1);
        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));
    }

    [Theory] // each way in which a venue and its clients show that they live
    [InlineData("binance", Market.Spot)]
    [InlineData("binance", Market.UsdMargined)]
    [InlineData("okx", Market.UsdMargined)]
    [InlineData("bybit", Market.Spot)]
    [InlineData("gateio", Market.Spot)]
    [InlineData("gateio", Market.UsdMargined)]
    [InlineData("hyperliquid", Market.UsdMargined)]
    [InlineData("coinapi", Market.Spot)]
    [InlineData("toy", Market.Spot)]
    public async Task A_quiet_connection_is_kept_by_heartbeats_of_either_side(string exchange, Market market)
    {
        // The market nearly stands still, so that nothing but heartbeats is sent; all else runs ten times as fast.
        var hurried = new SandboxClock(TimeProvider.System, DateTimeOffset.UtcNow, 10);
        await using var stage = await Stage.SetAsync(
            exchange,
            market,
            speed: 0.0005,
            configure: options =>
            {
                options.TimeProvider = hurried;
                (options.ConnectTimeout, options.AcknowledgeTimeout, options.PingTimeout, options.RestTimeout) =
                    (TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5));
            },
            sandbox: options => options.TimeProvider = hurried);
        var series = await stage.SeriesAsync(1);
        var feed = stage.Repositories.Open(series);
        var reading = ReadToEndAsync(feed);
        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == stage.SubscriptionsOf(1), "it is subscribed");
        var subscribed = hurried.GetUtcNow();

        // longer than any venue's patience with a silent client, but Bybit's ten minutes
        await Eventually.TrueAsync(() => hurried.GetUtcNow() - subscribed > TimeSpan.FromSeconds(75), "the venue's time passes");

        var statistics = stage.Sandbox.Statistics;
        await feed.DisposeAsync();
        await reading;

        (statistics.ConnectionsOpened, statistics.ConnectionsOpen).ShouldBe((1, 1), string.Join('\n', stage.Log.Lines));

        static async Task ReadToEndAsync(IPriceFeed feed)
        {
            await foreach (var quote in feed.ReadAllAsync())
            {
                quote.Series.ShouldNotBeNull();
            }
        }
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_middle_of_its_heartbeat_brings_nothing_down()
    {
        // Heartbeats follow each other within milliseconds, so that ends and pings meet; what escapes from one would end the process.
        var hurried = new SandboxClock(TimeProvider.System, DateTimeOffset.UtcNow, 2_000);
        await using var stage = await Stage.SetAsync("okx", Market.Spot, speed: 60, configure: options =>
        {
            options.TimeProvider = hurried;
            (options.InactivityTimeout, options.ConnectTimeout, options.AcknowledgeTimeout) =
                (TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5));
            (options.PingTimeout, options.RestTimeout) = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(10));
        });
        var series = await stage.SeriesAsync(2);
        for (var i = 0; i < 30; i++)
        {
            await using var feed = stage.Repositories.Open(series);
            await foreach (var quote in feed.ReadAllAsync(stage.Token))
            {
                quote.Series.ShouldNotBeNull();
                break;
            }
        }
    }

    [Theory]
    [InlineData("binance", Market.Spot, """{"e":"serverShutdown","E":1}""")]
    [InlineData("okx", Market.Spot, """{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"a4d3ae55"}""")]
    [InlineData("coinapi", Market.Spot, """{"type":"reconnect","within_seconds":10,"before_time":"2020-08-06T19:19:09.7035429Z"}""")]
    public async Task A_notice_of_shutdown_replaces_the_connection_before_it_ends(string exchange, Market market, string notice)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = await stage.SeriesAsync(3);
        var told = false;

        var checkers = await Reading.ReadAsync(
            stage,
            series,
            6,
            _ =>
            {
                if (!told)
                {
                    told = true;
                    stage.Sandbox.InjectAsync(exchange, System.Text.Encoding.UTF8.GetBytes(notice)).GetAwaiter().GetResult();
                }
            },
            until: () => stage.Sandbox.Statistics is { ConnectionsOpened: 2, ConnectionsOpen: 1 });

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));

        stage.Access.Counters.Reconnections.ShouldBe(0, "it was replaced, not lost");
    }
}
