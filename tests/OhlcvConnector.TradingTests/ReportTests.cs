using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Reports;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>Reports as files: what they must hold, and what they must not ask a network for.</summary>
public class ReportTests
{
    private static readonly Dictionary<string, decimal> Settings = new() { ["fast"] = 10, ["slow"] = 30 };

    [Fact]
    public void The_page_asks_no_network_for_anything_and_allows_its_own_script_alone()
    {
        var page = Page(Subject());

        page.ShouldNotContain("http:");
        page.ShouldNotContain("https:");
        Regex.Matches(page, "\\s(src|href|style|on[a-z]+)=").ShouldBeEmpty("the content security policy would block it");
        page.ShouldContain("Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
        Regex.Count(page, "<script").ShouldBe(2);
    }

    [Fact]
    public void The_page_says_what_it_is_at_its_head_and_its_foot()
    {
        var page = Page(Subject() with { IsSandbox = true });

        Regex.Count(page, Regex.Escape(ReportSubject.Notice)).ShouldBe(2);
        page.ShouldContain("<span class=\"badge\">BACKTEST</span><span class=\"badge\">SANDBOX</span>");
        Page(Subject()).ShouldNotContain("SANDBOX");
    }

    [Fact]
    public void Every_statistic_stands_in_the_page_with_its_value_and_its_meaning()
    {
        var subject = Subject();
        var page = Page(subject);

        foreach (var figure in Figures.Of(subject))
        {
            page.ShouldContain($"<td>{figure.Label}</td><td>{figure.Value}</td><td>{System.Net.WebUtility.HtmlEncode(figure.Meaning)}</td>");
        }
    }

    [Fact]
    public void Names_that_are_markup_stay_text()
    {
        var data = Bars.Goog()[0] with { Name = "<b>x</b></script>" };
        var subject = Subject([data]);

        var page = Page(subject);

        page.ShouldNotContain("<b>x");
        page.ShouldContain("&lt;b&gt;x&lt;/b&gt;&lt;/script&gt;");
    }

    [Fact]
    public void The_charts_numbers_are_those_of_the_run()
    {
        var subject = Subject();
        var data = Data(subject);
        var equity = data.GetProperty("equity");

        equity.GetProperty("v").EnumerateArray().Select(one => one.GetDouble()).ShouldBe(
            subject.Result.Equity.Values.Select(value => (double)value), tolerance: 0.05);
        data.GetProperty("series")[0].GetProperty("trades").GetArrayLength().ShouldBe(66);

        // the deepest point is that of the statistics
        equity.GetProperty("d").EnumerateArray().Min(one => one.GetDouble()).ShouldBe(subject.Statistics.MaxDrawdownPercent / 100, 1e-6);
    }

    [Fact]
    public void Long_runs_are_drawn_with_several_candles_in_one_and_lose_no_extreme()
    {
        var candles = Bars.Random(4, 60_000);
        var data = Data(Subject(Bars.Series(candles)));
        var series = data.GetProperty("series")[0];

        series.GetProperty("t").GetArrayLength().ShouldBe(20_000);
        Numbers(series, "h").Max().ShouldBe((double)candles.Max(candle => candle.High), 0.01);
        Numbers(series, "l").Min().ShouldBe((double)candles.Min(candle => candle.Low), 0.01);
        Numbers(data.GetProperty("equity"), "v").Length.ShouldBeLessThanOrEqualTo(6_002);

        static double[] Numbers(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(one => one.GetDouble())];
    }

    [Fact]
    public void Months_multiply_to_the_whole_return_and_midnight_belongs_to_the_month_before()
    {
        var subject = Subject();
        var years = MonthlyReturns.Of(subject.Result);

        years.Aggregate(1.0, (product, year) => product * (1 + year.Whole)).ShouldBe(1 + (subject.Statistics.ReturnPercent / 100), 1e-9);
        years.Select(year => year.Year).ShouldBe(Enumerable.Range(2004, 10));
        foreach (var year in years)
        {
            year.Months.Aggregate(1.0, (product, month) => product * (1 + (month ?? 0))).ShouldBe(1 + year.Whole, 1e-9);
        }

        var result = Backtest.Run(
            new Scripted((0, (series, context) => context.Buy(series, OrderSize.Units(1)))),
            Bars.Series(Bars.Flat([.. Enumerable.Range(0, 31).Select(_ => 100m), 110])), new BrokerOptions { Cash = 100 }, CloseAt.Never);

        // the candle of 31 January ends at midnight with 100, the first of February with 110
        MonthlyReturns.Of(result).Single().Months.Take(2).Select(month => Math.Round(month!.Value, 9)).ShouldBe([0, 0.1]);
    }

    [Fact]
    public void The_picture_is_a_png_of_its_size()
    {
        using var file = new MemoryStream();

        PngReport.Write(file, Subject());
        var bytes = file.ToArray();

        bytes.AsSpan(0, 8).ToArray().ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))).ShouldBe((1_400, 1_102));
        bytes.Length.ShouldBeGreaterThan(60_000, "an empty picture is smaller"); // about 25,000 with one chart of three
    }

    [Fact]
    public void Trades_as_csv_quote_a_name_with_a_comma()
    {
        using var writer = new StringWriter();

        TradeFile.WriteCsv(writer, Subject([Bars.Goog()[0] with { Name = "a, \"b\"" }]).Result);

        writer.ToString().Split('\n')[1].ShouldStartWith("\"a, \"\"b\"\"\",short,");
    }

    [Fact]
    public void A_search_is_shown_as_a_map_of_its_two_parameters()
    {
        IReadOnlyList<ParameterRange> ranges = [new("fast", [5, 10]), new("slow", [20, 30, 40])];
        var kind = StrategyCatalog.Find("sma-cross");
        var data = Bars.Goog();
        var found = StrategySearch.Run(kind, ParameterRange.Grid(ranges), data, new SearchOptions(), TestContext.Current.CancellationToken);
        var best = found[0];
        var map = HeatMap.Of(found)!;
        using var writer = new StringWriter();

        map.Write(writer, "Sharpe ratio");
        var lines = writer.ToString().Split(writer.NewLine);

        lines[0].ShouldBe("The Sharpe ratio by fast (down) and slow (across); the best in brackets:");
        lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["20", "30", "40"]);
        lines.Count(line => line.Contains($"[{Figures.Plain(best.Score)}]", StringComparison.Ordinal)).ShouldBe(1);
        var page = Page(new ReportSubject("sma-cross", best.Settings, Backtest.Run(kind.Create(best.Settings), data), best.Statistics!) { Search = new SearchSubject(found, "Sharpe ratio", null, 0.5) });

        page.ShouldContain("The best of 6 variants");
        page.ShouldContain("luck explains it");
        Regex.Count(page, "<td class=\"[pn][0-5] best\">").ShouldBe(1);
        HeatMap.Of([.. found.Where(one => one.Settings["fast"] == 5)]).ShouldBeNull("only one parameter differs");
    }

    private static ReportSubject Subject(IReadOnlyList<BacktestSeries>? data = null)
    {
        var result = Backtest.Run(
            StrategyCatalog.Find("sma-cross").Create(Settings), data ?? Bars.Goog(), new BrokerOptions { WholeUnits = data is null });
        return new ReportSubject("sma-cross", Settings, result, BacktestStatistics.Of(result, 252, 29)) { DaysPerYear = 252, BenchmarkFrom = 29 };
    }

    private static string Page(ReportSubject subject)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(writer, subject);
        return writer.ToString();
    }

    private static JsonElement Data(ReportSubject subject) =>
        JsonDocument.Parse(Regex.Match(Page(subject), "id=\"data\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value).RootElement;
}
