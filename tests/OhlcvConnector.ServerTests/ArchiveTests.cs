using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>A server with an archive keeps what is followed, and answers for the past without the exchange.</summary>
public sealed class ArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("server-archive-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder, "candles.db");

    [Fact]
    public async Task What_is_followed_is_kept_and_goes_on_without_a_hole_after_a_stop()
    {
        await RunAsync(3, begin: null);
        var before = await HoldingsAsync();
        await RunAsync(before.Count + 14, before.LastOpen!.Value.AddMinutes(10)); // the sandbox's books go on meanwhile
        var after = await HoldingsAsync();

        after.FirstOpen.ShouldBe(before.FirstOpen);
        after.Coverage.ShouldHaveSingleItem().Coverage.ShouldBe(Coverage.Complete);
        after.Count.ShouldBe(Interval.OneMinute.CountBetween(after.Coverage[0].FromMs, after.Coverage[0].ToMs));

        async Task RunAsync(long until, DateTimeOffset? begin)
        {
            await using var stage = await StageAsync(begin);
            (await stage.GetAsync("metrics")).ShouldContain("connector_archive_failed_writes_total 0");
            await Eventually.TrueAsync(() => File.Exists(FilePath) && HoldingsAsync().GetAwaiter().GetResult() is { Coverage.Count: 1 } holdings
                && holdings.Count >= until, $"{until} candles are kept");
        }
    }

    [Fact]
    public async Task The_past_that_was_asked_for_once_is_answered_without_the_exchange()
    {
        await using var stage = await StageAsync();
        var now = stage.Sandbox.Clock.GetUtcNow();
        var path =
            $"v1/candles?exchange=binance&symbol=BTCUSDT&interval=1m&from={now.AddHours(-30):yyyy-MM-ddTHH:mm:ssZ}&to={now.AddHours(-28):yyyy-MM-ddTHH:mm:ssZ}";
        var first = await CandlesAsync();

        first.Count.ShouldBe(120);
        stage.TakeDown("binance");
        var second = await CandlesAsync();

        second.ShouldAllBe(candle => candle.Contains("\"fromArchive\":true,", StringComparison.Ordinal));
        second.Select(candle => candle.Replace("\"fromArchive\":true,", "", StringComparison.Ordinal)).ShouldBe(first);

        async Task<List<string>> CandlesAsync()
        {
            using var answer = JsonDocument.Parse(await stage.GetAsync(path));
            return [.. answer.RootElement.GetProperty("candles").EnumerateArray().Select(candle => candle.GetRawText())];
        }
    }

    [Fact]
    public async Task A_file_of_real_candles_is_refused_for_simulated_ones()
    {
        await SqliteCandleArchive.Open(FilePath, isSimulated: false).DisposeAsync();

        (await Should.ThrowAsync<ArchiveException>(() => StageAsync())).Message.ShouldContain("it keeps real candles");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<ServerStage> StageAsync(DateTimeOffset? begin = null) => ServerStage.SetAsync(
        speed: 120,
        options =>
        {
            options.Archive = FilePath;
            options.Preload.Add("binance:spot:1m:BTCUSDT");
        },
        sandbox => sandbox.StartTime = begin ?? sandbox.StartTime);

    private async Task<SeriesHoldings> HoldingsAsync()
    {
        await using var archive = SqliteCandleArchive.Open(FilePath, true);
        var series = await archive.ListAsync(Token) is [var first, ..] ? first : Candles.Minutes();
        return await archive.HoldingsAsync(series, Token);
    }
}
