using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Bybit;

public class BybitVenueTests
{
    private readonly Decoding _spot = new("bybit", Market.Spot);
    private readonly Decoding _linear = new("bybit", Market.UsdMargined);
    private readonly Decoding _inverse = new("bybit", Market.CoinMargined);

    [Fact]
    public void A_documented_update_is_decoded_exactly()
    {
        _linear.Frame(Decoding.Fixture("bybit/linear/ws_kline_update.json"));

        _linear.Lines().ShouldBe(["BTCUSDT 5m 1672324800000 16649.5 16677 16608 16677 2.081 34666.4005 - open"]);
        _linear.Batch.Quotes[0].EventTime.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1672324988882));
    }

    [Fact]
    public void One_message_can_hold_the_closed_candle_and_the_new_one_before_it_says_the_topic()
    {
        const string Candle = """{"start":START,"end":0,"interval":"1","open":"1","close":"1","high":"1","low":"1","volume":"100","turnover":"2","confirm":CLOSED,"timestamp":0}""";
        var closed = Candle.Replace("START", "1672324800000", StringComparison.Ordinal).Replace("CLOSED", "true", StringComparison.Ordinal);
        var open = Candle.Replace("START", "1672324860000", StringComparison.Ordinal).Replace("CLOSED", "false", StringComparison.Ordinal);

        _inverse.Frame($$"""{"data":[{{closed}},{{open}}],"ts":1672324860001,"topic":"kline.1.BTCUSD","type":"snapshot"}""");

        _inverse.Lines().ShouldBe(["BTCUSD 1m 1672324800000 1 1 1 1 2 100 - closed", "BTCUSD 1m 1672324860000 1 1 1 1 2 100 - open"]);
    }

    [Fact]
    public void Answers_name_their_request_and_a_bad_topic_its_series()
    {
        _spot.Frame("""{"success":true,"ret_msg":"subscribe","conn_id":"x","req_id":"7","op":"subscribe"}""").ShouldBe(new Frame(FrameKind.Acknowledged, new FrameNote { RequestId = 7 }));
        _spot.Frame(Decoding.Fixture("bybit/ws_subscribe_ack.json")).Kind.ShouldBe(FrameKind.Acknowledged);
        _spot.Frame(Decoding.Fixture("bybit/ws_subscribe_failure.json")).Note!.Text.ShouldBe("Invalid topic: invalid.topic.BTCUSDT");

        var named = _spot.Frame("""{"success":false,"ret_msg":"error:handler not found,topic:kline.1.NOPE","conn_id":"x","req_id":"7","op":"subscribe"}""");

        named.Kind.ShouldBe(FrameKind.Rejected);
        (named.Note!.RequestId, named.Note.Symbol, named.Note.Interval).ShouldBe((7, "NOPE", "1"));

        var command = _spot.Frame("""{"type":"COMMAND_RESP","data":{"successTopics":["kline.1.A"],"failTopics":["kline.5.B"]},"req_id":"7"}""");

        (command.Kind, command.Note!.Symbol, command.Note.Interval).ShouldBe((FrameKind.Rejected, "B", "5"));
        _spot.Frame("""{"data":{"failTopics":[],"successTopics":["kline.1.A"]},"type":"COMMAND_RESP","req_id":"7"}""").Kind.ShouldBe(FrameKind.Acknowledged);
    }

    [Fact]
    public void A_topic_that_the_venue_has_already_is_no_failure_of_it()
    {
        var frame = _spot.Frame("""{"success":false,"ret_msg":"error:already subscribed,topic:kline.1.BTCUSDT","conn_id":"x","req_id":"7","op":"subscribe"}""");

        (frame.Note!.RequestId, frame.Note.Symbol, frame.Note.Interval, frame.Note.IsSubscribed).ShouldBe((7, "BTCUSDT", "1", true));
    }

    [Theory]
    [InlineData("""{"success":true,"ret_msg":"pong","conn_id":"x","op":"ping"}""")]
    [InlineData("""{"op":"pong","args":["1"],"conn_id":"x"}""")]
    public void Both_forms_of_pong_are_heartbeats(string text) => _spot.Frame(text).Kind.ShouldBe(FrameKind.Heartbeat);

    [Fact]
    public void Requests_name_topics()
    {
        _spot.Subscribe(_spot.NewSeries("BTCUSDT", Interval.OneMinute), _spot.NewSeries("ETHUSDT", Interval.OneDay))
            .ShouldBe("""{"req_id":"7","op":"subscribe","args":["kline.1.BTCUSDT","kline.D.ETHUSDT"]}""");
        _spot.Ping().ShouldBe("""{"req_id":"7","op":"ping"}""");
    }

    [Fact]
    public void Inverse_history_has_base_volume_in_turnover_and_comes_out_ascending()
    {
        _inverse.History(_inverse.NewSeries("BTCUSD", Interval.OneHour), Decoding.Fixture("bybit/inverse/rest_klines.json"));

        _inverse.Lines().ShouldBe(
        [
            "BTCUSD 1h 1670601600000 17086.5 17088 16978 17071.5 0.37288112 6356 - closed",
            "BTCUSD 1h 1670605200000 17071.5 17071.5 17061 17071 0.24469757 4177 - closed",
            "BTCUSD 1h 1670608800000 17071 17073 17027 17055.5 15.74462667 268611 - closed",
        ]);
    }

    [Fact]
    public void The_impossible_documentation_row_is_refused()
    {
        _linear.History(_linear.NewSeries("BTCUSDT", Interval.OneMinute), Decoding.Fixture("bybit/linear/rest_klines.json"));

        _linear.Batch.Refusal.ShouldBe("bybit usdm BTCUSDT 1m: the open time is not on the interval's grid");
    }

    [Theory]
    [InlineData(200, """{"retCode":10001,"retMsg":"Not supported symbols","result":{}}""", "Refused")]
    [InlineData(200, """{"retCode":10006,"retMsg":"Too many visits!","result":{}}""", "Limited")]
    [InlineData(403, "", "Limited")]
    [InlineData(200, """{"retCode":10016,"retMsg":"Server error.","result":{}}""", "Failed")]
    [InlineData(502, "<html>", "Failed")]
    public void Refusals_limits_and_failures_are_told_apart(int status, string body, string outcome) =>
        _spot.History(_spot.NewSeries("X", Interval.OneMinute), body, status).Outcome.ToString().ShouldBe(outcome);

    [Fact]
    public void Listings_give_the_markets_spellings()
    {
        _inverse.Instruments(Decoding.Fixture("bybit/inverse/rest_instruments.json")).ShouldHaveSingleItem().Symbol.ShouldBe("BTC/USD:BTC");
        _linear.Instruments(Decoding.Fixture("bybit/linear/rest_instruments.json"))[0].Symbol.ShouldBe("BTC/USDT:USDT");
        _spot.Instruments(Decoding.Fixture("bybit/spot/rest_instruments.json"))[0].Symbol.ShouldBe("BTC/USDT");
    }

    [Fact]
    public void No_bytes_make_the_decoder_throw() => _linear.Torture(
        Decoding.Fixture("bybit/linear/ws_kline_update.json"), Decoding.Fixture("bybit/ws_subscribe_failure.json"), """{"type":"COMMAND_RESP","data":{"failTopics":["kline.5.B"]}}""");
}
