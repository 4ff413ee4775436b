using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.GateIo;

public class GateIoVenueTests
{
    private readonly Decoding _spot = new("gateio", Market.Spot);
    private readonly Decoding _usdm = new("gateio", Market.UsdMargined, contractSize: 0.0001m);
    private readonly Decoding _coinm = new("gateio", Market.CoinMargined, contractSize: 1);

    [Fact]
    public void A_closing_message_of_spot_is_decoded_exactly()
    {
        _spot.Frame(Decoding.Fixture("gateio/spot/ws_candle_closed.json"));

        _spot.Lines().ShouldBe(["ETH_USDT 1m 1606292580000 19128.1 19128.1 19128.1 19128.1 3.8283 2362.32035 - closed"]);
        _spot.Batch.Quotes[0].EventTime.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1606292600376));
    }

    [Fact]
    public void Captured_messages_without_base_volume_and_flag_give_an_open_candle_of_unknown_volume()
    {
        var lines = new List<string>();
        foreach (var line in Decoding.FixtureLines("gateio/spot/capture_candles.jsonl"))
        {
            var kind = _spot.Frame(line).Kind;
            kind.ShouldBe(line.Contains("\"update\"", StringComparison.Ordinal) ? FrameKind.Quotes : FrameKind.Acknowledged);
            _spot.Batch.Refused.ShouldBe(0);
            lines.AddRange(_spot.Lines());
        }

        lines.Count.ShouldBe(9);
        lines[^1].ShouldBe("FAST_USDT 1m 1619093520000 10.46 10.46 10.42 10.42 - 38.43458 - open");
    }

    [Fact]
    public void Contracts_are_turned_into_base_units_where_a_contract_is_a_fixed_amount_of_the_coin()
    {
        const string Update = """{"time":1684930165,"time_ms":1684930165934,"channel":"futures.candlesticks","event":"update","result":[{"t":1684930140,"v":2500,"c":"2","h":"3","l":"1","o":"1","n":"1m_BTC_USDT","a":"5"}]}""";
        _usdm.Frame(Update);

        _usdm.Lines().ShouldBe(["BTC_USDT 1m 1684930140000 1 3 1 2 0.2500 - - open"]);

        new Decoding("gateio", Market.UsdMargined)
            .ShouldSatisfyAllConditions(unknown => unknown.Frame(Update), unknown => unknown.Batch.Quotes[0].Volume.ShouldBeNull());

        _coinm.Frame(Update.Replace("BTC_USDT", "BTC_USD", StringComparison.Ordinal));

        _coinm.Lines().ShouldBe(["BTC_USD 1m 1684930140000 1 3 1 2 - 2500 - open"]);
    }

    [Fact]
    public void Several_candles_in_one_message_and_captured_futures_are_decoded()
    {
        _usdm.Frame(Decoding.Fixture("gateio/futures/ws_candles.json"));

        _usdm.Batch.Count.ShouldBe(2);
        Decoding.FixtureLines("gateio/futures/capture_candles.jsonl").Sum(line =>
        {
            _usdm.Frame(line).Kind.ShouldNotBe(FrameKind.Malformed);
            return _usdm.Batch.Count;
        }).ShouldBe(1);
    }

    [Theory]
    [InlineData("spot", Market.Spot)]
    [InlineData("futures", Market.UsdMargined)]
    public void Everything_else_that_came_on_the_captured_connection_gives_no_candle(string folder, Market market)
    {
        var decoding = new Decoding("gateio", market);
        foreach (var line in Decoding.FixtureLines($"gateio/{folder}/capture_other_frames.jsonl"))
        {
            decoding.Frame(line).ShouldBeOneOf(Frame.Noise, new Frame(FrameKind.Acknowledged, new FrameNote { IsTrades = true }));
            decoding.Batch.Count.ShouldBe(0);
        }
    }

    [Fact]
    public void Answers_name_their_request()
    {
        _spot.Frame("""{"time":1,"id":7,"channel":"spot.candlesticks","event":"subscribe","error":null,"result":{"status":"success"}}""").ShouldBe(new Frame(FrameKind.Acknowledged, new FrameNote { RequestId = 7 }));
        _spot.Frame("""{"time":1,"id":7,"channel":"spot.candlesticks","event":"subscribe","error":{"code":2,"message":"unknown currency pair: X"},"result":null}""")
            .ShouldBe(new Frame(FrameKind.Rejected, new FrameNote { RequestId = 7, Text = "unknown currency pair: X (code 2)" }));
        _spot.Frame("""{"time":1,"id":7,"channel":"spot.candlesticks","event":"subscribe","error":{"code":4,"message":"internal"},"result":null}""").Note!.Retry.ShouldBeTrue();
        _spot.Frame("""{"time":1,"channel":"spot.pong","event":"","result":null}""").Kind.ShouldBe(FrameKind.Heartbeat);
    }

    [Fact]
    public void Requests_say_the_interval_first_and_the_time_in_seconds()
    {
        _spot.Subscribe(_spot.NewSeries("BTC_USDT", Interval.OneMinute))
            .ShouldBe("""{"time":1606292600,"channel":"spot.candlesticks","id":7,"event":"subscribe","payload":["1m","BTC_USDT"]}""");
        _usdm.Ping().ShouldBe("""{"time":1606292600,"channel":"futures.ping"}""");
    }

    [Fact]
    public void History_rows_have_the_venues_own_column_order()
    {
        _spot.History(_spot.NewSeries("BTC_USDT", Interval.OneHour), Decoding.Fixture("gateio/spot/rest_candles.json"));

        _spot.Lines().ShouldBe(["BTC_USDT 1h 1717246800000 67715.1 67839.9 67715 67772.5 17.07790000 1157762.86821200 - closed"]);

        _usdm.History(_usdm.NewSeries("X_USDT", Interval.OneMinute), Decoding.Fixture("gateio/futures/rest_candles.json"));

        _usdm.Lines().ShouldBe(["X_USDT 1m 1539852480000 1.032 1.032 1.032 1.032 9.7151 3580 - closed"]);
    }

    [Fact]
    public void History_asks_for_no_more_points_than_a_page_in_seconds()
    {
        var request = _spot.Venue.HistoryPage(_spot.Market, _spot.NewSeries("BTC_USDT", Interval.OneMinute), 60_000, 60_000L * 5_000, 0);

        request.Path.ShouldBe("/api/v4/spot/candlesticks?currency_pair=BTC_USDT&interval=1m&from=60&to=59999");
        request.CoversToMs.ShouldBe(60_000_000);
    }

    [Fact]
    public void Listings_give_multipliers_and_base_and_quote()
    {
        _spot.Instruments(Decoding.Fixture("gateio/spot/rest_instruments_real.json"))[0].Symbol.ShouldBe("IHT/ETH");
        var contract = _usdm.Instruments(Decoding.Fixture("gateio/futures/rest_instruments_real.json"))[0];

        (contract.VenueSymbol, contract.Symbol, contract.ContractSize, contract.IsTrading).ShouldBe(("KNC_USDT", "KNC/USDT:USDT", 1m, true));
    }

    [Theory]
    [InlineData(400, """{"label":"INVALID_CURRENCY_PAIR","message":"x"}""", "Refused")]
    [InlineData(400, """{"label":"CONTRACT_NOT_FOUND","message":"x"}""", "Refused")]
    [InlineData(429, """{"label":"TOO_MANY_REQUESTS","message":"x"}""", "Limited")]
    [InlineData(500, """{"label":"INTERNAL","message":"x"}""", "Failed")]
    public void Refusals_limits_and_failures_are_told_apart(int status, string body, string outcome) =>
        _spot.History(_spot.NewSeries("X", Interval.OneMinute), body, status).Outcome.ToString().ShouldBe(outcome);

    [Theory]
    [InlineData("spot")]
    [InlineData("futures")]
    public void A_notice_of_an_upgrade_announces_the_connections_end(string channel)
    {
        var frame = (channel == "spot" ? _spot : _usdm).Frame(Decoding.Fixture($"gateio/ws_notice_upgrade_{channel}.json"));

        frame.Kind.ShouldBe(FrameKind.Closing);
        frame.Note!.Text.ShouldStartWith("The connection will soon be closed");
    }

    [Fact]
    public void A_notice_of_something_else_announces_nothing() =>
        _spot.Frame("""{"time":1,"channel":"spot.system","event":"update","result":{"type":"greeting","msg":"x"}}""").Kind.ShouldBe(FrameKind.Noise);

    [Fact]
    public void Of_a_list_with_one_candle_that_is_none_nothing_is_delivered()
    {
        var frame = _usdm.Frame("""
            {"time":1,"channel":"futures.candlesticks","event":"update","result":[
              {"t":1545129300,"v":1,"c":"95","h":"96","l":"89","o":"94","n":"5m_ETH_USDT"},
              {"t":1545129600,"v":1,"c":"95","h":null,"l":"89","o":"94","n":"5m_ETH_USDT"}]}
            """);

        frame.Kind.ShouldBe(FrameKind.Malformed);
        _usdm.Batch.Count.ShouldBe(0);
    }

    [Fact]
    public void Of_a_list_with_one_candle_that_breaks_a_rule_the_others_are_delivered()
    {
        _usdm.Frame("""
            {"time":1,"channel":"futures.candlesticks","event":"update","result":[
              {"t":1545129300,"v":1,"c":"95","h":"96","l":"89","o":"94","n":"5m_ETH_USDT"},
              {"t":1545129600,"v":1,"c":"95","h":"1","l":"89","o":"94","n":"5m_ETH_USDT"}]}
            """).Kind.ShouldBe(FrameKind.Quotes);

        (_usdm.Batch.Count, _usdm.Batch.Refused).ShouldBe((1, 1));
    }

    [Fact]
    public void No_bytes_make_the_decoder_throw() => _spot.Torture(
        Decoding.Fixture("gateio/spot/ws_candle_closed.json"), Decoding.Fixture("gateio/futures/ws_candles.json"), """{"id":7,"channel":"spot.candlesticks","event":"subscribe","error":{"code":2,"message":"x"}}""");
}
