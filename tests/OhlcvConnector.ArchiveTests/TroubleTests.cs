using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Everything that can be wrong with a file, a disk or a candle: a clear word, and nothing lost.</summary>
public sealed class TroubleTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Series _series = Candles.Minutes();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_directory_is_no_archive() => Refusal(_folder.Path).ShouldContain("is a directory");

    [Fact]
    public void A_file_in_the_place_of_a_directory_is_named()
    {
        File.WriteAllText(_folder.File, "");

        Refusal(Path.Combine(_folder.File, "candles.db")).ShouldContain("cannot be made");
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_not_touched()
    {
        var text = string.Concat(Enumerable.Repeat("time,open,high,low,close\n", 100));
        File.WriteAllText(_folder.File, text);

        Refusal(_folder.File).ShouldContain("no SQLite file");
        File.ReadAllText(_folder.File).ShouldBe(text);
    }

    [Fact]
    public void Another_programs_database_is_refused_and_not_touched()
    {
        _folder.Run("CREATE TABLE notes (text TEXT)");
        var before = File.ReadAllBytes(_folder.File);

        Refusal(_folder.File).ShouldContain("another program's");
        File.ReadAllBytes(_folder.File).ShouldBe(before);
    }

    [Fact]
    public void A_place_where_nobody_may_make_files_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a directory that not even root may write.");
        Refusal("/proc/candles.db").ShouldContain("may not make one there");
        Refusal("/proc/folder/candles.db").ShouldContain("cannot be made");
    }

    [Fact]
    public async Task A_copy_is_whole_while_others_write_and_replaces_an_older_one()
    {
        await using var archive = _folder.Open();
        await archive.AppendAsync([Candles.Closed(_series, 0)], [], Token);
        var path = Path.Combine(_folder.Path, "backup", "candles.db");
        archive.CopyTo(path);
        await archive.AppendAsync([Candles.Closed(_series, 1)], [], Token);
        archive.CopyTo(path);
        await using var copy = SqliteCandleArchive.Open(path, mustExist: true);

        copy.IsSimulated.ShouldBeTrue();
        (await copy.AllAsync(_series)).Count.ShouldBe(2);
        copy.Examine().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_disk_loses_nothing_and_the_same_is_written_when_there_is_room()
    {
        await using var archive = _folder.Open();
        archive.MaxPages = 24;
        var written = 0;
        var error = await Should.ThrowAsync<ArchiveException>(async () =>
        {
            for (; ; written += 100)
            {
                await archive.AppendAsync(Hundred(written), [], Token);
            }
        });

        error.Trouble.ShouldBe(ArchiveTrouble.Full);
        (await archive.AllAsync(_series)).Count.ShouldBe(written);
        archive.MaxPages = null;

        (await archive.AppendAsync(Hundred(written), [], Token)).Added.ShouldBe(100);
        (await archive.AllAsync(_series)).Count.ShouldBe(written + 100);
        archive.Examine().ShouldBeEmpty();

        PriceQuote[] Hundred(int from) => [.. Enumerable.Range(from, 100).Select(index => Candles.Closed(_series, index))];
    }

    [Fact]
    public async Task Damage_is_found_and_named()
    {
        await using (var archive = _folder.Open())
        {
            await archive.AppendAsync([.. Enumerable.Range(0, 5_000).Select(index => Candles.Closed(_series, index))], [], Token);
        }

        using (var file = File.Open(_folder.File, FileMode.Open))
        {
            file.Position = 16 * 4096;
            file.Write(new byte[20 * 4096]);
        }

        await using var damaged = _folder.Open();

        damaged.Examine().ShouldNotBeEmpty();
        (await Should.ThrowAsync<ArchiveException>(() => damaged.AllAsync(_series))).Trouble.ShouldBe(ArchiveTrouble.Damaged);
    }

    [Fact]
    public async Task Rows_that_somebody_else_put_in_are_found()
    {
        await using var archive = _folder.Open();
        await archive.AppendAsync([Candles.Closed(_series, 0)], [], Token);
        _folder.Run("INSERT INTO candle SELECT series, open_time + 600, open, high, low, close, volume, quote_volume, trades, source, event_ms, received_ms, buy_volume FROM candle");

        archive.Examine().ShouldHaveSingleItem().ShouldContain("does not know");
    }

    public void Dispose() => _folder.Dispose();

    private static string Refusal(string path)
    {
        var error = Should.Throw<ArchiveException>(() => SqliteCandleArchive.Open(path, true));

        error.Trouble.ShouldBe(ArchiveTrouble.Unusable);
        return error.Message;
    }
}
