using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.UnitTests;

public class OptionsTests
{
    [Theory]
    [InlineData(nameof(ConnectorOptions.ReconnectDelay), "from 0.01 to 300 s")]
    [InlineData(nameof(ConnectorOptions.RestAttempts), "from 1 to 20")]
    [InlineData(nameof(ConnectorOptions.ClosedQueueCapacity), "from 16 to 10000000")]
    public void A_wrong_setting_is_named_with_its_range(string name, string range)
    {
        var property = typeof(ConnectorOptions).GetProperty(name)!;
        var error = Should.Throw<InvalidSettingException>(
            () => Connector.Create(options => property.SetValue(options, property.PropertyType == typeof(int) ? -1 : (object)TimeSpan.FromSeconds(-1))));

        error.Message.ShouldStartWith(name + " is -1");
        error.Message.ShouldContain(range);
    }

    [Fact]
    public void Sandbox_and_testnet_exclude_each_other() =>
        Should.Throw<InvalidSettingException>(() => Connector.Create(options =>
        {
            options.Sandbox = new Uri("http://127.0.0.1:1");
            options.UseTestnet = true;
        }));

    [Fact]
    public async Task Dependency_injection_gives_one_connector_and_its_ports_however_often_it_is_added()
    {
        await using var services = new ServiceCollection()
            .AddOhlcvConnector(options => options.RestAttempts = 2)
            .AddOhlcvConnector()
            .BuildServiceProvider();

        services.GetRequiredService<Connector>().ShouldBeSameAs(services.GetRequiredService<Connector>());
        services.GetRequiredService<IPriceFeedRepository>().ShouldBeSameAs(services.GetRequiredService<IInstrumentRepository>());
        services.GetRequiredService<Connector>().Exchanges.Select(exchange => exchange.Name)
            .ShouldBe(["binance", "okx", "bybit", "gateio", "hyperliquid", "coinapi"]);
    }

    [Fact]
    public async Task Addresses_can_be_overridden_for_a_venue_and_for_a_market()
    {
        await using var connector = Connector.Create(options =>
        {
            options.RestAttempts = 1;
            options.Endpoints["binance"] = new EndpointOverride { Base = new Uri("http://127.0.0.1:9/all") };
            options.Endpoints["binance/usdm"] = new EndpointOverride { Rest = new Uri("http://127.0.0.1:9/exact") };
        });

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => connector.InstrumentsAsync("binance", Market.Spot))).Message
            .ShouldContain("http://127.0.0.1:9/all/api/v3/exchangeInfo");
        (await Should.ThrowAsync<ExchangeUnavailableException>(() => connector.InstrumentsAsync("binance", Market.UsdMargined))).Message
            .ShouldContain("http://127.0.0.1:9/exact/fapi/v1/exchangeInfo");
    }
}
