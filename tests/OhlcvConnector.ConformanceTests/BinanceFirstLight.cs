using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

public class FirstLight
{
    [Theory]
    [InlineData(Market.Spot, "BTCUSDT")]
    [InlineData(Market.UsdMargined, "BTCUSDT")]
    [InlineData(Market.CoinMargined, "BTCUSD_PERP")]
    public async Task Candles_flow(Market market, string symbol)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 600 });
        await using var connector = Connector.Create(options =>
        {
            options.Sandbox = sandbox.BaseAddress;
            options.MarketClock = sandbox.Clock;
        });
        var closed = new List<PriceQuote>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var quote in connector.StreamAsync(new Application.StreamRequest { Exchange = "binance", Symbols = [symbol], Market = market }, patience.Token))
        {
            if (quote.IsClosed)
            {
                closed.Add(quote);
                if (closed.Count == 10)
                {
                    break;
                }
            }
        }

        var truth = sandbox.Candles("binance", market, symbol, Interval.OneMinute, closed[0].OpenTime, closed[^1].CloseTime);
        closed.Select(quote => (quote.OpenTime, quote.Open, quote.High, quote.Low, quote.Close, quote.Volume, quote.QuoteVolume, quote.TradeCount))
            .ShouldBe(truth.Select(candle => (candle.OpenTime, candle.Open, candle.High, candle.Low, candle.Close, (decimal?)candle.BaseVolume, (decimal?)candle.QuoteVolume, (long?)candle.TradeCount)));
    }
}
