using System.Diagnostics;
using System.Text.Json;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Forecasts of a whole archive as Parquet, and trainings that are killed.</summary>
public sealed class ForecastCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_candle_of_the_archive_is_forecast_and_DuckDB_reads_the_file()
    {
        var terminal = new Terminal(_folder);
        var (archive, models, file) = (_folder.File, Path.Combine(_folder.Path, "models"), Path.Combine(_folder.Path, "forecasts.parquet"));
        await DoAsync($"archive fill binance:BTCUSDT,ETHUSDT --from 2026-01-01 --to 2026-01-25 --interval 1h --sandbox --archive {archive}");
        await DoAsync(
            $"forecast train binance:BTCUSDT --from 2026-01-01 --to 2026-01-20 --interval 1h --sandbox --archive {archive} --models {models} --model ridge --window 5 --folds 2 --name mine");
        var said = await DoAsync($"forecast batch --archive {archive} --models {models} --to {file}");

        said.ShouldContain("SANDBOX");
        said.ShouldContain("forecasts of 2 series by mine.");
        var rows = DuckDb.Ask(
            $"SELECT symbol, count(*), min(open_time), max(open_time), sum(in_training::INT), bool_and(sandbox), count(DISTINCT open_time), bool_and(band_low < point AND point < band_high), bool_and(target_time = known_at + INTERVAL 1 HOUR) FROM '{file}' GROUP BY symbol ORDER BY symbol");
        rows.Select(row => row[0]).ShouldBe(["BTCUSDT", "ETHUSDT"]);
        foreach (var row in rows)
        {
            row[6].ShouldBe(row[1], "each candle once");
            row[3].ShouldBe(new DateTime(2026, 1, 24, 23, 0, 0, DateTimeKind.Utc));
            Convert.ToInt64(row[1], System.Globalization.CultureInfo.InvariantCulture).ShouldBe((24 * 24) - 18); // the first windows want rsi:14 and five rows
            Convert.ToInt64(row[4], System.Globalization.CultureInfo.InvariantCulture).ShouldBe((19 * 24) - 18);
            (row[5], row[7], row[8]).ShouldBe((true, true, true));
        }

        var predicted = JsonDocument.Parse(await DoAsync(
            $"forecast predict mine binance:ETHUSDT --from 2026-01-01 --to 2026-01-25 --sandbox --archive {archive} --models {models} --output json"));
        DuckDb.Ask($"SELECT point FROM '{file}' WHERE symbol = 'ETHUSDT' ORDER BY open_time DESC LIMIT 1")[0][0].ShouldBe(
            predicted.RootElement.GetProperty("point").GetDouble());
        Directory.GetFiles(_folder.Path, "*.part").ShouldBeEmpty();

        async Task<string> DoAsync(string line)
        {
            var (code, output, error) = await terminal.RunAsync(line);
            code.ShouldBe(0, error);
            return output;
        }
    }

    [Fact]
    public async Task A_training_that_is_killed_goes_on_in_its_evaluation_and_ends_as_one_that_was_not()
    {
        var bars = Path.Combine(_folder.Path, "bars.csv");
        var random = new Random(1);
        var close = 100.0;
        await File.WriteAllLinesAsync(bars, Enumerable.Range(0, 2000).Select(hour => FormattableString.Invariant(
            $"{1_700_000_000_000 / 3_600_000 * 3_600_000 + (hour * 3_600_000L)},{close},{close * 1.01},{close * 0.99},{close *= 1 + (0.01 * (random.NextDouble() - 0.5))},1"))
            .Prepend("time,open,high,low,close,volume"));
        string[] Words(string models) =>
        [
            "forecast", "train", "--file", bars, "--interval", "1h", "--name", "mine", "--models", Path.Combine(_folder.Path, models), "--epochs", "30", "--patience", "30",
            "--folds", "4", "--window", "10", "--hidden", "8", "--threads", "1", "--features", "return:1,return:6",
        ];
        var checkpoint = Path.Combine(_folder.Path, "killed", "mine", "evaluation.checkpoint");
        using (var process = Start(Words("killed")))
        {
            await Eventually.TrueAsync(() => File.Exists(checkpoint) || process.HasExited, "a part is tested");
            process.HasExited.ShouldBeFalse("it was killed before its end");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var terminal = new Terminal(_folder);
        (await terminal.RunAsync(string.Join(' ', Words("killed")))).Code.ShouldBe(0);
        (await terminal.RunAsync(string.Join(' ', Words("whole")))).Code.ShouldBe(0);

        Evaluation("killed").ShouldBe(Evaluation("whole"));
        File.Exists(checkpoint).ShouldBeFalse("it is not needed any more");

        string Evaluation(string models) => JsonDocument.Parse(
            File.ReadAllText(Directory.GetFiles(Path.Combine(_folder.Path, models), "card.json", SearchOption.AllDirectories).Single()))
            .RootElement.GetProperty("evaluation").GetRawText();
    }

    private static Process Start(string[] words)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "connector-cli.dll"), .. words])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }
}
