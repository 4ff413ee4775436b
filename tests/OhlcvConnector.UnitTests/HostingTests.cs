using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Infrastructure.Settings;
using Shouldly;
using MeterListener = System.Diagnostics.Metrics.MeterListener;

namespace OhlcvConnector.UnitTests;

/// <summary>The library in a program with a host.</summary>
public class HostingTests
{
    [Fact]
    public async Task A_port_that_is_replaced_reaches_the_connector_and_the_provider_can_be_disposed_of_synchronously()
    {
        using var before = new ServiceCollection().AddSingleton<IInstrumentRepository, OwnListing>().AddOhlcvConnector().BuildServiceProvider();
        using var after = new ServiceCollection().AddOhlcvConnector().AddSingleton<IInstrumentRepository, OwnListing>().BuildServiceProvider();
        foreach (var provider in new[] { before, after })
        {
            var connector = provider.GetRequiredService<Connector>();
            connector.Exchanges.ShouldHaveSingleItem().Name.ShouldBe("own");
            (await connector.InstrumentsAsync("own")).ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_second_call_configures_too_and_later_ones_win()
    {
        using var provider = new ServiceCollection()
            .AddOhlcvConnector(options => (options.RestAttempts, options.RestConnections) = (2, 3))
            .AddOhlcvConnector(options => options.RestAttempts = 5)
            .BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<ConnectorOptions>>().Value;

        (options.RestAttempts, options.RestConnections).ShouldBe((5, 3));
    }

    [Theory]
    [InlineData("RestTimeout", "5", null)]
    [InlineData("RestTimeout", "00:00:05", null)]
    [InlineData("RestTimeout", "5000", "'OhlcvConnector:RestTimeout' is '5000'; it must be a number of seconds from 0.1 to 600.")]
    [InlineData("RestAttempts", "many", "'OhlcvConnector:RestAttempts' is 'many'; it must be a whole number from 1 to 20.")]
    [InlineData("RestTimout", "5", "There is no setting 'OhlcvConnector:RestTimout'; did you mean RestTimeout?")]
    [InlineData("Endpoints:binanse", "http://127.0.0.1:9", "Endpoints has 'binanse', which is no exchange and no market of one; did you mean binance?")]
    [InlineData("Dispatch", "Sideways", "'OhlcvConnector:Dispatch' is 'Sideways'; it must be Inline or ThreadPool.")]
    public void A_configuration_is_read_in_seconds_and_what_is_wrong_is_found_at_the_start(string name, string value, string? error)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"OhlcvConnector:{name}", value), new("Other:RestTimeout", "x")]).Build();
        foreach (var given in new IConfiguration[] { configuration, configuration.GetSection("OhlcvConnector") })
        {
            using var provider = new ServiceCollection().AddOhlcvConnector(given).BuildServiceProvider();
            var start = provider.GetRequiredService<IStartupValidator>().Validate;
            if (error is null)
            {
                start();
                provider.GetRequiredService<IOptions<ConnectorOptions>>().Value.RestTimeout.ShouldBe(TimeSpan.FromSeconds(5));
            }
            else
            {
                Should.Throw<InvalidSettingException>(start).Message.ShouldBe(error);
                Should.Throw<InvalidSettingException>(() => provider.GetRequiredService<Connector>()).Message.ShouldBe(error);
            }
        }
    }

    [Fact]
    public async Task The_health_check_says_which_exchange_is_gone_and_the_meter_what_was_counted()
    {
        using var meters = new OwnMeters(); // other tests have meters of the same name
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60 });
        await using var provider = new ServiceCollection()
            .AddOhlcvConnector(
                options => (options.Sandbox, options.MarketClock, options.ReconnectDelay) = (sandbox.BaseAddress, sandbox.Clock, TimeSpan.FromMilliseconds(20)))
            .AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(meters)
            .BuildServiceProvider();
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "OhlcvConnector"
            && instrument.Meter.Scope == meters) { listener.EnableMeasurementEvents(instrument); }
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "ohlcv.exchange", Value: "binance" })
                {
                    seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value;
                }
            }
        });
        listener.Start();
        var check = provider.GetRequiredService<ExchangesHealthCheck>();

        (await check.CheckHealthAsync(new HealthCheckContext())).Status.ShouldBe(HealthStatus.Healthy);
        var quotes = provider.GetRequiredService<Connector>().StreamAsync("binance", "BTCUSDT").GetAsyncEnumerator();

        (await quotes.MoveNextAsync()).ShouldBeTrue();
        (await check.CheckHealthAsync(new HealthCheckContext())).Status.ShouldBe(HealthStatus.Healthy);
        listener.RecordObservableInstruments();

        (seen["ohlcv.quotes"] > 0, seen["ohlcv.connection.active"], seen["ohlcv.series.followed"]).ShouldBe((true, 1, 1));
        sandbox.Inject(new SandboxFault(SandboxFaultKind.Refuse) { Exchange = "binance" });
        sandbox.DropConnections("binance");
        await Testing.Eventually.TrueAsync(
            () => check.CheckHealthAsync(new HealthCheckContext()).Result.Status == HealthStatus.Unhealthy, "the exchange is gone");

        (await check.CheckHealthAsync(new HealthCheckContext())).Description.ShouldBe("not connected: binance spot");
        await quotes.DisposeAsync();
    }

    [Theory]
    [InlineData("https_proxy=http://p:1", "https://api.binance.com/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=p:1", "wss://stream.binance.com:9443/ws", "http://p:1/")]
    [InlineData("ALL_PROXY=socks5h://p:1", "wss://stream.binance.com/", "socks5://p:1/")]
    [InlineData("https_proxy=http://p:1;ALL_PROXY=socks5://q:2", "https://api.binance.com/", "http://p:1/")]
    [InlineData("HTTP_PROXY=http://p:1", "http://mirror.example/", null)]
    [InlineData("http_proxy=http://p:1", "ws://mirror.example/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=http://p:1;NO_PROXY=.binance.com,okx.com", "https://api.binance.com/", null)]
    [InlineData("HTTPS_PROXY=http://p:1;NO_PROXY=binance.com", "https://notbinance.com/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=http://p:1;no_proxy=*", "https://api.binance.com/", null)]
    [InlineData("HTTPS_PROXY=http://p:1;no_proxy=10.0.0.0/8", "https://10.1.2.3/", null)]
    [InlineData("HTTPS_PROXY=http://p:1;no_proxy=api.binance.com:444", "https://api.binance.com/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1", "https://127.0.0.1:9700/", null)]
    public void The_environments_proxy_is_read_as_every_client_reads_it(string environment, string address, string? proxy)
    {
        var variables = environment.Split(';').Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => one[1]);

        EnvironmentProxy.Find(variables.GetValueOrDefault)?.GetProxy(new Uri(address))?.AbsoluteUri.ShouldBe(proxy);
        (EnvironmentProxy.Find(variables.GetValueOrDefault)?.GetProxy(new Uri(address)) is null).ShouldBe(proxy is null);
    }

    private sealed class OwnMeters : System.Diagnostics.Metrics.IMeterFactory
    {
        public System.Diagnostics.Metrics.Meter Create(System.Diagnostics.Metrics.MeterOptions options) =>
            new(options.Name, options.Version, options.Tags, scope: this);

        public void Dispose()
        {
            // its meters end with their connectors
        }
    }

    private sealed class OwnListing : IInstrumentRepository
    {
        public IReadOnlyList<ExchangeProfile> Exchanges { get; } = [new(
            "own", [new MarketProfile(Market.Spot, [Interval.OneMinute], [Interval.OneMinute])], Market.Spot)];

        public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Instrument>>([]);
    }
}
