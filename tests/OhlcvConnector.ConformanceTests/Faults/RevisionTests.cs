using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>A candle that the venue changes after its close.</summary>
public class RevisionTests
{
    [Theory]
    [InlineData("binance", Market.Spot)]
    [InlineData("okx", Market.Spot)]
    [InlineData("bybit", Market.UsdMargined)]
    [InlineData("gateio", Market.Spot)]
    public async Task Is_delivered_again_only_to_who_asked_for_it_and_marked(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, configure: options => options.DeliverRevisions = true);
        var series = await stage.SeriesAsync(1);
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.RevisedFinal));
        PriceQuote? last = null;
        var revisions = 0;
        await foreach (var quote in stage.Connector.StreamAsync(
            new StreamRequest { Exchange = exchange, Market = market, Symbols = [series[0].VenueSymbol], ClosedOnly = true }, stage.Token))
        {
            if (quote.IsRevision)
            {
                revisions++;
                quote.OpenTime.ShouldBe(last!.Value.OpenTime, "it follows what it revises");
                quote.High.ShouldBeGreaterThan(last.Value.High);
            }
            else
            {
                quote.OpenTime.ShouldBe(last?.CloseTime ?? quote.OpenTime);
                last = quote;
            }

            if (revisions == 3)
            {
                break;
            }
        }

        stage.Access.Counters.Revisions.ShouldBeGreaterThanOrEqualTo(3);
    }
}
