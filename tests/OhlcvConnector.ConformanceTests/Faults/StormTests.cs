using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>Many connections at once: what a venue would ban an address for.</summary>
public class StormTests
{
    private const int Connections = 50;
    private const int FourFifths = Connections * 4 / 5;
    private const int TimerGrainMs = 20;

    [Fact]
    public async Task Fifty_connections_dropped_at_once_come_back_spread_out()
    {
        await using var stage = await SetAsync();
        await using var feed = stage.Repositories.Open(await stage.SeriesAsync(Connections));
        var live = new ConcurrentDictionary<Series, bool>();
        var reading = DrainAsync(feed, quote =>
        {
            if (quote.Source == QuoteSource.Stream)
            {
                live.TryAdd(quote.Series, true); // history answers also while a connection is being made
            }
        });
        await Eventually.TrueAsync(() => live.Count == Connections, "all are live");

        var opened = stage.Sandbox.Statistics.ConnectionsOpened;
        var watch = Stopwatch.StartNew();

        stage.Sandbox.DropConnections().ShouldBe(Connections);
        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.ConnectionsOpened >= opened + FourFifths, "four fifths are back");
        var elapsed = watch.Elapsed;
        await Eventually.TrueAsync(() => Waits(stage.Log).Length >= Connections, "all have chosen when to come back");
        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == stage.SubscriptionsOf(Connections), "all are back");

        var inEachFifth = Waits(stage.Log).CountBy(wait => wait / 200).OrderBy(pair => pair.Key).ToArray();

        inEachFifth.Select(pair => pair.Key).ShouldBe([0, 1, 2, 3, 4], "within a delay of one second, each fifth has its share");
        inEachFifth.ShouldAllBe(pair => pair.Value <= Connections / 2);
        elapsed.TotalMilliseconds
            .ShouldBeGreaterThan(Waits(stage.Log).Order().ElementAt(FourFifths - 1) - TimerGrainMs, "nobody came before his time; however late all were");
        await feed.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task While_the_venue_refuses_everything_the_circuit_keeps_fifty_connections_from_knocking()
    {
        await using var stage = await SetAsync();
        await using var feed = stage.Repositories.Open(await stage.SeriesAsync(Connections));
        var reading = DrainAsync(feed);
        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == stage.SubscriptionsOf(Connections), "all are subscribed");

        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Refuse));
        stage.Sandbox.DropConnections();
        await Eventually.TrueAsync(() => stage.Access.StreamCircuitBreaker.State == 1, "the circuit opens");
        await Eventually.TrueAsync(() => stage.Log.Values<string>(ConnectorEventIds.CircuitChanged, "State").Count(
            state => state == "half-open") >= 2, "it lets an attempt through, twice");

        // Each may have been on its way once when the circuit opened; without it each of the fifty would have knocked several times by now.
        stage.Sandbox.FaultHits[SandboxFaultKind.Refuse].ShouldBeLessThan(2 * Connections);
        stage.Sandbox.ClearFaults();
        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == stage.SubscriptionsOf(Connections), "all come back");
        await feed.DisposeAsync();
        await reading;
    }

    [Theory]
    [InlineData("hyperliquid", Market.UsdMargined, 8)]
    [InlineData("gateio", Market.Spot, 300)]
    public async Task More_connections_than_an_address_may_open_are_refused_in_words_before_the_venue_refuses_them(string exchange, Market market, int most)
    {
        await using var stage = await Stage.SetAsync(
            exchange, market, speed: 1, configure: options => options.MaxSeriesPerConnection = 1, sandbox: options => options.SymbolCount = 320);
        var series = await stage.SeriesAsync(most + 1);

        Should.Throw<SubscriptionLimitException>(() => stage.Repositories.Open(series)).Message.ShouldContain($"{exchange} allows {most} connections");

        await using var all = stage.Repositories.Open(series[..most]);

        Should.Throw<SubscriptionLimitException>(() => stage.Repositories.Open(series[most..])).Message.ShouldContain($"{most} are in use");
        await all.DisposeAsync();
        await using var one = stage.Repositories.Open(series[most..]);
    }

    [Fact]
    public async Task More_series_than_an_address_may_subscribe_are_refused_in_words_and_removed_ones_count_no_more()
    {
        await using var stage = await Stage.SetAsync("hyperliquid", Market.UsdMargined, speed: 1, sandbox: options => options.SymbolCount = 1_010);
        var series = await stage.SeriesAsync(1_001);
        await using var feed = stage.Repositories.Open(series[..1_000]);

        Should.Throw<SubscriptionLimitException>(() => feed.Add(series[^1])).Message.ShouldContain("1000 series");
        feed.Remove(series[0]);
        feed.Add(series[^1]);
    }

    [Fact]
    public async Task A_series_that_found_no_connection_is_not_counted_as_subscribed()
    {
        await using var stage = await Stage.SetAsync("hyperliquid", Market.UsdMargined, speed: 1, configure: options => options.MaxSeriesPerConnection = 1,
            sandbox: options => options.SymbolCount = 10);
        var series = await stage.SeriesAsync(9);
        await using var feed = stage.Repositories.Open(series[..8]);

        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            Should.Throw<SubscriptionLimitException>(() => feed.Add(series[8])).Message.ShouldContain("8 connections");
        }
    }

    [Theory]
    [InlineData("binance/spot/ws", 301)]
    [InlineData("okx/ws/v5/business", 4)]
    [InlineData("hyperliquid/ws", 11)]
    public async Task A_rude_client_exceeds_the_limits_of_the_sandbox_and_is_counted_and_refused(string path, int attempts)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 0.001 });
        using var http = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(http);
        var refused = 0;
        var address = new Uri(new UriBuilder(sandbox.BaseAddress) { Scheme = "ws" }.Uri, path);
        var open = new List<ClientWebSocket>();
        for (var i = 0; i < attempts; i++)
        {
            var socket = new ClientWebSocket();
            open.Add(socket);
            socket.Options.CollectHttpResponseDetails = true;
            try
            {
                await socket.ConnectAsync(address, invoker, CancellationToken.None);
            }
            catch (WebSocketException) when (socket.HttpStatusCode == HttpStatusCode.TooManyRequests)
            {
                refused++;
            }
        }

        open.ForEach(socket => socket.Dispose());

        refused.ShouldBe(1);
        sandbox.Statistics.Violations.ShouldBe(1);
    }

    private static long[] Waits(LogRecorder log) => log.Values<long>(ConnectorEventIds.Disconnected, "WaitMs");

    private static Task<Stage> SetAsync() => Stage.SetAsync(
        "gateio",
        Market.Spot,
        speed: 20,
        configure: options =>
        {
            options.MaxSeriesPerConnection = 1;
            options.ReconnectDelay = TimeSpan.FromSeconds(1);
            options.ReconnectDelayMax = TimeSpan.FromSeconds(1);
            options.CircuitBreakerRecoveryTime = TimeSpan.FromSeconds(1);
        },
        sandbox: options => options.SymbolCount = Connections);

    private static async Task DrainAsync(IPriceFeed feed, Action<PriceQuote>? each = null)
    {
        await foreach (var quote in feed.ReadAllAsync())
        {
            quote.Series.ShouldNotBeNull();
            each?.Invoke(quote);
        }
    }
}
