using System.Text;
using OhlcvConnector.Application;
using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public sealed class HistoryFileTests : IDisposable
{
    private static readonly Series Minutes = new(Candles.Instrument(), Interval.OneMinute, "BTCUSDT");
    private static readonly HistoryRequest Request = new()
    {
        Exchange = "binance",
        Symbol = "BTCUSDT",
        From = DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0),
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void A_file_is_resumed_after_its_last_candle(string format)
    {
        var path = Written(format, Candles.History(Minutes, 0), Candles.History(Minutes, 1));
        using var file = Open(path, format);

        file.IsNew.ShouldBeFalse();
        file.ResumeAt.ShouldBe(Minutes.Interval.Next(Candles.Quote(Minutes, 1).OpenTime));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void A_torn_last_line_is_dropped_when_writing_goes_on(string format)
    {
        var path = Written(format, Candles.History(Minutes, 0), Candles.History(Minutes, 1));
        var whole = File.ReadAllText(path);
        File.AppendAllText(path, whole.Split('\n')[^2][..40]);
        using (var file = Open(path, format))
        {
            file.ResumeAt.ShouldBe(Candles.Quote(Minutes, 2).OpenTime);
            file.Begin(Market.Spot);
        }

        File.ReadAllText(path).ShouldBe(whole);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void A_candle_that_was_still_open_is_written_again(string format)
    {
        var path = Written(format, Candles.History(Minutes, 0), Candles.History(Minutes, 1, isClosed: false));
        using (var file = Open(path, format))
        {
            file.ResumeAt.ShouldBe(Candles.Quote(Minutes, 1).OpenTime);
            file.Begin(Market.Spot);
        }

        File.ReadAllText(path).ShouldBe(Text(format, false, Candles.History(Minutes, 0)));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void A_gap_at_the_end_is_asked_for_again(string format)
    {
        var gapped = Candles.History(Minutes, 1) with
        {
            GapBefore = new Gap(
            DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0), Candles.Quote(Minutes, 1).OpenTime, "none, \"as it says\"")
        };
        var missing = new MissingCandles(Minutes, Candles.Quote(Minutes, 2).OpenTime, Candles.Quote(Minutes, 9).OpenTime, "none, it seems", MissingKind.Gap);
        var path = Written(format, gapped);
        var whole = File.ReadAllText(path);
        using (var stream = File.Open(path, FileMode.Append))
        {
            var writer = QuoteWriters.Create(format, stream, isSandbox: false, []);
            writer.WriteGap(missing);
            writer.Flush();
        }

        using (var file = Open(path, format))
        {
            file.ResumeAt.ShouldBe(missing.From);
            file.Begin(Market.Spot);
        }

        File.ReadAllText(path).ShouldBe(whole);
        using var again = Open(path, format);

        again.ResumeAt.ShouldBe(missing.From);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void A_gap_before_a_candle_that_was_still_open_is_asked_for_again(string format)
    {
        var gap = new Gap(Candles.Quote(Minutes, 1).OpenTime, Candles.Quote(Minutes, 5).OpenTime, "none");
        using var file = Open(Written(format, Candles.History(Minutes, 0), Candles.History(Minutes, 5, isClosed: false) with { GapBefore = gap }), format);

        file.ResumeAt.ShouldBe(gap.From);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void A_candle_that_was_read_from_a_file_is_written_to_the_byte_as_it_was(string format)
    {
        var gap = new Gap(Candles.Quote(Minutes, 2).OpenTime, Candles.Quote(Minutes, 5).OpenTime, "none, \"as it says\", so far");
        var path = Written(format, Candles.History(Minutes, 0), Candles.History(Minutes, 1), Candles.History(Minutes, 5) with { GapBefore = gap });
        using var file = Open(path, format);

        Text(format, false, [.. file.Rows().Select(row => row.ToQuote(row.Series))]).ShouldBe(File.ReadAllText(path));
    }

    [Theory]
    [InlineData("csv", "my precious notes")]
    [InlineData("csv", "my precious\nnotes")]
    [InlineData("csv", "a,b\n1,2\n")]
    [InlineData("json", "my precious notes")]
    [InlineData("json", "my precious\nnotes")]
    [InlineData("json", "{\"name\":\"package\"}\n")]
    [InlineData("json", "[1,2]\n3")]
    [InlineData("json", "\n")]
    public void A_file_that_is_something_else_is_refused_and_left_as_it_is(string format, string content)
    {
        var path = _folder.File("notes", content);

        Should.Throw<UsageException>(() => Open(path, format)).Message.ShouldContain("Choose another name");
        File.ReadAllText(path).ShouldBe(content);
    }

    [Fact]
    public void A_file_of_the_other_format_is_refused()
    {
        Should.Throw<UsageException>(() => Open(Written("csv", Candles.History(Minutes, 0)), "json"));
        Should.Throw<UsageException>(() => Open(Written("json", Candles.History(Minutes, 0)), "csv"));
    }

    public static TheoryData<string, string?, string?, string?> OtherSeries => new()
    {
        { "okx", null, null, null },
        { "binance", "usdm", null, null },
        { "binance", null, "ETHUSDT", null },
        { "binance", null, null, "5m" },
    };

    [Theory]
    [MemberData(nameof(OtherSeries))]
    public void Another_series_is_refused(string exchange, string? market, string? symbol, string? interval)
    {
        var request = Request with
        {
            Exchange = exchange,
            Market = market is null ? null : MarketNames.Parse(market),
            Symbol = symbol ?? Request.Symbol,
            Interval = interval is null ? Request.Interval : Interval.Parse(interval),
        };
        foreach (var format in new[] { "csv", "json" })
        {
            var path = Written(format, Candles.History(Minutes, 0));
            Should.Throw<UsageException>(() => HistoryFile.Open(new FileInfo(path), format, request, isSandbox: false, [])).Message
                .ShouldContain("binance spot BTCUSDT 1m");
        }
    }

    [Fact]
    public void A_market_that_only_the_first_candle_tells_is_refused_before_anything_changes()
    {
        var path = Written("csv", Candles.History(Minutes, 0));
        File.AppendAllText(path, "torn");
        using (var file = Open(path, "csv"))
        {
            Should.Throw<UsageException>(() => file.Begin(Market.UsdMargined));
        }

        File.ReadAllText(path).ShouldEndWith("torn");
    }

    [Theory]
    [InlineData("csv", true)]
    [InlineData("csv", false)]
    [InlineData("json", true)]
    [InlineData("json", false)]
    public void Real_and_simulated_candles_are_never_mixed(string format, bool isSandbox)
    {
        var path = _folder.File("mixed", Text(format, isSandbox, Candles.History(Minutes, 0)));
        Should.Throw<UsageException>(() => HistoryFile.Open(new FileInfo(path), format, Request, !isSandbox, []));
    }

    [Theory]
    [InlineData("csv", "")]
    [InlineData("csv", "exchange,market,sym")]
    [InlineData("json", "")]
    [InlineData("json", "{\"exchange\":\"binance\",\"mark")]
    public void A_file_torn_in_its_first_line_starts_anew(string format, string content)
    {
        using var file = Open(_folder.File("torn", content), format);

        file.IsNew.ShouldBeTrue();
        file.ResumeAt.ShouldBeNull();
    }

    [Fact]
    public void A_file_of_names_alone_keeps_them()
    {
        using var file = Open(Written("csv"), "csv");

        file.IsNew.ShouldBeFalse();
        file.ResumeAt.ShouldBeNull();
    }

    [Fact]
    public void A_file_that_was_made_for_nothing_is_taken_away()
    {
        var path = _folder.File("new.csv");
        Open(path, "csv").Dispose();

        File.Exists(path).ShouldBeFalse();
    }

    [Theory]
    [InlineData("csv", "unix")]
    [InlineData("csv", "unix-ms")]
    [InlineData("json", "unix")]
    [InlineData("json", "unix-ms")]
    public void Times_as_numbers_are_read_back_and_not_mixed_with_others(string format, string name)
    {
        var times = TimeStyles.Of(name);
        var gap = new Gap(Candles.Quote(Minutes, 2).OpenTime, Candles.Quote(Minutes, 5).OpenTime, "none, \"as it says\", so far");
        PriceQuote[] candles = [Candles.History(Minutes, 0), Candles.History(Minutes, 1), Candles.History(Minutes, 5) with { GapBefore = gap }];
        var path = _folder.File("numbers." + format, Text(format, times, candles));
        using (var file = HistoryFile.Open(new FileInfo(path), format, Request, isSandbox: false, [], times))
        {
            file.ResumeAt.ShouldBe(Candles.Quote(Minutes, 6).OpenTime);
            Text(format, times, [.. file.Rows().Select(row => row.ToQuote(row.Series))]).ShouldBe(File.ReadAllText(path));
            file.LookThrough(isGapless: true).Holes.Select(hole => hole.From).ShouldBe([gap.From]);
            file.CutAt(Candles.Quote(Minutes, 5).OpenTime).ShouldBe(gap);
        }

        Should.Throw<UsageException>(() => Open(path, format)).Message
            .ShouldEndWith($"has its times as {name}, not as iso. Write --times {name}, or choose another name.");
        var iso = Written(format, candles);
        Should.Throw<UsageException>(() => HistoryFile.Open(new FileInfo(iso), format, Request, isSandbox: false, [], times)).Message
            .ShouldEndWith($"has its times as iso, not as {name}. Write --times iso, or choose another name.");
    }

    [Fact]
    public void An_empty_file_of_somebody_else_stays()
    {
        var path = _folder.File("theirs.csv", "");
        Open(path, "csv").Dispose();

        File.Exists(path).ShouldBeTrue();
    }

    private static HistoryFile Open(string path, string format) => HistoryFile.Open(new FileInfo(path), format, Request, isSandbox: false, []);

    private static string Text(string format, bool isSandbox, params PriceQuote[] quotes)
    {
        using var output = new MemoryStream();
        var writer = QuoteWriters.Create(format, output, isSandbox, []);
        writer.WriteHeader();
        foreach (var quote in quotes)
        {
            writer.Write(quote, []);
        }

        writer.Flush();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static string Text(string format, TimeStyle times, params PriceQuote[] quotes)
    {
        using var output = new MemoryStream();
        var writer = QuoteWriters.Create(format, output, isSandbox: false, [], times);
        writer.WriteHeader();
        Array.ForEach(quotes, quote => writer.Write(quote, []));
        writer.Flush();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private string Written(string format, params PriceQuote[] quotes) => _folder.File("history." + format, Text(format, false, quotes));
}
