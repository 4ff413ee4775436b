using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public class DecodeTests
{
    private const string Candle = """{"e":"kline","E":1767225603000,"s":"BTCUSDT","k":{"t":1767225600000,"T":1767225659999,"s":"BTCUSDT","i":"1m","o":"1.5","c":"1.6","h":"1.7","l":"1.4","v":"10","n":3,"x":false,"q":"15.5"}}""";
    private const string Rows = """[[1767225720000,"1","2","1","2","5",0,"7",1],[1767225600000,"1","2","1","2","5",0,"7",1],[1767225660000,"1","2","1","2","5",0,"7",1]]""";

    [Fact]
    public async Task Numbers_of_eighteen_digits_stay_exact()
    {
        var result = await CommandLine.DecodeAsync(Candle.Replace("\"10\"", "\"123456789012345678.123456789\"", StringComparison.Ordinal).Replace(
            "\"15.5\"", "123456789012345678", StringComparison.Ordinal));

        result.Code.ShouldBe(0);
        result.Output.ShouldContain("\"volume\":123456789012345678.123456789,\"quoteVolume\":123456789012345678,");
    }

    [Theory]
    [InlineData("1.5e-7", "0.00000015")]
    [InlineData("2E+3", "2000")]
    public async Task An_exponent_is_read_and_never_written(string sent, string written)
    {
        var result = await CommandLine.DecodeAsync(Candle.Replace("\"v\":\"10\"", $"\"v\":{sent}", StringComparison.Ordinal));

        result.Output.ShouldContain($"\"volume\":{written},");
    }

    [Fact]
    public async Task A_number_that_no_decimal_holds_is_an_error_and_not_a_rounding()
    {
        var result = await CommandLine.DecodeAsync(Candle.Replace("\"10\"", "\"1234567890123456789012345678901.5\"", StringComparison.Ordinal));

        result.Code.ShouldBe(1);
        result.Output.ShouldBe("");
        result.Errors.Single().ShouldStartWith("error: line 1: '1234567890123456789012345678901.5' is not a number");
    }

    [Fact]
    public async Task Unknown_fields_other_orders_and_white_space_change_nothing()
    {
        var clock = new ManualTimeProvider();
        var plain = await new CommandLine { Input = Candle, Clock = clock }.RunAsync(["decode", "binance", "-"]);
        var odd = await new CommandLine
        {
            Clock = clock,
            Input = """

                {
                  "k" : { "x" : false, "new" : {"a":[1,{"k":2}]}, "q" : "15.5", "n":3, "v":"10", "l":"1.4", "h":"1.7",
                          "c":"1.6", "o":"1.5", "i":"1m", "s":"BTCUSDT", "T":1767225659999, "t":1767225600000 },
                  "added" : [ "later" ],
                  "s":"BTCUSDT", "E" : 1767225603000, "e" : "kline"
                }

                """,
        }.RunAsync(["decode", "binance", "-"]);

        plain.Code.ShouldBe(0);
        odd.ShouldBe(plain);
    }

    [Fact]
    public async Task A_broken_line_is_named_and_the_others_are_still_decoded()
    {
        var result = await CommandLine.DecodeAsync($"{Candle}\n\n{Candle[..90]}\r\n{{\"result\":null,\"id\":1}}\n{Candle}");

        result.Code.ShouldBe(1);
        result.Lines.Length.ShouldBe(2);
        result.Errors.Single().ShouldStartWith("error: line 3: ");
        result.Error.ShouldNotContain("LineNumber");
    }

    [Fact]
    public async Task A_document_over_many_lines_that_breaks_off_is_one_error()
    {
        var result = await CommandLine.DecodeAsync("{\n  \"e\": \"kline\",\n  \"E\": 1767225603000,\n  \"k\": {\n    \"t\": 17");

        result.Code.ShouldBe(1);
        result.Errors.Single().ShouldStartWith("error: line 1: ");
    }

    [Fact]
    public async Task A_recording_without_a_candle_says_so()
    {
        var result = await CommandLine.DecodeAsync("""
            {"result":null,"id":1}
            {"error":{"code":2,"msg":"Invalid request"},"id":1}
            {"e":"trade","s":"BTCUSDT","p":"1"}
            [{"e":"24hrMiniTicker"}]
            """);

        result.ShouldBe(
            new CommandLine.Result(1, "", "error: 0 of 4 messages were candles. Is it a recording of this exchange, market and --kind (stream or history)?\n"));
    }

    [Theory]
    [InlineData("\"o\":\"1.5\"", "\"o\":\"1.8\"", "the high is below the open")]
    [InlineData("\"v\":\"10\"", "\"v\":\"-1\"", "the volume is negative")]
    [InlineData("\"t\":1767225600000", "\"t\":1767225600001", "the open time is not on the interval's grid")]
    [InlineData("\"v\":\"10\"", "\"v\":\"NaN\"", "'NaN' is not a number")]
    [InlineData("\"x\":false,", "", "A candle that lacks 'x'")]
    [InlineData("\"i\":\"1m\"", "\"i\":\"7m\"", "a candle of an interval that binance spot is not known to have")]
    public async Task What_is_no_possible_candle_is_refused_by_name(string sound, string broken, string reason)
    {
        var result = await CommandLine.DecodeAsync(Candle.Replace(sound, broken, StringComparison.Ordinal));

        result.Code.ShouldBe(1);
        result.Output.ShouldBe("");
        result.Errors.Single().ShouldContain(reason);
    }

    [Theory]
    [InlineData("receivedUnixMillis", 1767225603123L)]
    [InlineData("receivedUnixNanos", 1767225603123456789L)]
    public async Task A_recorders_wrapper_gives_the_time_of_reception(string name, long time)
    {
        var result = await CommandLine.DecodeAsync($"{{\"{name}\":{time},\"frame\":{Candle}}}\n{{\"{name}\":{time},\"frame\":\"pong\"}}");

        result.Lines.Single().ShouldContain("\"receivedAt\":\"2026-01-01T00:00:03.123Z\"");
    }

    [Theory]
    [InlineData("""{"receivedUnixMillis":"soon","frame":{"a":1}}""")]
    [InlineData("""{"receivedUnixMillis":9223372036854775807,"frame":{"a":1}}""")]
    [InlineData("""{"receivedUnixNanos":1e400,"frame":{"a":1}}""")]
    public async Task A_wrapper_with_an_impossible_time_ends_in_no_crash(string wrapped) =>
        (await CommandLine.DecodeAsync(wrapped)).Output.ShouldBe("");

    [Fact]
    public async Task A_symbol_is_spelled_as_asked_and_another_as_it_comes()
    {
        var result = await CommandLine.DecodeAsync($"{Candle}\n{Candle.Replace("BTCUSDT", "ETHUSDT", StringComparison.Ordinal)}", "--symbol", "BTC/USDT");

        result.Lines[0].ShouldContain("\"symbol\":\"BTC/USDT\"");
        result.Lines[1].ShouldContain("\"symbol\":\"ETHUSDT\"");
    }

    [Fact]
    public async Task History_ascends_whatever_the_order_of_the_page()
    {
        var result = await CommandLine.DecodeAsync(Rows, "--kind", "history");

        result.Code.ShouldBe(0);
        result.Lines.Select(line => line.Split("\"openTime\":\"")[1][11..16]).ShouldBe(["00:00", "00:01", "00:02"]);
        result.Lines.ShouldAllBe(line => line.Contains("\"interval\":\"1m\""));
    }

    [Fact]
    public async Task Months_are_told_by_the_calendar()
    {
        var result = await CommandLine.DecodeAsync("""[[1769904000000,"1","1","1","1","0",0,"0",0],[1772323200000,"1","1","1","1","0",0,"0",0]]""", "--kind", "history");

        result.Lines.Length.ShouldBe(2);
        result.Lines[0].ShouldContain("\"interval\":\"1M\",\"openTime\":\"2026-02-01T00:00:00.000Z\",\"closeTime\":\"2026-03-01T00:00:00.000Z\"");
    }

    [Fact]
    public async Task The_clock_decides_whether_a_row_of_history_is_closed()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1767225720000 + 30_000));
        var result = await new CommandLine { Input = Rows, Clock = clock }.RunAsync(["decode", "binance", "-", "--kind", "history"]);

        result.Lines.Select(line => line.Contains("\"isClosed\":true")).ShouldBe([true, true, false]);
    }

    [Fact]
    public async Task Each_refused_row_of_a_page_is_said()
    {
        var result = await CommandLine.DecodeAsync("""[[1767225600000,"3","2","1","2","5",0,"7",1],[1767225660000,"1","2","1","2","5",0,"7",1],[1767225720000,"1","2","1","2","-5",0,"7",1]]""", "--kind", "history");

        result.Code.ShouldBe(1);
        result.Lines.Length.ShouldBe(1);
        result.Errors.Length.ShouldBe(2);
        result.Errors[0].ShouldEndWith("the high is below the open");
        result.Errors[1].ShouldEndWith("the volume is negative");
    }

    [Fact]
    public async Task A_single_row_that_does_not_tell_its_interval_needs_one()
    {
        const string row = """[[1767225600000,"1","2","1","2","5",0,"7",1]]""";
        (await CommandLine.DecodeAsync(row, "--kind", "history")).Errors
            .ShouldBe(["error: line 1: the rows do not tell their interval; give it with --interval"]);
        (await CommandLine.DecodeAsync(row, "--kind", "history", "--interval", "1d")).Output.ShouldContain("\"interval\":\"1d\"");
    }

    [Fact]
    public async Task A_venues_error_body_comes_in_its_own_words()
    {
        var result = await CommandLine.DecodeAsync("""{"code":-1121,"msg":"Invalid symbol."}""", "--kind", "history");

        result.Code.ShouldBe(1);
        result.Errors.ShouldBe(["error: line 1: Invalid symbol. (code -1121)"]);
    }

    [Fact]
    public async Task An_unknown_exchange_or_market_or_a_missing_file_is_told_by_its_code()
    {
        (await CommandLine.RunAsync("decode", "nowhere", "-")).Code.ShouldBe(2);
        (await CommandLine.DecodeAsync("", "--market", "moon")).Code.ShouldBe(2);
        (await CommandLine.RunAsync("decode", "binance", "/nonexistent/file")).Code.ShouldBe(1);
    }
}
