using System.Diagnostics;
using System.Text.RegularExpressions;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Reports;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>The page as a browser shows it. Skipped where there is no chromium (Debian's package), which is a failure where MUST_RUN is set.</summary>
public class PageTests
{
    [Fact]
    public async Task A_browser_draws_the_charts_under_the_pages_own_policy()
    {
        var folder = Directory.CreateTempSubdirectory("page-test-");
        try
        {
            var result = Backtest.Run(StrategyCatalog.Find("sma-cross").Create(), Bars.Goog());
            var file = Path.Combine(folder.FullName, "report.html");
            await using (var writer = new StreamWriter(file))
            {
                HtmlReport.Write(writer, new ReportSubject("sma-cross", new Dictionary<string, decimal>(), result, BacktestStatistics.Of(result)));
            }

            var (page, said) = await ShowAsync(folder.FullName, file);

            said.ShouldNotContain("Content Security Policy");
            said.ShouldNotContain("Uncaught");
            Svg(page, "equity").ShouldContain("<path class=\"ours\" d=\"M");
            Svg(page, "drawdown").ShouldContain("<path class=\"dd\" d=\"M");
            Regex.Count(Svg(page, "candles"), "<rect class=\"c-(up|down)\"").ShouldBeInRange(100, 400);
            Regex.Count(Svg(page, "candles"), "<path class=\"m-(long|short)\"").ShouldBe(result.Trades.Count);
            page.ShouldNotContain("NaN");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Svg(string page, string id) => Regex.Match(page, $"<svg id=\"{id}\".*?</svg>", RegexOptions.Singleline).Value;

    private static async Task<(string Page, string Said)> ShowAsync(string folder, string file)
    {
        var start = new ProcessStartInfo("chromium")
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", $"--user-data-dir={folder}/profile", "--window-size=1200,900",
                "--virtual-time-budget=2000", "--dump-dom", new Uri(file).AbsoluteUri,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("MUST_RUN") is not "1")
        {
            Assert.Skip("There is no chromium here (Debian's package 'chromium').");
            throw;
        }

        using (process)
        {
            var said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var page = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (page, await said);
        }
    }
}
