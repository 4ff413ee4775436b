using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace OhlcvConnector.Trading.Reports;

/// <summary>
/// Writes a run as one HTML file that needs no network: charts to zoom and move, months, distributions, all statistics with what they mean, and every
/// assumption. Its content security policy allows its own style and script alone.
/// </summary>
public static partial class HtmlReport
{
    /// <summary>Writes the report.</summary>
    /// <param name="output">Where to; as UTF-8.</param>
    /// <param name="subject">The run.</param>
    public static void Write(TextWriter output, ReportSubject subject)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(subject);
        var (style, script) = (Resource("report.css"), Resource("report.js"));
        output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        output.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'\">\n");
        output.Write($"<title>BACKTEST {Text(subject.Strategy)} on {Text(SeriesOf(subject))}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n");
        WriteHead(output, subject);
        WriteSearch(output, subject);
        WriteCharts(output, subject);
        WriteMonths(output, subject.Result);
        WriteDistributions(output, subject.Result);
        WriteFigures(output, subject);
        WriteTrades(output, subject.Result);
        WriteAssumptions(output, subject);
        output.Write($"<footer>{Text(ReportSubject.Notice)}{(subject.IsSandbox ? " SANDBOX: the candles are simulated." : "")} All times are UTC.</footer>\n</main>\n");
        output.Write("<script type=\"application/json\" id=\"data\">");
        output.Write(ChartNumbers.Of(subject));
        output.Write($"</script>\n<script>{script}</script>\n</body>\n</html>\n");
    }

    private static void WriteHead(TextWriter output, ReportSubject subject)
    {
        var of = subject.Statistics;
        output.Write($"<header><span class=\"badge\">BACKTEST</span>{(subject.IsSandbox ? "<span class=\"badge\">SANDBOX</span>" : "")}");
        output.Write($"<h1>{Text(subject.Strategy)}</h1><p>{Text(SeriesOf(subject))}{(subject.Settings.Count > 0 ? " &middot; " + Text(subject.SettingsInWords) : "")}</p>");
        output.Write(string.Create(CultureInfo.InvariantCulture, $"<p>{of.Start:yyyy-MM-dd HH:mm} to {of.End:yyyy-MM-dd HH:mm} UTC</p>"));
        output.Write($"<p class=\"notice\">{Text(ReportSubject.Notice)}{(subject.IsSandbox ? " SANDBOX: the candles are simulated, none of this is real." : "")}</p></header>\n");
        output.Write("<ul class=\"cards\">");
        Card("return", Figures.Percent(of.ReturnPercent), of.ReturnPercent);
        Card("buy and hold", Figures.Percent(of.BuyAndHoldReturnPercent), of.BuyAndHoldReturnPercent);
        Card("CAGR", Figures.Percent(of.CagrPercent), of.CagrPercent);
        Card("Sharpe ratio", Figures.Plain(of.SharpeRatio), null);
        Card("deepest drawdown", Figures.Percent(of.MaxDrawdownPercent), of.MaxDrawdownPercent);
        Card("trades", of.Trades.ToString(CultureInfo.InvariantCulture), null);
        Card("win rate", Figures.Percent(of.WinRatePercent), null);
        Card("profit factor", Figures.Plain(of.ProfitFactor), null);
        output.Write("</ul>\n");

        void Card(string label, string value, double? sign) => output.Write($"<li><span>{label}</span><b{Sign(sign)}>{value}</b></li>");
    }

    private static void WriteCharts(TextWriter output, ReportSubject subject)
    {
        output.Write("""
            <h2>Equity, drawdown and trades</h2>
            <p>Turn the wheel to zoom, drag to move, double-click for all; the three charts move together.</p>
            <section class="card"><div class="bar"><h3>Equity</h3><span class="key">strategy</span><span class="key hold">buy and hold, no costs</span>
            <span id="shown"></span><span class="tools"><button type="button" id="log" aria-pressed="false">log</button>
            <button type="button" data-do="back" aria-label="earlier">&larr;</button><button type="button" data-do="out" aria-label="zoom out">&minus;</button>
            <button type="button" data-do="in" aria-label="zoom in">+</button><button type="button" data-do="on" aria-label="later">&rarr;</button>
            <button type="button" data-do="all">all</button></span></div>
            <svg id="equity" role="img" aria-label="equity beside buying and holding"></svg><p class="readout" id="equity-readout"></p>
            <div class="bar"><h3>Drawdown</h3></div>
            <svg id="drawdown" role="img" aria-label="drawdown"></svg><p class="readout" id="drawdown-readout"></p></section>
            <section class="card"><div class="bar"><h3>Candles and trades</h3>
            """);
        var data = subject.Result.Data;
        if (data.Count > 1)
        {
            output.Write($"<select id=\"series\" aria-label=\"series\">{string.Concat(data.Select(one => $"<option>{Text(one.Name)}</option>"))}</select>");
        }

        output.Write("<span>&#9650; long from &middot; &#9660; short from &middot; &#9679; closed &middot; a dashed line is a trade, green when it earned</span></div>");
        output.Write("<svg id=\"candles\" role=\"img\" aria-label=\"candles with trades\"></svg><p class=\"readout\" id=\"candles-readout\"></p>");
        var inOne = data.Max(one => DrawnCandles.Of(one.Candles, ChartNumbers.CandlesOf(data.Count)).InOne);
        output.Write(inOne > 1 ? $"<p class=\"note\">Drawn with up to {inOne} candles in one.</p>" : "");
        output.Write("</section><noscript><p class=\"notice\">The charts above need this file's own script; everything below does not.</p></noscript>\n");
    }

    private static void WriteMonths(TextWriter output, BacktestResult result)
    {
        var years = MonthlyReturns.Of(result);
        var most = years.SelectMany(year => year.Months).Max(month => Math.Abs(month ?? 0));
        output.Write("<h2>Months</h2><section class=\"card scroll\"><table class=\"map\"><tr><th>year</th>");
        output.Write(string.Concat(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames.Take(12).Select(month => $"<th>{month}</th>")));
        output.Write("<th>year</th></tr>\n");
        foreach (var year in years)
        {
            output.Write($"<tr><th>{year.Year}</th>");
            foreach (var month in year.Months)
            {
                output.Write(month is { } value ? $"<td class=\"{Shade(value, most)}\">{Percents(value)}</td>" : "<td></td>");
            }

            output.Write($"<td{Sign(year.Whole)}><b>{Percents(year.Whole)}</b></td></tr>\n");
        }

        output.Write("</table></section>\n");
    }

    private static void WriteDistributions(TextWriter output, BacktestResult result)
    {
        output.Write("<h2>Distributions</h2><div class=\"pair\">");
        Histogram.Write(output, "Returns of days", DailyReturns.Of(result.Equity));
        Histogram.Write(output, "Returns of trades", [.. result.Trades.Select(trade => (double)trade.Return)]);
        output.Write("</div>\n");
    }

    private static string SeriesOf(ReportSubject subject) =>
        string.Join(", ", subject.Result.Data.Take(6).Select(one => one.Name)) + (subject.Result.Data.Count > 6 ? $" and {subject.Result.Data.Count - 6} more" : "");

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Percents(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Sign(double? value) => value switch { > 0 => " class=\"plus\"", < 0 => " class=\"minus\"", _ => "" };

    /// <summary>Class of a cell's colour: five shades of gain and of loss.</summary>
    private static string Shade(double value, double most) => most <= 0 || Math.Abs(value) < most * 0.001
        ? "p0"
        : $"{(value > 0 ? 'p' : 'n')}{Math.Clamp((int)Math.Ceiling(Math.Abs(value) / most * 5), 1, 5)}";

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd().Replace("\r", "", StringComparison.Ordinal); // as a browser reads it, for the hash
    }
}
