using System.Net;
using System.Net.Sockets;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>From an address to a stream: names, families, proxies' absence, refusals.</summary>
public class DialTests
{
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.2");
    private static readonly Series Bitcoin = LoopbackBinance.Series();

    [Fact]
    public async Task An_address_that_refuses_costs_nothing_where_another_answers() => await ReachedAsync([Other, IPAddress.Loopback]);

    [Fact]
    public async Task A_family_that_leads_nowhere_costs_nothing_where_another_answers() => await ReachedAsync([IPAddress.IPv6Loopback, IPAddress.Loopback]);

    [Fact]
    public async Task An_address_that_never_answers_costs_a_moment_where_another_answers()
    {
        var time = new ManualTimeProvider();
        using var good = new TcpListener(IPAddress.Loopback, 0);
        good.Start();
        var port = ((IPEndPoint)good.LocalEndpoint).Port;
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(Other, port));
        dead.Listen(0);
        var waiting = new List<Socket>();
        for (var i = 0; i < 4; i++) // nobody accepts them: what comes behind them is not answered
        {
            waiting.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            _ = waiting[i].ConnectAsync(Other, port);
        }

        var race = new SocketRace(time).ConnectAsync([Other, IPAddress.Loopback], port, CancellationToken.None);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                return race.IsCompleted;
            },
            "the second address is tried after a head start");

        (await race).RemoteEndPoint.ShouldBe(new IPEndPoint(IPAddress.Loopback, port));
        (time.GetUtcNow() - new ManualTimeProvider().GetUtcNow()).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(250));
        waiting.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_name_that_no_server_looks_up_ends_with_the_reader()
    {
        await using var binance = new LoopbackBinance();
        await using var repositories = Repositories(binance, (_, _) => new TaskCompletionSource<IPAddress[]>().Task);
        await using var feed = repositories.Open([Bitcoin]);
        using var patience = new CancellationTokenSource();
        var reading = ReadOneAsync(feed, patience.Token);

        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => reading);
        await feed.DisposeAsync();

        reading.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_name_that_no_server_looks_up_is_given_up_in_time()
    {
        var time = new ManualTimeProvider();
        await using var binance = new LoopbackBinance();
        var asked = new TaskCompletionSource();
        await using var repositories = Repositories(
            binance,
            (_, _) =>
            {
                asked.TrySetResult();
                return new TaskCompletionSource<IPAddress[]>().Task;
            },
            options => (options.TimeProvider, options.ConnectAttempts) = (time, 1));
        await using var feed = repositories.Open([Bitcoin]);
        var reading = ReadOneAsync(feed);
        await asked.Task;

        time.Advance(TimeSpan.FromSeconds(10.1));

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => reading)).Message.ShouldContain("not connected within 10 s");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task The_host_is_named_as_a_web_server_wants_it(string address)
    {
        Assert.SkipUnless(address != "::1" || Socket.OSSupportsIPv6, "no IPv6 here");
        await using var venue = new LoopbackVenue(IPAddress.Parse(address));
        await using var binance = new LoopbackBinance();
        await using var repositories = binance.Repositories(options => options.Endpoints["binance"] = new EndpointOverride { Base = venue.Address });
        await using var feed = repositories.Open([Bitcoin]);
        var reading = ReadOneAsync(feed);

        await Eventually.TrueAsync(() => venue.Handshakes.Count > 0, "it connects");

        venue.Handshakes.First().Headers["Host"].ShouldBe(venue.Address.Authority);
        await feed.DisposeAsync();
        await reading;
    }

    [Theory]
    [InlineData(429, "Retry-After: 3600")]
    [InlineData(418, "Retry-After: 3600")]
    [InlineData(503, "Retry-After: 3600")]
    [InlineData(403, "Retry-After: Thu, 01 Jan 2026 01:00:00 GMT")]
    public async Task A_refused_handshake_says_how_long_to_leave_the_exchange_alone(int status, string header)
    {
        var time = new ManualTimeProvider();
        await using var binance = new LoopbackBinance();
        binance.Venue.Answer = request => request.IsHandshake && binance.Venue.Handshakes.Count == 1
            ? new LoopbackAnswer(status, "", header, "Date: Thu, 01 Jan 2026 00:00:00 GMT")
            : request.IsHandshake ? null : new LoopbackAnswer(200, "[]");
        await using var repositories = binance.Repositories(options => options.TimeProvider = time);
        await using var feed = repositories.Open([Bitcoin]);
        var reading = ReadOneAsync(feed);
        await Eventually.TrueAsync(
            () => binance.Log.Lines.Any(line => line.Contains("wants no new connection for 01:00:00", StringComparison.Ordinal)), "it is told to wait");
        for (var minute = 0; minute < 59; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
        }

        binance.Venue.Handshakes.Count.ShouldBe(1);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return binance.Has(Bitcoin);
            },
            "it comes back after an hour");

        (time.GetUtcNow() - new ManualTimeProvider().GetUtcNow()).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1));
        await feed.DisposeAsync();
        await reading;
    }

    private static async Task ReachedAsync(IPAddress[] addresses)
    {
        await using var binance = new LoopbackBinance();
        await using var repositories = Repositories(binance, (_, _) => Task.FromResult(addresses));
        await using var feed = repositories.Open([Bitcoin]);
        var reading = ReadOneAsync(feed);

        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "it is subscribed");

        binance.Log.Lines.ShouldNotContain(line => line.StartsWith("Warning", StringComparison.Ordinal));
        await feed.DisposeAsync();
        await reading;
    }

    private static Infrastructure.VenueRepositories Repositories(
        LoopbackBinance binance, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Action<ConnectorOptions>? configure =
            null) => binance.Repositories(options =>
        {
            options.Endpoints["binance"] = new EndpointOverride { Base = new Uri($"http://exchange.test:{binance.Venue.Port}"), Rest = binance.Venue.Address };
            options.ResolveHost = resolve;
            configure?.Invoke(options);
        });

    private static async Task ReadOneAsync(IPriceFeed feed, CancellationToken cancellationToken = default)
    {
        await foreach (var quote in feed.ReadAllAsync(cancellationToken))
        {
            quote.Series.ShouldNotBeNull();
            break;
        }
    }
}
