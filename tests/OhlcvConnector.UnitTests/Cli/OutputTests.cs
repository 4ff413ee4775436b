using System.Text;
using System.Text.RegularExpressions;
using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public class OutputTests
{
    private static readonly Series Minutes = new(Candles.Instrument(), Interval.OneMinute, "BTCUSDT");

    [Fact]
    public void Json_has_the_documented_fields_in_order() =>
        Write("json", false, Candles.Closed(Minutes, 0)).ShouldBe(
            """{"exchange":"binance","market":"spot","symbol":"BTCUSDT","interval":"1m","openTime":"2026-01-01T00:00:00.000Z","closeTime":"2026-01-01T00:01:00.000Z","open":100,"high":100.5,"low":100,"close":100.5,"volume":50,"quoteVolume":5000,"trades":50,"isClosed":true,"eventTime":null,"receivedAt":"2026-01-01T00:00:00.000Z","source":"stream"}""" + "\n");

    [Fact]
    public void What_is_unknown_is_null_in_json_and_empty_in_csv()
    {
        var values = new CandleValues { OpenMs = Candles.T0, Open = 1, High = 1, Low = 1, Close = 1 };
        var quote = new PriceQuote(Minutes, values, QuoteSource.Inferred, DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0));

        Write("json", false, quote).ShouldContain("\"volume\":null,\"quoteVolume\":null,\"trades\":null,\"isClosed\":false,\"eventTime\":null,");
        Write("csv", false, quote).ShouldContain(",1,1,1,1,,,,false,,2026-01-01T00:00:00.000Z,inferred,,,\n");
    }

    [Fact]
    public void A_gap_goes_with_the_candle_that_follows_it()
    {
        var quote = Candles.Closed(Minutes, 5) with
        {
            GapBefore = new Gap(
            DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0), Candles.Quote(Minutes, 5).OpenTime, "none, and \"none\"")
        };

        Write("json", true, quote).TrimEnd().ShouldEndWith(
            ""","source":"stream","gapBefore":{"from":"2026-01-01T00:00:00.000Z","to":"2026-01-01T00:05:00.000Z","reason":"none, and \"none\""},"sandbox":true}""");
        Write("csv", true, quote).TrimEnd().ShouldEndWith(",stream,2026-01-01T00:00:00.000Z,2026-01-01T00:05:00.000Z,\"none, and \"\"none\"\"\",true");
    }

    [Theory]
    [InlineData("0.0000000000000000000000000001")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("1.50")]
    public void Every_decimal_is_written_whole(string number)
    {
        var value = decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
        var values = new CandleValues { OpenMs = Candles.T0, Open = value, High = value, Low = value, Close = value };
        var quote = new PriceQuote(Minutes, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch);

        Write("json", false, quote).ShouldContain($"\"open\":{number},");
        Write("csv", false, quote).ShouldContain($",{number},{number},");
    }

    [Fact]
    public void The_sandbox_marks_everything_it_says()
    {
        var quote = Candles.Closed(Minutes, 0);

        Write("json", true, quote).TrimEnd().ShouldEndWith(",\"sandbox\":true}");
        var csv = Write("csv", true, quote).Split('\n');

        csv[0].ShouldEndWith(",source,gapFrom,gapTo,gapReason,sandbox");
        csv[1].ShouldEndWith(",stream,,,,true");
        var text = Write("text", true, quote).Split('\n');

        text[0].ShouldStartWith("SANDBOX");
        text[0].ShouldContain("~", Case.Sensitive, "the mark of the lines below is explained");
        text[2].ShouldEndWith("SANDBOX");
        text[3].ShouldEndWith(" closed~");
    }

    [Fact]
    public void Csv_names_the_same_fields_as_json() =>
        Write("csv", false).ShouldBe("exchange,market,symbol,interval,openTime,closeTime,open,high,low,close,volume,quoteVolume,trades,isClosed,eventTime,receivedAt,source,gapFrom,gapTo,gapReason\n");

    [Fact]
    public void Text_fits_into_eighty_columns_and_lines_up()
    {
        var lines = Write("text", true, Candles.Closed(Minutes, 0), Candles.Quote(Minutes, 1), Candles.History(Minutes, 1))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.ShouldAllBe(line => line.Length <= 80);
        lines = lines[2..];

        lines.Select(line => line.IndexOf("1m", StringComparison.Ordinal)).Where(column => column > 0).Distinct().Count().ShouldBe(1);
        lines[1].IndexOf("closed", StringComparison.Ordinal).ShouldBe(lines[2].IndexOf("open", StringComparison.Ordinal));
        lines[0].IndexOf("SANDBOX", StringComparison.Ordinal).ShouldBe(lines[1].IndexOf("closed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_longer_symbol_widens_its_column_under_new_names()
    {
        var other = new Series(Candles.Instrument(), Interval.OneMinute, "BTC/USDT:USDT-261225");
        var lines = Write("text", true, Candles.Quote(Minutes, 0), Candles.Quote(other, 0), Candles.Quote(Minutes, 1))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.Length.ShouldBe(7);
        lines[4].ShouldStartWith("open time");
        lines[4].ShouldContain("SANDBOX");
        lines[5].IndexOf("1m", StringComparison.Ordinal).ShouldBe(lines[6].IndexOf("1m", StringComparison.Ordinal));
    }

    [Fact]
    public void Colours_change_nothing_but_the_colours()
    {
        PriceQuote[] quotes = [Candles.Closed(Minutes, 0), Candles.Quote(Minutes, 1), Candles.History(Minutes, 1)];
        var coloured = Write("text", true, true, quotes);

        coloured.ShouldContain("\e[33mSANDBOX");
        Regex.Replace(coloured, "\e\\[[0-9]+m", "").ShouldBe(Write("text", true, quotes));
        Write("csv", true, true, quotes).ShouldBe(Write("csv", true, quotes));
    }

    [Theory]
    [InlineData(true, null, "xterm", true)]
    [InlineData(true, "", "xterm", true)]
    [InlineData(true, "1", "xterm", false)]
    [InlineData(true, null, "dumb", false)]
    [InlineData(false, null, "xterm", false)]
    public async Task Colours_come_where_a_terminal_can_show_them(bool isTerminal, string? noColour, string term, bool areShown)
    {
        var line = new CommandLine { IsTerminal = isTerminal };
        line.Environment["TERM"] = term;
        if (noColour is not null)
        {
            line.Environment["NO_COLOR"] = noColour;
        }

        (await line.RunAsync(["binance", "BTCUSDT", "--sandbox", "--limit", "1"])).Output.Contains('\e').ShouldBe(areShown);
    }

    [Fact]
    public void A_reader_that_has_left_is_no_failure()
    {
        using var closed = new ClosedPipe();
        var writer = QuoteWriters.Create("json", closed, isSandbox: false, []);
        writer.Write(Candles.Closed(Minutes, 0), []);
        Should.Throw<ClosedPipeException>(writer.Flush);
    }

    private static string Write(string format, bool isSandbox, params PriceQuote[] quotes) => Write(format, isSandbox, isColoured: false, quotes);

    private static string Write(string format, bool isSandbox, bool isColoured, PriceQuote[] quotes)
    {
        using var output = new MemoryStream();
        var writer = QuoteWriters.Create(format, output, isSandbox, [], isColoured: isColoured);
        writer.WriteHeader();
        foreach (var quote in quotes)
        {
            writer.Write(quote, []);
        }

        writer.Flush();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
