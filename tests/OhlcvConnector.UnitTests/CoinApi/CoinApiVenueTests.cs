using System.Buffers;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.CoinApi;

public class CoinApiVenueTests
{
    private const string Key = "0123abcd-4567-89ef-0123-456789abcdef";
    private readonly Decoding _spot = new("coinapi", Market.Spot);

    [Fact]
    public void A_documented_candle_is_decoded_exactly_and_never_closed()
    {
        _spot.Frame(Decoding.Fixture("coinapi/ws_ohlcv.json")).Kind.ShouldBe(FrameKind.Quotes);
        _spot.Lines().ShouldBe(["BITSTAMP_SPOT_XRP_USD 1m 1560266760000 0.3865 0.38706 0.3865 0.38706 1500.31419084 - 5 open"]);
    }

    [Theory]
    [InlineData("\"period_id\":\"1HRS\",\"time_period_start\":\"2026-01-01T01:00:00Z\",\"time_period_end\":\"2026-01-01T02:00:00.0000000Z\"", "1h")]
    [InlineData("\"time_period_start\":\"2026-01-01T01:00:00.0Z\",\"time_period_end\":\"2026-01-01T01:00:05Z\"", "5s")]
    [InlineData("\"time_period_start\":\"2026-01-01T00:00:00Z\",\"time_period_end\":\"2026-01-02T00:00:00Z\"", "1d")]
    public void The_length_is_what_is_named_or_lies_between_the_bounds(string period, string interval)
    {
        _spot.Frame($$"""{"type":"ohlcv","symbol_id":"A_SPOT_B_C",{{period}},"price_open":1e-5,"price_high":1E-5,"price_low":0.00001,"price_close":1e-5,"volume_traded":1,"trades_count":1}""");

        _spot.Batch.Quotes[0].Series.Interval.ToString().ShouldBe(interval);
        _spot.Batch.Quotes[0].Open.ShouldBe(0.00001m);
    }

    [Fact]
    public void A_period_without_trades_is_no_candle_on_the_stream_and_in_history()
    {
        const string Empty = """
            "time_period_start":"2026-01-01T01:00:00Z","time_period_end":"2026-01-01T01:01:00Z","time_open":null,"time_close":null,"price_open":null,
            "price_high":null,"price_low":null,"price_close":null,"volume_traded":0,"trades_count":0
            """;
        _spot.Frame($$"""{"type":"ohlcv","symbol_id":"A_SPOT_B_C",{{Empty}}}""").Kind.ShouldBe(FrameKind.Quotes);
        (_spot.Batch.Count, _spot.Batch.Refused).ShouldBe((0, 0));
        _spot.History(Series(), $$"""[{{{Empty}}}]""").Outcome.ShouldBe(RestOutcome.Ok);
        (_spot.Batch.Count, _spot.Batch.Refused).ShouldBe((0, 0));
    }

    [Fact]
    public void A_row_that_cannot_be_read_is_refused_alone_and_by_its_time()
    {
        const string Sound = """{"time_period_start":"2026-01-01T01:00:00Z","time_period_end":"2026-01-01T01:01:00Z","price_open":1,"price_high":1,"price_low":1,"price_close":1,"volume_traded":1,"trades_count":1}""";
        _spot.History(Series(), $"[{Sound.Replace("\"price_close\":1", "\"price_close\":null", StringComparison.Ordinal).Replace("01:00:", "01:02:", StringComparison.Ordinal)},{Sound}]");

        _spot.Batch.Count.ShouldBe(1);
        var refused = _spot.Batch.RefusedRows.ShouldHaveSingleItem();
        (refused.OpenMs, refused.Rule).ShouldBe((DateTimeOffset.Parse("2026-01-01T01:02:00Z", null).ToUnixTimeMilliseconds(), "it cannot be read: A candle without 'price_close'"));
    }

    [Theory]
    [InlineData("ws_heartbeat.json", FrameKind.Heartbeat, null)]
    [InlineData("ws_error.json", FrameKind.Failed, "Invalid API key")]
    [InlineData("ws_error_buffer_full.json", FrameKind.Failed, "Reached maximum allowed buffered messages for this connection.")]
    [InlineData("ws_reconnect.json", FrameKind.Closing, "this server stops at 2020-08-06T19:19:09.7035429Z")]
    public void Other_messages_are_what_they_are(string file, object kind, string? text)
    {
        var frame = _spot.Frame(Decoding.Fixture("coinapi/" + file));

        (frame.Kind, frame.Note?.Text).ShouldBe(((FrameKind)kind, text));
        _spot.Batch.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"type":"heartbeat"}""", FrameKind.Heartbeat)]
    [InlineData("""{"type":"trade","symbol_id":"A_SPOT_B_C","price":1}""", FrameKind.Noise)]
    [InlineData("""{}""", FrameKind.Noise)]
    [InlineData("""{"type":"error"}""", FrameKind.Failed)]
    [InlineData("""{"type":"ohlcv","symbol_id":"A_SPOT_B_C"}""", FrameKind.Malformed)]
    [InlineData("""{"type":"ohlcv","symbol_id":"A","time_period_start":"yesterday"}""", FrameKind.Malformed)]
    public void Messages_that_no_sample_shows_are_known_or_left_out(string text, object kind) => _spot.Frame(text).Kind.ShouldBe((FrameKind)kind);

    [Fact]
    public void History_and_its_errors_are_read_as_documented()
    {
        _spot.History(_spot.NewSeries("BITSTAMP_SPOT_BTC_USD", Interval.OneDay), Decoding.Fixture("coinapi/rest_ohlcv_history.json")).ShouldBe(RestReply.Ok);
        _spot.Lines().ShouldBe([
            "BITSTAMP_SPOT_BTC_USD 1d 1483228800000 966.34 1005 960.53 997.75 6850.59330859 - 7815 closed",
            "BITSTAMP_SPOT_BTC_USD 1d 1483315200000 997.75 1032 990.01 1012.54 8167.38103018 - 7871 closed"]);
        var error = Decoding.Fixture("coinapi/rest_error.json");

        Outcome(401).ShouldBe((RestOutcome.Refused, "Invalid API key (HTTP 401): the key 0123...cdef is wrong; look at CoinApiKey"));
        Outcome(403).Outcome.ShouldBe(RestOutcome.Refused);
        Outcome(550).Outcome.ShouldBe(RestOutcome.Refused);
        Outcome(429).ShouldBe((RestOutcome.Limited, "Invalid API key (HTTP 429)"));
        Outcome(500).Outcome.ShouldBe(RestOutcome.Failed);

        (RestOutcome Outcome, string Text) Outcome(int status)
        {
            var keyed = _spot.Market with { Key = _spot.Market.Key! with { Value = Key } };
            var reply = _spot.Venue.DecodeHistory(keyed, Series(), new RestAnswer(status, Encoding.UTF8.GetBytes(error)), _spot.Batch);
            return (reply.Outcome, reply.Text);
        }
    }

    [Theory]
    [InlineData("X-RateLimit-Reset", "2026-01-01T00:00:30Z", 30)]
    [InlineData("X-RateLimit-Reset", "soon", 10)]
    [InlineData("X-RateLimit-Quota-Remaining", "0", 600)]
    [InlineData("X-RateLimit-Quota-Remaining", "17", 10)]
    public void Too_many_requests_wait_as_long_as_the_headers_say(string name, string value, int seconds)
    {
        var reply = _spot.Venue.DecodeHistory(
            _spot.Market, Series(), new RestAnswer(429, "{}"u8, header => header == name ? value : header == "Date" ? "Thu, 01 Jan 2026 00:00:00 GMT" : null), _spot.Batch);

        reply.RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void A_hello_names_all_lengths_and_all_symbols_exactly_and_carries_the_key()
    {
        var market = _spot.Market with { Key = _spot.Market.Key! with { Value = Key } };
        var output = new ArrayBufferWriter<byte>();
        _spot.Venue.WriteSubscribe(
            output, market, [Series("B_SPOT_C_D", Interval.OneHour), Series("A_SPOT_C_D"), Series("B_SPOT_C_D")], new RequestStamp(7, 0));

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(
            $$"""{"type":"hello","apikey":"{{Key}}","heartbeat":true,"subscribe_data_type":["ohlcv"],"subscribe_filter_period_id":["1MIN","1HRS"],"subscribe_filter_symbol_id":["A_SPOT_C_D$","B_SPOT_C_D$"]}""");
    }

    [Fact]
    public void A_page_of_history_costs_a_credit_for_a_hundred_rows()
    {
        var from = DateTimeOffset.Parse("2026-01-01T00:00:00Z", null).ToUnixTimeMilliseconds();
        var request = _spot.Venue.HistoryPage(_spot.Market, Series("A_SPOT_B/C_D"), from, from + (250 * 60_000), from + 86_400_000);

        request.Path.ShouldBe("/v1/ohlcv/A_SPOT_B%2FC_D/history?period_id=1MIN&time_start=2026-01-01T00:00:00.000Z&time_end=2026-01-01T04:10:00.000Z&limit=1000&include_empty_items=false");
        (request.Weight, request.CoversToMs).ShouldBe((3, from + (250 * 60_000)));
    }

    [Fact]
    public void The_listing_is_the_exchanges_and_then_their_spot_symbols_some_exchanges_at_a_time()
    {
        var found = new List<Instrument>();
        var exchanges = $"[{string.Join(',', Enumerable.Range(0, 30).Select(i => $$"""{"exchange_id":"EX{{i}}"}"""))}]";
        var first = Decode(exchanges, null);
        _spot.Venue.InstrumentPage(_spot.Market, null).Path.ShouldBe("/v1/exchanges");
        first.NextList.ShouldStartWith("EX0 EX1 ");
        _spot.Venue.InstrumentPage(_spot.Market, first.NextList).Path.ShouldStartWith("/v1/symbols?filter_symbol_id=EX0_SPOT_,EX1_SPOT_,");
        var second = Decode(
            """
            [{"symbol_id":"EX0_SPOT_BTC_USD","exchange_id":"EX0","symbol_type":"SPOT","asset_id_base":"BTC","asset_id_quote":"USD","data_start":"2023-01-02","data_end":"2026-01-20","price_precision":0.01,"size_precision":1E-8},
             {"symbol_id":"EX0_SPOT_OLD_USD","exchange_id":"EX0","symbol_type":"SPOT","asset_id_base":"OLD","asset_id_quote":"USD","data_end":"2026-01-01"},
             {"symbol_id":"EX0_PERP_BTC_USD","exchange_id":"EX0","symbol_type":"PERPETUAL","asset_id_base":"BTC","asset_id_quote":"USD"}]
            """, first.NextList);

        second.NextList.ShouldBe("EX25 EX26 EX27 EX28 EX29");
        Decode("[]", second.NextList).NextList.ShouldBeNull();
        found.Select(one => (one.VenueSymbol, one.Symbol, one.TickSize, one.LotSize, one.ListedAt?.Year, one.IsTrading)).ShouldBe([
            ("EX0_SPOT_BTC_USD", "BTC/USD", 0.01m, 0.00000001m, 2023, true), ("EX0_SPOT_OLD_USD", "OLD/USD", null, null, null, false)]);
        found[0].Aliases.ShouldContain("EX0:BTC/USD");

        RestReply Decode(string body, string? cursor) =>
            _spot.Venue.TryDecodeInstruments(_spot.Market, cursor, new RestAnswer(200, Encoding.UTF8.GetBytes(body)), found);
    }

    [Fact]
    public void The_documented_periods_are_known_by_their_names()
    {
        using var periods = JsonDocument.Parse(Decoding.Fixture("coinapi/rest_ohlcv_periods.json"));
        var second = periods.RootElement.EnumerateArray().Single(period => period.GetProperty("length_seconds").GetInt32() == 1);

        _spot.Market.Intervals.StreamSpelling(Interval.OneSecond).ShouldBe(second.GetProperty("period_id").GetString());
        _spot.Market.Intervals.RestSpelling(Interval.OneMonth).ShouldBe("1MTH");
    }

    private Series Series(string symbol = "A_SPOT_B_C", Interval? interval = null) => _spot.NewSeries(symbol, interval ?? Interval.OneMinute);
}
