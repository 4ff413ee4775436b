using System.Buffers;
using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Binance;

public class BinanceStreamTests
{
    private const string Kline =
        """{"e":"kline","E":1718667728540,"s":"BTCUSDT","k":{"t":1718667720000,"T":1718667779999,"s":"BTCUSDT","i":"1m","o":"1.5","c":"2","h":"2.5","l":"1","v":"10","n":3,"x":true,"q":"15"}}""";

    private readonly Decoding _spot = new("binance", Market.Spot);

    [Fact]
    public void A_captured_update_is_decoded_exactly()
    {
        _spot.Frame(Decoding.Fixture("binance/spot/ws_kline_update.json")).Kind.ShouldBe(FrameKind.Quotes);

        var quote = _spot.Batch.Quotes.ToArray().ShouldHaveSingleItem();
        quote.Series.VenueSymbol.ShouldBe("BTCUSDT");
        quote.Interval.ShouldBe(Interval.OneMinute);
        quote.OpenTime.ShouldBe(new DateTimeOffset(2024, 6, 17, 23, 42, 0, TimeSpan.Zero));
        quote.CloseTime.ShouldBe(new DateTimeOffset(2024, 6, 17, 23, 43, 0, TimeSpan.Zero));
        (quote.Open, quote.High, quote.Low, quote.Close).ShouldBe((66477.91m, 66477.91m, 66468m, 66472.2m));
        quote.Volume.ShouldBe(10.75371m);
        quote.QuoteVolume.ShouldBe(714783.4621538m);
        quote.TradeCount.ShouldBe(246);
        quote.IsClosed.ShouldBeFalse();
        quote.EventTime.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1718667728540));
        quote.Source.ShouldBe(QuoteSource.Stream);
    }

    [Theory]
    [InlineData(Market.Spot, "spot", 2)]
    [InlineData(Market.UsdMargined, "usdm", 45)]
    [InlineData(Market.CoinMargined, "coinm", 22)]
    public void Every_captured_candle_is_decoded_and_everything_else_gives_nothing(Market market, string folder, int candles)
    {
        var decoding = new Decoding("binance", market);
        var found = 0;
        foreach (var line in Decoding.FixtureLines($"binance/{folder}/capture_candles.jsonl"))
        {
            decoding.Frame(line).Kind.ShouldNotBe(FrameKind.Malformed);
            decoding.Batch.Refused.ShouldBe(0, decoding.Batch.Refusal);
            found += decoding.Batch.Count;
        }

        found.ShouldBe(candles);
        foreach (var line in Decoding.FixtureLines($"binance/{folder}/capture_other_frames.jsonl"))
        {
            decoding.Frame(line).Kind.ShouldBe(FrameKind.Noise, line);
            decoding.Batch.Count.ShouldBe(0);
        }
    }

    [Fact]
    public void Coin_margined_volume_is_in_coins_and_its_quote_volume_is_contracts_times_their_size()
    {
        var decoding = new Decoding("binance", Market.CoinMargined, contractSize: 10);
        decoding.Frame(Decoding.FixtureLines("binance/coinm/capture_candles.jsonl")[0]);

        var quote = decoding.Batch.Quotes.ToArray().ShouldHaveSingleItem();
        quote.Series.VenueSymbol.ShouldBe("ETHUSD_210924");
        quote.Volume.ShouldBe(9.49653573m);
        quote.QuoteVolume.ShouldBe(18930m);
    }

    [Fact]
    public void Without_a_contract_size_the_quote_volume_is_unknown_and_not_a_guess()
    {
        var decoding = new Decoding("binance", Market.CoinMargined);
        decoding.Frame(Decoding.FixtureLines("binance/coinm/capture_candles.jsonl")[0]);

        decoding.Batch.Quotes[0].QuoteVolume.ShouldBeNull();
    }

    [Fact]
    public void The_impossible_documentation_samples_are_refused_by_the_rule_they_break()
    {
        _spot.Frame(Decoding.Fixture("binance/spot/ws_kline_combined.json"));

        _spot.Batch.Count.ShouldBe(0);
        _spot.Batch.Refusal.ShouldBe("binance spot BNBBTC 1m: the low is above the open");

        var usdm = new Decoding("binance", Market.UsdMargined);
        usdm.Frame(Decoding.Fixture("binance/usdm/ws_kline_open.json"));

        usdm.Batch.Refusal.ShouldBe("binance usdm BTCUSDT 1m: the low is above the open");
    }

    [Theory]
    [InlineData("""{"k":{"q":"15","x":true,"n":3,"v":"10","l":"1","h":"2.5","c":"2","o":"1.5","i":"1m","s":"BTCUSDT","t":1718667720000},"s":"BTCUSDT","E":1718667728540,"e":"kline"}""")]
    [InlineData("""  { "new" : {"a":[1,{"b":null}]} , "e" : "kline" , "E" : 1718667728540 , "k" : { "t" : 1718667720000 , "s" : "BTCUSDT" , "i" : "1m" , "o" : 1.5 , "c" : 2 , "h" : 2.5 , "l" : 1 , "v" : 1e1 , "n" : 3 , "x" : true , "q" : "1.5E+1" , "Z" : [] } } """)]
    [InlineData("""{"data":{"e":"kline","E":1718667728540,"k":{"t":1718667720000,"s":"BTCUSDT","i":"1m","o":"1.50","c":"2.00","h":"2.5","l":"1","v":"10","n":3,"x":true,"q":"15"}},"stream":"ethusdt@kline_5m"}""")]
    public void Other_key_orders_white_space_unknown_fields_wrappers_and_number_forms_mean_the_same(string text)
    {
        _spot.Frame(Kline);
        var expected = _spot.Batch.Quotes[0];

        _spot.Frame(text).Kind.ShouldBe(FrameKind.Quotes);
        _spot.Batch.Quotes.ToArray().ShouldHaveSingleItem().SameValues(expected).ShouldBeTrue();
    }

    [Fact]
    public void Numbers_of_eighteen_digits_are_exact()
    {
        _spot.Frame(Kline.Replace("\"10\"", "\"123456789.123456789\"", StringComparison.Ordinal));

        _spot.Batch.Quotes[0].Volume.ShouldBe(123456789.123456789m);
    }

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("\"\"")]
    [InlineData("\"0x10\"")]
    [InlineData("\"1.\"")]
    [InlineData("\".5\"")]
    [InlineData("\"1e-40\"")]
    [InlineData("\"79228162514264337593543950336\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[]")]
    public void A_number_that_is_none_or_that_would_be_rounded_makes_the_frame_malformed(string number)
    {
        _spot.Frame(Kline.Replace("\"10\"", number, StringComparison.Ordinal)).Kind.ShouldBe(FrameKind.Malformed);
        _spot.Batch.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"e\":\"kline\"}")]
    [InlineData("{\"e\":\"kline\",\"k\":{}}")]
    [InlineData("{\"e\":\"kline\",\"k\":5}")]
    [InlineData("{} {}")]
    [InlineData("not json")]
    public void What_is_no_message_of_the_venue_is_malformed(string text) => _spot.Frame(text).Kind.ShouldBe(FrameKind.Malformed);

    [Fact]
    public void Answers_name_their_request()
    {
        _spot.Frame("""{"result":null,"id":7}""").ShouldBe(new Frame(FrameKind.Acknowledged, new FrameNote { RequestId = 7 }));
        _spot.Frame("""{"error":{"code":2,"msg":"Invalid request: x"},"id":7}""")
            .ShouldBe(new Frame(FrameKind.Rejected, new FrameNote { RequestId = 7, Text = "Invalid request: x (code 2)" }));
        _spot.Frame("""{"code":2,"msg":"Invalid request: y"}""").ShouldBe(new Frame(FrameKind.Rejected, new FrameNote { Text = "Invalid request: y (code 2)" }));
    }

    [Theory]
    [InlineData("""{"e":"serverShutdown","E":1718667728540}""")]
    [InlineData("""{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1718667728540}}""")]
    public void A_shutdown_is_announced(string text) => _spot.Frame(text).Kind.ShouldBe(FrameKind.Closing);

    [Fact]
    public void A_request_names_streams_in_lower_case()
    {
        var output = new ArrayBufferWriter<byte>();
        _spot.Venue.WriteSubscribe(
            output, _spot.Market, [_spot.NewSeries("BTCUSDT", Interval.OneMinute), _spot.NewSeries("ETHUSDT", Interval.OneMonth)], new RequestStamp(3, 0));

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("""{"method":"SUBSCRIBE","params":["btcusdt@kline_1m","ethusdt@kline_1M"],"id":3}""");
    }

    [Fact]
    public void No_bytes_make_the_decoder_throw()
    {
        var random = new Random(1);
        var seeds = Decoding.FixtureLines("binance/usdm/capture_candles.jsonl").Append(Kline).Select(Encoding.UTF8.GetBytes).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = seeds[random.Next(seeds.Length)].ToArray();
            for (var changes = random.Next(4); changes >= 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            _spot.Frame(bytes.AsSpan(0, random.Next(10) == 0 ? random.Next(bytes.Length) : bytes.Length));
        }
    }
}
