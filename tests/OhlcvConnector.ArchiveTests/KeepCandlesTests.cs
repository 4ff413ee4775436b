using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>A recorder leaves no hole, whatever happens to its disk, and says what it cannot do.</summary>
public sealed class KeepCandlesTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Series _series = Candles.Minutes();
    private readonly Series _other = Candles.Minutes("ETHUSDT");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_series_begins_behind_its_last_kept_candle_and_one_without_any_now()
    {
        await using (var archive = _folder.Open())
        {
            await archive.AppendAsync([Candles.Closed(_series, 0), Candles.Closed(_series, 1)], [], Token);
        }

        await using var stage = new RecorderStage(_folder.Open(), _series, _other);
        await stage.UntilAsync(_ => stage.Followed.Count == 2, "both are followed");

        stage.Followed[_series].ShouldBe(Candles.Closed(_series, 1).CloseTime);
        stage.Followed[_other].ShouldBeNull();
    }

    [Fact]
    public async Task Gaps_are_kept_with_their_reason_and_quiet_candles_are_no_holes()
    {
        await using var stage = new RecorderStage(_folder.Open(), _series);
        var gap = new Gap(Candles.Closed(_series, 3).OpenTime, Candles.Closed(_series, 5).OpenTime, "the exchange has no rows");
        stage.Bring(Candles.Closed(_series, 0), Candles.Closed(_series, 2), Candles.Closed(_series, 5) with { GapBefore = gap }, Candles.Quote(_series, 6));
        await stage.UntilAsync(counts => counts.Kept == 3, "three closed candles are kept");

        (await CoverageAsync(stage.Archive, _series)).ShouldBe(
        [
            new(Ms(0), Ms(3), Coverage.Complete), // the candle of minute 1 had no trades
            new(Ms(3), Ms(5), Coverage.Missing, "the exchange has no rows"),
            new(Ms(5), Ms(6), Coverage.Complete),
        ]);

        stage.Recorder.Counts.Missing.ShouldBe(1);
    }

    [Fact]
    public async Task How_long_a_candle_waited_for_the_disk_is_told()
    {
        await using var stage = new RecorderStage(_folder.Open(), _series);
        stage.Bring(Candles.Closed(_series, 0));
        await Eventually.TrueAsync(() => stage.Recorder.Counts.Kept == 1, "it is kept without anybody's waiting");

        stage.Recorder.Counts.LongestWait.ShouldBe(TimeSpan.Zero); // no batch is waited for
        stage.Disk.IsFull = true;
        stage.Bring(Candles.Closed(_series, 1));
        await Eventually.TrueAsync(() => stage.Recorder.Counts.FailedWrites > 0, "it cannot be written");
        stage.Timer.Advance(TimeSpan.FromSeconds(7));
        stage.Disk.IsFull = false;
        await stage.UntilAsync(counts => counts.Kept == 2, "it is written when there is room");

        stage.Recorder.Counts.LongestWait.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task While_the_disk_is_full_the_stream_goes_on_and_all_is_written_when_there_is_room()
    {
        await using var stage = new RecorderStage(_folder.Open(), _series, _other);
        stage.Bring(Candles.Closed(_series, 0), Candles.Closed(_other, 0));
        await stage.UntilAsync(counts => counts.Kept == 2, "the first are kept");
        stage.Disk.IsFull = true;
        stage.Bring(Enumerable.Range(1, 50).SelectMany(index => new[] { Candles.Closed(_series, index), Candles.Closed(_other, index) }));
        await stage.UntilAsync(counts => counts is { Waiting: 100, FailedWrites: > 2 }, "all wait, and are tried");
        stage.Disk.IsFull = false;
        await stage.UntilAsync(counts => counts is { Kept: 102, Waiting: 0, Refetched: 0, Behind: 0 }, "all are kept");

        stage.Troubles.ShouldBe(["Candles cannot be written, and wait: there is no room", "The archive can be written again."]);
        await ShouldBeWholeAsync(stage, _series, 51);
        await ShouldBeWholeAsync(stage, _other, 51);
    }

    [Fact]
    public async Task What_is_too_much_to_wait_is_read_again_and_nothing_is_written_behind_a_hole()
    {
        const int Many = KeepingQueue.MaxWaiting + 500;
        await using var stage = new RecorderStage(_folder.Open(), _series, _other);
        stage.Bring(Candles.Closed(_series, 0));
        await stage.UntilAsync(counts => counts.Kept == 1, "the first is kept");
        stage.Disk.IsFull = true;
        stage.Bring(Enumerable.Range(1, Many).Select(index => Candles.Closed(_series, index)));
        stage.Bring(Candles.Closed(_other, Many - 1), Candles.Closed(_other, Many));
        await stage.UntilAsync(counts => counts is { Waiting: KeepingQueue.MaxWaiting, Behind: 2 }, "memory is bounded");
        stage.Clock.Step(Candles.Closed(_series, Many).CloseTime - stage.Clock.GetUtcNow()); // it is just now
        stage.Disk.IsFull = false;
        await stage.UntilAsync(counts => counts is { Waiting: 0, Behind: 0, Refetched: > 500 }, "the rest is read again");
        stage.Bring(Candles.Closed(_series, Many + 1), Candles.Closed(_other, Many + 1));
        await stage.UntilAsync(counts => counts is { Kept: Many + 5, Behind: 0 }, "the stream goes on");
        await ShouldBeWholeAsync(stage, _series, Many + 2);
        await ShouldBeWholeAsync(stage, _other, 3, Many - 1);
    }

    [Fact]
    public async Task A_file_that_is_full_for_SQLite_itself_is_written_when_there_is_room()
    {
        var archive = _folder.Open();
        archive.MaxPages = 24;
        await using var stage = new RecorderStage(archive, _series);
        foreach (var part in Enumerable.Range(0, 3_000).Chunk(100))
        {
            stage.Bring(part.Select(index => Candles.Closed(_series, index)));
            await Task.Yield();
        }

        await stage.UntilAsync(counts => counts is { FailedWrites: > 1, Waiting: > 0 }, "the file is full");
        archive.MaxPages = null;
        await stage.UntilAsync(counts => counts is { Kept: 3_000, Waiting: 0 }, "all are kept");
        await ShouldBeWholeAsync(stage, _series, 3_000);
    }

    [Fact]
    public async Task Two_recorders_on_one_archive_are_harmless()
    {
        await using var one = new RecorderStage(_folder.Open(), _series);
        await using var other = new RecorderStage(_folder.Open(), _series);
        foreach (var index in Enumerable.Range(0, 200))
        {
            one.Bring(Candles.Closed(_series, index));
            other.Bring(Candles.Closed(_series, index));
        }

        await one.UntilAsync(counts => counts.Kept + counts.Same == 200, "the one kept all");
        await other.UntilAsync(counts => counts.Kept + counts.Same == 200, "so did the other");

        (one.Recorder.Counts.Kept + other.Recorder.Counts.Kept).ShouldBe(200);
        await ShouldBeWholeAsync(one, _series, 200);
    }

    [Fact]
    public async Task What_the_archive_refuses_does_not_stop_the_others()
    {
        await using (var archive = _folder.Open())
        {
            await archive.AppendAsync([Candles.Closed(_other, 0)], [], Token);
        }

        await using var stage = new RecorderStage(_folder.Open(), _series);
        stage.Bring(Candles.Closed(_series, 0));
        await stage.UntilAsync(counts => counts.Kept == 1, "it is kept");
        _folder.Run("UPDATE series SET symbol = 'btcusdt' WHERE symbol = 'BTCUSDT'"); // so that its spelling is another
        await stage.Recorder.FollowAsync([_other], begin: null, Token);
        stage.Bring(Candles.Closed(_series, 1), Candles.Closed(_other, 1));
        await stage.UntilAsync(counts => counts is { Kept: 2, Refused: > 0 }, "the other is kept");

        stage.Troubles.ShouldContain(words => words.Contains("another spelling", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_archive_that_ends_after_now_says_that_a_clock_is_wrong()
    {
        await using (var archive = _folder.Open())
        {
            await archive.AppendAsync([Candles.Closed(_series, 60 * 24 * 61)], [], Token);
        }

        await using var stage = new RecorderStage(_folder.Open(), _series);

        (await Should.ThrowAsync<ArchiveException>(() => stage.Running)).Message.ShouldContain("One of the two is wrong");
    }

    [Fact]
    public async Task What_is_listed_later_is_followed_from_where_it_was_looked_for_last()
    {
        await using var stage = new RecorderStage(_folder.Open(), _series);
        stage.Bring(Candles.Closed(_series, 0));
        await stage.UntilAsync(counts => counts.Kept == 1, "it runs");
        var begin = Candles.Closed(_series, 1).OpenTime;
        await stage.Recorder.FollowAsync([_series, _other], begin, Token);

        stage.Followed[_other].ShouldBe(begin);
        stage.Followed[_series].ShouldBeNull(); // it is followed already
        stage.Bring(Candles.Closed(_other, 2));
        await stage.UntilAsync(counts => counts.Kept == 2, "it is kept");

        (await CoverageAsync(stage.Archive, _other)).ShouldBe([new(Ms(1), Ms(3), Coverage.Complete)]);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<List<CoverageRange>> CoverageAsync(ICandleArchive archive, Series series) =>
        [.. (await archive.CoverageAsync(series, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Token)).Where(range =>
            range.Coverage != Coverage.NeverAsked)];

    private async Task ShouldBeWholeAsync(RecorderStage stage, Series series, int count, int first = 0)
    {
        (await stage.Archive.AllAsync(series)).ShouldBe(Enumerable.Range(first, count).Select(index => Candles.Closed(series, index).AsArchived()));
        (await CoverageAsync(stage.Archive, series)).ShouldBe([new(Ms(first), Ms(first + count), Coverage.Complete)]);
        ((Archive.Sqlite.SqliteCandleArchive)stage.Archive).Examine().ShouldBeEmpty();
    }

    private long Ms(int index) => _series.Interval.AddMs(Candles.T0, index);
}
