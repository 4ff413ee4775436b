using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Okx;

public class OkxVenueTests
{
    private readonly Decoding _spot = new("okx", Market.Spot);
    private readonly Decoding _usdm = new("okx", Market.UsdMargined, contractSize: 0.01m);
    private readonly Decoding _coinm = new("okx", Market.CoinMargined, contractSize: 100);

    [Fact]
    public void Captured_candles_are_decoded_exactly_with_base_volume_from_the_column_of_the_market()
    {
        _spot.Frame(Decoding.Fixture("okx/spot/ws_candle_open.json"));

        _spot.Lines().ShouldBe(["BTC-USDT 1h 1705435200000 43169.8 43370 43168 43239 297.60067612 12874025.740848533 - open"]);

        _usdm.Frame(Decoding.Fixture("okx/swap/ws_candle_linear_seven_columns_2022.json"));

        _usdm.Lines().ShouldBe(["BTC-USDT-SWAP 1m 1662716640000 20702.4 20710 20702.3 20703.8 40.7 - - open"]);

        _coinm.Frame(Decoding.Fixture("okx/futures/ws_candle_inverse_seven_columns_2022.json"));

        _coinm.Lines().ShouldBe(["BTC-USD-220624 1m 1654154580000 29901.6 29921.2 29901.6 29921.2 0.554 - - open"]);

        _spot.Frame(Decoding.Fixture("okx/spot/ws_candle_seven_columns_2022.json"));

        _spot.Lines().ShouldBe(["BTC-USDT 1m 1654154580000 29930.7 29936.3 29930.7 29936.3 0.0111536 333.86246417 - open"]);
    }

    [Fact]
    public void A_confirmed_row_is_closed_and_nine_columns_of_a_swap_give_coin_and_quote()
    {
        _coinm.Frame("""{"data":[["1654154580000","29901.6","29921.2","29901.6","29921.2","628","2.5819","62800","1"]],"arg":{"instId":"BTC-USD-SWAP","channel":"candle1m"}}""");

        _coinm.Lines().ShouldBe(["BTC-USD-SWAP 1m 1654154580000 29901.6 29921.2 29901.6 29921.2 2.5819 62800 - closed"]);
    }

    [Fact]
    public void The_impossible_documentation_samples_are_refused_by_their_open_time()
    {
        _spot.Frame(Decoding.Fixture("okx/spot/ws_candle_confirmed.json"));

        _spot.Batch.Refusal.ShouldBe("okx spot BTC-USDT 1d: the open time is not on the interval's grid");

        _spot.History(_spot.NewSeries("X", Interval.OneMinute), Decoding.Fixture("okx/spot/rest_candles_doc_sample.json"));

        _spot.Batch.Refused.ShouldBe(2);
    }

    [Fact]
    public void Acknowledgements_name_their_series_in_any_key_order()
    {
        foreach (var file in (string[])["okx/spot/ws_subscribe_ack.json", "okx/spot/ws_subscribe_ack_doc.json"])
        {
            var frame = _spot.Frame(Decoding.Fixture(file));
            frame.Kind.ShouldBe(FrameKind.Acknowledged);
            frame.Note!.Symbol.ShouldBe("ETH-USDT");
        }

        foreach (var line in Decoding.FixtureLines("okx/ws_subscribe_ack_without_conn_id_2022.jsonl"))
        {
            _spot.Frame(line).Kind.ShouldBe(FrameKind.Noise, "of another channel");
        }
    }

    [Theory]
    [InlineData("okx/ws_error_candle_on_public_path.json", "BTC-USDT", "1m")]
    [InlineData("okx/ws_error_candle_on_public_path_2025.json", "BTC-USDT-SWAP", "1s")]
    [InlineData("okx/ws_error_channel_moved_2023.json", null, null)]
    public void Errors_name_their_series_inside_the_text(string file, string? symbol, string? interval)
    {
        var frame = _spot.Frame(Decoding.Fixture(file));

        frame.Kind.ShouldBe(FrameKind.Rejected);
        (frame.Note!.Symbol, frame.Note.Interval, frame.Note.Retry).ShouldBe((symbol, interval, false));
    }

    [Fact]
    public void The_notice_of_an_upgrade_announces_the_end_and_pong_is_a_heartbeat()
    {
        _spot.Frame(Decoding.Fixture("okx/ws_notice_service_upgrade.json")).Kind.ShouldBe(FrameKind.Closing);
        _spot.Frame("pong").Kind.ShouldBe(FrameKind.Heartbeat);
        _spot.Ping().ShouldBe("ping");
        _spot.Frame("""{"event":"channel-conn-count","channel":"x","connCount":"1"}""").Kind.ShouldBe(FrameKind.Noise);
    }

    [Fact]
    public void Requests_use_the_utc_spellings() =>
        _spot.Subscribe(_spot.NewSeries("BTC-USDT", Interval.OneMinute), _spot.NewSeries("ETH-USDT", Interval.OneDay))
            .ShouldBe("""{"id":"7","op":"subscribe","args":[{"channel":"candle1m","instId":"BTC-USDT"},{"channel":"candle1Dutc","instId":"ETH-USDT"}]}""");

    [Fact]
    public void History_pages_have_exclusive_bounds_and_the_endpoint_depends_on_age()
    {
        var series = _spot.NewSeries("BTC-USDT", Interval.OneMinute);
        var now = 60_000L * 1_000_000;
        var recent = _spot.Venue.HistoryPage(_spot.Market, series, now - (60_000 * 1_000), now, now);

        recent.Path.ShouldBe($"/api/v5/market/candles?instId=BTC-USDT&bar=1m&before={now - 60_000_000 - 1}&after={now}&limit=300");
        recent.CoversToMs.ShouldBe(now);
        _spot.Venue.HistoryPage(_spot.Market, series, now - (60_000 * 2_000), now, now).Path.ShouldStartWith("/api/v5/market/history-candles?");
    }

    [Fact]
    public void Captured_pages_come_out_ascending_and_the_row_says_whether_it_is_closed()
    {
        _spot.History(_spot.NewSeries("BTC-USDT", Interval.OneHour), Decoding.Fixture("okx/spot/rest_candles.json"));

        _spot.Lines()[0].ShouldBe("BTC-USDT 1h 1705420800000 43253.6 43440.2 43000 43250.9 942.87870026 40743115.773175484 - closed");
        _spot.Batch.Count.ShouldBe(4);

        _usdm.History(_usdm.NewSeries("BTC-USDT-SWAP", Interval.OneHour), Decoding.Fixture("okx/swap/rest_candles_linear.json"));

        _usdm.Lines()[^1].ShouldBe("BTC-USDT-SWAP 1h 1718658000000 66401 66734 66310.1 66575.3 2016.056 134181486.8892 - closed");

        _spot.History(_spot.NewSeries("SOL-USDT", Interval.OneMinute), Decoding.Fixture("okx/spot/rest_candles_with_open_row.json"));

        _spot.Batch.Quotes.ToArray().Select(quote => quote.IsClosed).ShouldBe([true, false]);
    }

    [Theory]
    [InlineData("okx/rest_error_bad_symbol.json", 200, "Refused")]
    [InlineData("okx/rest_error_bad_parameter.json", 400, "Refused")]
    [InlineData("okx/rest_error_rate_limit.json", 429, "Limited")]
    [InlineData("okx/spot/rest_candles_empty.json", 200, "Ok")]
    public void Refusals_and_limits_are_told_apart(string file, int status, string outcome) =>
        _spot.History(_spot.NewSeries("X", Interval.OneMinute), Decoding.Fixture(file), status).Outcome.ToString().ShouldBe(outcome);

    [Fact]
    public void Linear_or_inverse_is_known_from_the_contract_type_alone()
    {
        var file = Decoding.Fixture("okx/futures/rest_instruments_2026.json");

        _usdm.Instruments(file, "FUTURES").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            instrument => instrument.VenueSymbol.ShouldBe("BTC-USD_UM-261030"),
            instrument => instrument.Symbol.ShouldBe("BTC/USD:USD-261030"),
            instrument => instrument.ContractSize.ShouldBe(0.01m));
        _coinm.Instruments(file, "FUTURES").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            instrument => instrument.VenueSymbol.ShouldBe("BTC-USD-261030"),
            instrument => instrument.Symbol.ShouldBe("BTC/USD:BTC-261030"),
            instrument => instrument.ContractSize.ShouldBe(100m));
        _spot.Instruments(Decoding.Fixture("okx/spot/rest_instruments_2026.json"))[0].Symbol.ShouldBe("BTC/USDT");
        _usdm.Instruments(Decoding.Fixture("okx/swap/rest_instruments_2026.json"))[0].Symbol.ShouldBe("BTC/USDT:USDT");
    }

    [Fact]
    public void No_bytes_make_the_decoder_throw() => _spot.Torture(
        Decoding.Fixture("okx/spot/ws_candle_open.json"), Decoding.Fixture("okx/spot/ws_subscribe_ack.json"), Decoding.Fixture(
            "okx/ws_error_candle_on_public_path.json"), "pong");
}
