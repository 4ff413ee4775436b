using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

public class ProxyTests
{
    [Theory]
    [InlineData("http", null)]
    [InlineData("http", "s3cret")]
    [InlineData("socks5", null)]
    [InlineData("socks5", "s3cret")]
    public async Task A_proxy_serves_rest_and_streams_alike(string scheme, string? password)
    {
        await using var proxy = new TestProxy(password);
        var login = password is null ? "" : $"me:{password}@";
        await using var stage = await Stage.SetAsync(
            "binance", Market.Spot, configure: options => options.Proxy = new Uri($"{scheme}://{login}127.0.0.1:{proxy.Port}"));

        await foreach (var quote in stage.Connector.StreamAsync(new Application.StreamRequest { Exchange = "binance", Symbols = ["BTCUSDT"] }, stage.Token))
        {
            quote.Symbol.ShouldBe("BTCUSDT");
            if (proxy.Tunnels >= 2) // one for REST, which can have the first candles, and one for the stream
            {
                break;
            }
        }

        proxy.Tunnels.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named()
    {
        await using var proxy = new TestProxy("s3cret");
        await using var stage = await Stage.SetAsync("binance", Market.Spot, configure: options => options.Proxy = new Uri($"http://127.0.0.1:{proxy.Port}"));

        var error = await Should.ThrowAsync<ExchangeUnavailableException>(() => stage.InstrumentsAsync());

        error.Message.ShouldContain("407");
    }
}
