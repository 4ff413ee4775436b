using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Hyperliquid;

public class HyperliquidVenueTests
{
    private readonly Decoding _perpetuals = new("hyperliquid", Market.UsdMargined);
    private readonly Decoding _spot = new("hyperliquid", Market.Spot);

    [Theory]
    [InlineData("ws_candle.json", "HYPE 1d 1764806400000 34.668 36.219 34.251 34.868 3495670.8399999999 - 102895 open")]
    [InlineData("ws_candle_update.json", "BTC 1m 1785053340000 64340.0 64340.0 64340.0 64340.0 0.00083 - 1 open")]
    [InlineData("ws_candle_update_2026_10.json", "BTC 1m 1791278880000 85827.0 85827.0 85801.0 85812.0 0.73617 - 20 open")]
    [InlineData("ws_candle_testnet_1h.json", "BTC 1h 1774486800000 72538.0 73086.0 71344.0 72824.0 1.50051 - 611 open")]
    public void Captured_candles_are_decoded_exactly_and_never_closed(string file, string line)
    {
        _perpetuals.Frame(Decoding.Fixture("hyperliquid/perp/" + file)).Kind.ShouldBe(FrameKind.Quotes);
        _perpetuals.Lines().ShouldBe([line]);
    }

    [Theory]
    [InlineData("ws_candle_minute_rollover_timed.jsonl", 5, "AAVE 1m 1742428800000 182.61 182.65 182.61 182.64 2.07 - 6 open")]
    [InlineData("ws_candle_one_minute_timed.jsonl", 2, "BTC 1m 1785053340000 64340.0 64347.0 64340.0 64346.0 0.15124 - 21 open")]
    public void Recorded_frames_are_decoded_exactly(string file, int frames, string last)
    {
        var lines = new List<string>();
        foreach (var line in Decoding.FixtureLines("hyperliquid/perp/" + file))
        {
            using var recorded = JsonDocument.Parse(line);
            _perpetuals.Frame(recorded.RootElement.GetProperty("frame").GetRawText());
            lines.AddRange(_perpetuals.Lines());
        }

        lines.Count.ShouldBe(frames);
        lines[^1].ShouldBe(last);
    }

    [Fact]
    public void An_array_of_candles_is_taken_too()
    {
        var one = """{"t":1785053340000,"T":1785053399999,"s":"xyz:TSLA","i":"1m","o":"1","c":"1","h":"1","l":"1","v":"2","n":1}""";
        _perpetuals.Frame($$"""{"data":[{{one}},{{one}}],"channel":"candle"}""");

        _perpetuals.Batch.Count.ShouldBe(2);
        _perpetuals.Batch.Quotes[0].Series.VenueSymbol.ShouldBe("xyz:TSLA");
    }

    [Fact]
    public void Acknowledgements_match_on_coin_and_interval()
    {
        var frame = _perpetuals.Frame(Decoding.Fixture("hyperliquid/perp/ws_subscribe_ack.json"));

        (frame.Kind, frame.Note!.Symbol, frame.Note.Interval).ShouldBe((FrameKind.Acknowledged, "HYPE", "1d"));
        _perpetuals.Frame(Decoding.Fixture("hyperliquid/ws_subscribe_ack_other_channel.json")).Kind.ShouldBe(FrameKind.Noise);
    }

    [Fact]
    public void Errors_name_their_series_inside_the_text_and_twice_subscribed_is_success()
    {
        var bad = _perpetuals.Frame(Decoding.Fixture("hyperliquid/ws_error_bad_symbol.json"));

        (bad.Kind, bad.Note!.Symbol, bad.Note.Interval, bad.Note.Retry).ShouldBe((FrameKind.Rejected, "TST2", "1d", false));
        _perpetuals.Frame(Decoding.Fixture("hyperliquid/ws_error_wrong_field_name.json")).Kind.ShouldBe(FrameKind.Rejected);
        _perpetuals.Frame(Decoding.Fixture("hyperliquid/ws_error_unknown_subscription_type.json")).Note!.Symbol.ShouldBe("BTC");
        var twice = _perpetuals.Frame("""{"channel":"error","data":"Already subscribed: {\"type\":\"candle\",\"interval\":\"1m\",\"coin\":\"BTC\"}"}""");

        (twice.Kind, twice.Note!.Symbol).ShouldBe((FrameKind.Acknowledged, "BTC"));
        _perpetuals.Frame("""{"channel":"error","data":"Cannot open more than 15 connections."}""").Note!.Retry.ShouldBeTrue();
    }

    [Fact]
    public void Pong_is_a_heartbeat_and_the_greeting_is_noise()
    {
        _perpetuals.Frame(Decoding.Fixture("hyperliquid/ws_pong.json")).Kind.ShouldBe(FrameKind.Heartbeat);
        _perpetuals.Frame("Websocket connection established.").Kind.ShouldBe(FrameKind.Noise);
    }

    [Fact]
    public void Requests_keep_odd_names_as_they_are() =>
        _perpetuals.Subscribe(_perpetuals.NewSeries("dex:STREAM****&é", Interval.OneMinute))
            .ShouldBe("""{"method":"subscribe","subscription":{"type":"candle","coin":"dex:STREAM****&é","interval":"1m"}}""");

    [Fact]
    public void History_asks_for_exactly_the_range_and_weighs_its_rows()
    {
        var request = _perpetuals.Venue.HistoryPage(
            _perpetuals.Market, _perpetuals.NewSeries("BTC", Interval.OneMinute), 60_000, 60_000 * 601, 60_000 * 10_000);

        Encoding.UTF8.GetString(request.Body!).ShouldBe("""{"type":"candleSnapshot","req":{"coin":"BTC","interval":"1m","startTime":60000,"endTime":36059999}}""");
        request.Weight.ShouldBe(30);
    }

    [Fact]
    public void Captured_history_is_decoded_exactly()
    {
        _perpetuals.History(_perpetuals.NewSeries("kPEPE", Interval.OneHour), Decoding.Fixture("hyperliquid/perp/rest_candle_snapshot_kpepe.json"));

        _perpetuals.Batch.Count.ShouldBe(16);
        _perpetuals.Lines()[0].ShouldBe("kPEPE 1h 1684699200000 0.001601 0.001616 0.001601 0.001604 520665683.0 - 709 closed");
        _spot.History(_spot.NewSeries("@107", Interval.OneDay), Decoding.Fixture("hyperliquid/spot/rest_candle_snapshot.json"));

        _spot.Lines()[0].ShouldBe("@107 1d 1737331200000 20.184 22.755 19.3 20.547 10651612.71 - 278401 closed");
    }

    [Theory]
    [InlineData(422, "Failed to deserialize the JSON body into the target type", "Refused")]
    [InlineData(500, "null", "Refused")]
    [InlineData(200, "null", "Refused")]
    [InlineData(200, "[]", "Ok")]
    [InlineData(429, "null", "Limited")]
    [InlineData(502, "<html>", "Failed")]
    public void Refusals_limits_and_failures_are_told_apart(int status, string body, string outcome) =>
        _perpetuals.History(_perpetuals.NewSeries("X", Interval.OneMinute), body, status).Outcome.ToString().ShouldBe(outcome);

    [Fact]
    public void Spot_pairs_are_named_by_their_tokens_index_values()
    {
        var found = _spot.Instruments("""{"universe":[{"tokens":[1,0],"name":"PURR/USDC","index":0},{"tokens":[150,0],"name":"@107","index":107},{"tokens":[197,0],"name":"@142","index":142}],"tokens":[{"name":"USDC","index":0},{"name":"HYPE","index":150},{"name":"PURR","index":1},{"name":"UBTC","index":197}]}""");
        found.Select(instrument => (instrument.VenueSymbol, instrument.Symbol))
            .ShouldBe([("PURR/USDC", "PURR/USDC"), ("@107", "HYPE/USDC"), ("@142", "UBTC/USDC")]);
        found[2].Aliases.ShouldContain("BTC/USDC");
    }

    [Fact]
    public void A_token_of_another_chain_is_known_by_its_coins_name_and_odd_rows_spoil_nothing()
    {
        var found = _spot.Instruments("""{"universe":[{"tokens":[2,0],"name":"@20"},{"tokens":[3,0],"name":"@188"},{"tokens":[4,0],"name":"@9"},{"tokens":[2],"name":"@1"},{"tokens":null,"name":"@2"},{"tokens":[2,99],"name":"@3"},{"tokens":["a",0],"name":"@4"},null],"tokens":[{"name":"USDC","index":0},{"name":"PUMP","index":2,"fullName":null},{"name":"UPUMP","index":3,"fullName":"Unit Pump Fun"},{"name":"UNI","index":4,"fullName":"Universe"},{"name":null,"index":5},{"index":6},null]}""");

        found.Select(one => one.Symbol).ShouldBe(["PUMP/USDC", "UPUMP/USDC", "UNI/USDC"]);
        found[1].Aliases.ShouldContain("PUMP/USDC");
        found[2].Aliases.ShouldBeEmpty();
    }

    [Fact]
    public void No_bytes_make_the_decoder_throw() => _perpetuals.Torture(
        Decoding.Fixture("hyperliquid/perp/ws_candle.json"), Decoding.Fixture("hyperliquid/perp/ws_subscribe_ack.json"), Decoding.Fixture(
            "hyperliquid/ws_error_bad_symbol.json"));
}
