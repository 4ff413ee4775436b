using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Wire;

/// <summary>The fast way to a candle says what the real parser says, or nothing.</summary>
public class FastDecodingProperties
{
    private const int Frames = 3_000;
    private const int DisturbedFrames = 20_000;

    public static IEnumerable<object[]> Markets() => CandleFrames.Markets.Select(row => new object[] { row.Venue, row.Market });

    public static TheoryData<string, Market, string> RecordedFrames() => new()
    {
        { "binance", Market.Spot, "binance/spot/ws_kline_update.json" },
        { "binance", Market.UsdMargined, "binance/usdm/ws_kline_closed.json" },
        { "okx", Market.Spot, "okx/spot/ws_candle_open.json" },
        { "okx", Market.Spot, "okx/spot/ws_candle_confirmed.json" },
        { "bybit", Market.UsdMargined, "bybit/linear/ws_kline_update.json" },
        { "gateio", Market.Spot, "gateio/spot/ws_candle_closed.json" },
        { "hyperliquid", Market.UsdMargined, "hyperliquid/perp/ws_candle_update_2026_10.json" },
        { "hyperliquid", Market.UsdMargined, "hyperliquid/perp/ws_candle_testnet_1h.json" },
        { "coinapi", Market.Spot, "coinapi/ws_ohlcv.json" },
    };

    [Theory]
    [MemberData(nameof(Markets))]
    public void Every_sound_candle_is_decoded_the_fast_way_and_alike(string venue, Market market) =>
        Check(Frames, (Random random) => IsAlike(venue, market, Encoding.UTF8.GetBytes(CandleFrames.Next(venue, market, random)), mustBeFast: true));

    [Theory]
    [MemberData(nameof(Markets))]
    public void Whatever_is_done_to_a_frame_it_is_decoded_alike_or_refused_alike(string venue, Market market) =>
        Check(DisturbedFrames, (Random random) => IsAlike(
            venue, market, CandleFrames.Disturbed(CandleFrames.Next(venue, market, random), random), mustBeFast: false));

    [Theory]
    [MemberData(nameof(Markets))]
    public void Symbols_of_all_lengths_put_every_value_at_every_place_of_a_block_and_nothing_changes(string venue, Market market)
    {
        var random = new Random(1);
        for (var length = 1; length <= 130; length++)
        {
            var frame = CandleFrames.Next(venue, market, random).Replace("BTC", new string('B', length), StringComparison.Ordinal);
            IsAlike(venue, market, Encoding.UTF8.GetBytes(frame), mustBeFast: true).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Markets))]
    public void One_byte_changed_put_in_or_taken_out_anywhere_or_an_end_anywhere_is_decoded_alike_or_refused_alike(string venue, Market market)
    {
        var random = new Random(2);
        foreach (var frame in Enumerable.Range(0, 4).Select(_ => Encoding.UTF8.GetBytes(CandleFrames.Next(venue, market, random))))
        {
            for (var at = 0; at < frame.Length; at++)
            {
                IsAlike(venue, market, frame[..at], mustBeFast: false).ShouldBeTrue();
                IsAlike(venue, market, [.. frame[..at], .. frame[(at + 1)..]], mustBeFast: false).ShouldBeTrue();
                foreach (var one in "\",:.-0 {}[]\\\u001f\u00ff"u8.ToArray())
                {
                    IsAlike(venue, market, [.. frame[..at], one, .. frame[(at + 1)..]], mustBeFast: false).ShouldBeTrue();
                    IsAlike(venue, market, [.. frame[..at], one, .. frame[at..]], mustBeFast: false).ShouldBeTrue();
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(RecordedFrames))]
    public void A_recorded_candle_is_decoded_the_fast_way_and_alike(string venue, Market market, string file)
    {
        using var document = JsonDocument.Parse(Decoding.Fixture(file)); // some were stored with white space, which is not on the wire
        IsAlike(venue, market, JsonSerializer.SerializeToUtf8Bytes(document.RootElement), mustBeFast: true).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Markets))]
    public void Decoding_a_candle_allocates_nothing(string venue, Market market)
    {
        var decoding = new Decoding(venue, market, contractSize: 0.01m);
        var random = new Random(1);
        var frames = Enumerable.Range(0, 100).Select(_ => Encoding.UTF8.GetBytes(CandleFrames.Next(venue, market, random)))
            .Where(frame => decoding.Frame(frame).Kind == FrameKind.Quotes && decoding.Batch.Refused == 0).ToArray(); // a refusal costs its words
        frames.Length.ShouldBeGreaterThan(50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var frame in frames)
        {
            decoding.Frame(frame);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData("binance", Market.Spot, "{\"e\":\"kline\",\"E\":1,\"s\":\"A\",\"k\":{\"t\":60000,\"t\":120000,\"s\":\"A\",\"i\":\"1m\",\"o\":\"1\",\"c\":\"1\",\"h\":\"1\",\"l\":\"1\",\"v\":\"1\",\"x\":false,\"q\":\"1\"}}")]
    [InlineData("binance", Market.Spot, "{\"e\":\"kline\",\"E\":1,\"s\":\"A\\u0042\",\"k\":{\"t\":60000,\"s\":\"A\\u0042\",\"i\":\"1m\",\"o\":\"1\",\"c\":\"1\",\"h\":\"1\",\"l\":\"1\",\"v\":\"1\",\"x\":false,\"q\":\"1\"}}")]
    [InlineData("hyperliquid", Market.UsdMargined, "{\"channel\":\"candle\",\"data\":{\"t\":060000,\"s\":\"A\",\"i\":\"1m\",\"o\":\"1\",\"c\":\"1\",\"h\":\"1\",\"l\":\"1\",\"v\":\"1\",\"n\":1}}")]
    [InlineData("hyperliquid", Market.UsdMargined, "{\"channel\":\"candle\",\"data\":{\"t\":60000,\"s\":\"A\",\"i\":\"1m\",\"o\":\"1\",\"c\":\"1\",\"h\":\"1\",\"l\":\"1\",\"v\":\"1\",\"n\":1}}\n")]
    [InlineData("okx", Market.Spot, "{\"arg\":{\"channel\":\"candle1m\",\"instId\":\"A\"},\"data\":[[\"60000\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"0\"],[\"120000\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"0\"]]}")]
    public void Duplicates_escapes_leading_zeros_white_space_and_second_candles_are_left_to_the_real_parser(string venue, Market market, string frame)
    {
        var decoding = new Decoding(venue, market);
        decoding.Batch.Reset(QuoteSource.Stream, decoding.Now);

        decoding.Venue.TryDecodeCandle(decoding.Market, Encoding.UTF8.GetBytes(frame), decoding.Batch).ShouldBeFalse();
        decoding.Batch.Count.ShouldBe(0);
        IsAlike(venue, market, Encoding.UTF8.GetBytes(frame), mustBeFast: false).ShouldBeTrue();
    }

    private static void Check(int count, Func<Random, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => holds(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    private static bool IsAlike(string venue, Market market, byte[] frame, bool mustBeFast)
    {
        var fast = new Decoding(venue, market, contractSize: 0.01m);
        var real = new Decoding(venue, market, contractSize: 0.01m);
        var isFast = true;
        var left = Outcome(fast, () => (isFast = fast.Venue.TryDecodeCandle(fast.Market, frame, fast.Batch)) ? Frame.Quotes : Frame.Noise);
        if (!isFast)
        {
            return !mustBeFast && fast.Batch.Count == 0 && fast.Batch.Refused == 0;
        }

        var right = Outcome(real, () => real.Venue.Decode(real.Market, frame, real.Batch));
        return left == right ? true : throw new InvalidOperationException($"{Encoding.UTF8.GetString(frame)}\nfast: {left}\nreal: {right}");
    }

    /// <summary>Everything that can be seen of a decoding: kind or exception, refusals, and all values with their scales.</summary>
    private static string Outcome(Decoding decoding, Func<Frame> decode)
    {
        decoding.Batch.Reset(QuoteSource.Stream, decoding.Now);
        string kind;
        try
        {
            kind = decode().ToString();
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            kind = $"{exception.GetType().Name}: {exception.Message}";
        }

        var quotes = decoding.Batch.Quotes.ToArray()
            .Select(quote => string.Create(CultureInfo.InvariantCulture, $"{quote.Line()} {quote.EventTime:O} {quote.Source}"));
        return $"{kind} | {decoding.Batch.Refused} {decoding.Batch.Refusal} | {string.Join("; ", quotes)}";
    }
}
