using System.Buffers;
using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;

namespace OhlcvConnector.UnitTests.Trades;

/// <summary>Trades as the exchanges' documentation shows them, whatever the order of their fields.</summary>
public class TradeDecodingTests
{
    [Theory]
    [InlineData("""{"channel":"trades","data":[{"coin":"BTC","side":"B","px":"72581.0","sz":"0.00017","time":1787259217020,"hash":"0x00","tid":877707108085800,"users":["0x9b","0x70"]}]}""", nameof(Taker.Buyer))]
    [InlineData("""{"channel":"trades","data":[{"coin":"BTC","side":"A","px":"72581.0","sz":"0.00017","time":1787259217020,"tid":877707108085800}]}""", nameof(Taker.Seller))]
    [InlineData("""{"channel":"trades","data":[{"coin":"BTC","side":"?","px":"72581.0","sz":"0.00017","time":1787259217020,"tid":877707108085800}]}""", nameof(Taker.Unknown))]
    [InlineData("""{"data":[{"users":["0x9b",{"a":[1]}],"tid":"877707108085800","new":null,"time":1787259217020,"sz":0.00017,"px":72581.0,"coin":"BTC"}],"channel":"trades"}""", nameof(Taker.Unknown))]
    public void Hyperliquids(string text, string taker) =>
        Read("hyperliquid", Market.UsdMargined, "BTC", text)
            .ShouldBe([new Trade(877707108085800, 1787259217020, 72581.0m, 0.00017m, Enum.Parse<Taker>(taker))]);

    [Theory]
    [InlineData("""{"time":1606292218,"time_ms":1606292218231,"channel":"spot.trades","event":"update","result":{"id":309143071,"create_time":1606292218,"create_time_ms":"1606292218213.4578","side":"sell","currency_pair":"GT_USDT","amount":"16.4700000000","price":"0.4705000000"}}""", nameof(Taker.Seller))]
    [InlineData("""{"channel":"spot.trades","event":"update","result":{"id":309143071,"create_time_ms":"1606292218213.4578","side":"buy","currency_pair":"GT_USDT","amount":"16.47","price":"0.4705"}}""", nameof(Taker.Buyer))]
    [InlineData("""{"result":{"price":0.4705,"amount":16.47,"currency_pair":"GT_USDT","create_time_ms":1606292218213,"id":"309143071"},"event":"update","channel":"spot.trades"}""", nameof(Taker.Unknown))]
    public void Gate_ios_on_spot(string text, string taker) =>
        Read("gateio", Market.Spot, "GT_USDT", text).ShouldBe([new Trade(309143071, 1606292218213, 0.4705m, 16.47m, Enum.Parse<Taker>(taker))]);

    [Fact]
    public void Gate_ios_futures_are_contracts_of_either_sign() =>
        Read("gateio", Market.UsdMargined, "BTC_USDT", """{"time":1541503698,"time_ms":1541503698123,"channel":"futures.trades","event":"update","result":[{"size":-108,"id":27753479,"create_time":1545136464,"create_time_ms":1545136464123,"price":"96.4","contract":"BTC_USDT"},{"size":"2.5","id":27753480,"create_time":1545136464,"price":"96.5","contract":"BTC_USDT"},{"size":1,"id":3,"create_time":1545136464,"price":"1","contract":"ETH_USDT"}]}""")
            .ShouldBe([new Trade(27753479, 1545136464123, 96.4m, 0.0108m, Taker.Seller), new Trade(27753480, 1545136464000, 96.5m, 0.00025m, Taker.Buyer)]);

    [Theory]
    [InlineData("hyperliquid", """{"channel":"trades","data":[{"coin":"BTC","px":"72581.0","sz":"0.00017","time":1787259217020}]}""")]
    [InlineData("hyperliquid", """{"channel":"trades","data":{"coin":"BTC"}}""")]
    [InlineData("hyperliquid", """{"channel":"trades","data":[7]}""")]
    [InlineData("gateio", """{"channel":"spot.trades","event":"update","result":{"id":309143071,"currency_pair":"GT_USDT","amount":"16.47","price":"0.4705"}}""")]
    [InlineData("gateio", """{"channel":"spot.trades","event":"update","result":null}""")]
    public void What_lacks_something_is_malformed_and_gives_nothing(string exchange, string text)
    {
        var (venue, market) = Find(exchange, exchange == "gateio" ? Market.Spot : Market.UsdMargined);
        var batch = new QuoteBatch(new SeriesTable(market), tapes: new TapeTable());

        venue.TryDecode(market, Encoding.UTF8.GetBytes(text), batch).Kind.ShouldBe(FrameKind.Malformed);
        batch.TradeCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("hyperliquid", true, """{"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}""")]
    [InlineData("hyperliquid", false, """{"method":"unsubscribe","subscription":{"type":"trades","coin":"BTC"}}""")]
    [InlineData("gateio", true, """{"time":1767225600,"channel":"futures.trades","id":7,"event":"subscribe","payload":["BTC"]}""")]
    public void They_are_asked_for_by_symbol(string exchange, bool isSubscribe, string text)
    {
        var (venue, market) = Find(exchange, Market.UsdMargined);
        var output = new ArrayBufferWriter<byte>();

        venue.WriteTrades(output, market, NewSeries(exchange, market, "BTC"), isSubscribe, new RequestStamp(7, 1_767_225_600_000));

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(text);
    }

    [Theory]
    [InlineData("hyperliquid", """{"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}}""", "BTC", null)]
    [InlineData("hyperliquid", """{"channel":"error","data":"Already subscribed: {\"type\":\"trades\",\"coin\":\"BTC\"}"}""", "BTC", null)]
    [InlineData("gateio", """{"time":1,"id":7,"channel":"futures.trades","event":"subscribe","error":null,"result":{"status":"success"}}""", null, 7L)]
    public void Acknowledgements_say_that_they_are_of_trades(string exchange, string text, string? symbol, long? id)
    {
        var (venue, market) = Find(exchange, Market.UsdMargined);

        venue.TryDecode(market, Encoding.UTF8.GetBytes(text), new QuoteBatch(new SeriesTable(market)))
            .ShouldBe(new Frame(FrameKind.Acknowledged, new FrameNote { Symbol = symbol, RequestId = id, IsTrades = true }));
    }

    private static List<Trade> Read(string exchange, Market market, string symbol, string text)
    {
        var (venue, facts) = Find(exchange, market);
        var tapes = new TapeTable();
        tapes.Add(new TradeTape(NewSeries(exchange, facts, symbol), facts.Trades!, new TradeDelay(), new FeedCounters()));
        var batch = new QuoteBatch(new SeriesTable(facts), tapes: tapes);
        batch.Reset(QuoteSource.Stream, DateTimeOffset.UnixEpoch);

        venue.TryDecode(facts, Encoding.UTF8.GetBytes(text), batch).Kind.ShouldBe(FrameKind.Trades);
        var trades = new List<Trade>();
        foreach (ref readonly var trade in batch.Trades)
        {
            trade.Tape.Symbol.ShouldBe(symbol);
            trades.Add(trade.Trade);
        }

        return trades;
    }

    private static (IVenue Venue, VenueMarket Market) Find(string exchange, Market market)
    {
        var venue = Venues.All.Single(one => one.Name == exchange);
        return (venue, venue.Markets.Single(one => one.Market == market));
    }

    private static Series NewSeries(string exchange, VenueMarket market, string symbol) => new(
        new Instrument
        {
            Exchange = exchange,
            Market = market.Market,
            VenueSymbol = symbol,
            Symbol = symbol,
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            ContractSize = market.Market == Market.Spot ? null : 0.0001m,
        },
        Interval.OneMinute);
}
