using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>What an archive promises of candles and of what it knows.</summary>
public abstract class KeepingTests(TestStore store) : IDisposable
{
    private readonly Series _series = Candles.Minutes();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_kept_is_read_after_reopening_with_all_that_was_known_of_it()
    {
        var candles = Enumerable.Range(0, 1_203).Select(index => Candles.Closed(_series, index)).ToArray();
        await using (var archive = await store.OpenAsync())
        {
            (await archive.AppendAsync(candles, [], Token)).ShouldBe(new AppendCounts(candles.Length, 0, 0));
        }

        await using var again = await store.OpenAsync();
        var read = await again.AllAsync(_series);

        read.ShouldBe(candles.Select(candle => candle.AsArchived()));
        read.ShouldAllBe(candle => candle.IsFromArchive);
        (await again.LastOpenTimeAsync(_series, Token)).ShouldBe(candles[^1].OpenTime);
        (await again.CoverageAsync(_series, candles[0].OpenTime, candles[^1].CloseTime, Token)).ShouldBe(
            [new CoverageRange(candles[0].OpenMs, candles[^1].CloseMs, Coverage.Complete)]);
    }

    [Fact]
    public async Task A_range_has_the_candles_that_open_in_it()
    {
        await using var archive = await store.OpenAsync();
        await archive.AppendAsync([.. Enumerable.Range(0, 10).Select(index => Candles.Closed(_series, index))], [], Token);
        var found = new List<long>();
        await foreach (var candle in archive.ReadAsync(_series, At(3).AddMilliseconds(-1), At(5).AddMilliseconds(1), Token))
        {
            found.Add(candle.OpenMs);
        }

        found.ShouldBe([At(3).ToUnixTimeMilliseconds(), At(4).ToUnixTimeMilliseconds(), At(5).ToUnixTimeMilliseconds()]);
    }

    [Fact]
    public async Task Writing_the_same_again_changes_nothing()
    {
        await using var archive = await store.OpenAsync();
        PriceQuote[] candles = [Candles.Closed(_series, 0), Candles.Closed(_series, 1)];
        await archive.AppendAsync(candles, [], Token);

        (await archive.AppendAsync(candles, [], Token)).ShouldBe(new AppendCounts(0, 2, 0));
        (await archive.HoldingsAsync(_series, Token)).Revisions.ShouldBe(0);
    }

    [Fact]
    public async Task Other_values_stand_and_both_are_kept_as_a_revision()
    {
        await using var archive = await store.OpenAsync();
        var (before, after) = (Candles.Closed(_series, 0), Candles.History(_series, 0, trades: 51));
        await archive.AppendAsync([before], [], Token);

        (await archive.AppendAsync([after], [], Token)).ShouldBe(new AppendCounts(0, 0, 1));
        (await archive.AllAsync(_series)).ShouldBe([after.AsArchived()]);
        var revision = (await archive.RevisionsAsync(_series, At(0), At(1), Token)).ShouldHaveSingleItem();
        (revision.Before, revision.After).ShouldBe((before.AsArchived(), after.AsArchived()));
        (await archive.RevisionsAsync(_series, At(1), At(2), Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_kept_candle_lacked_is_added_and_is_no_revision()
    {
        await using var archive = await store.OpenAsync();
        var values = new CandleValues { OpenMs = Candles.T0, Open = 1, High = 2, Low = 1, Close = 2, IsClosed = true };
        await archive.AppendAsync([new PriceQuote(_series, values, QuoteSource.Stream, At(1))], [], Token);
        var fuller = new PriceQuote(_series, values with { Volume = 3.50m, TradeCount = 7 }, QuoteSource.History, At(2));

        (await archive.AppendAsync([fuller], [], Token)).ShouldBe(new AppendCounts(0, 1, 0));
        var read = (await archive.AllAsync(_series)).ShouldHaveSingleItem();
        (read.Volume, read.TradeCount, read.QuoteVolume, read.Source).ShouldBe((3.50m, 7, null, QuoteSource.Stream));
    }

    [Fact]
    public async Task What_is_known_to_be_missing_is_kept_with_its_reason_and_what_was_never_asked_is_neither()
    {
        await using var archive = await store.OpenAsync();
        var gap = new MissingCandles(_series, At(2), At(4), "the exchange has no rows", MissingKind.Gap);
        await archive.AppendAsync([Candles.Closed(_series, 4), Candles.Closed(_series, 1)],
            [SeriesCoverage.Of(gap), SeriesCoverage.Complete(_series, Ms(5), Ms(8))], Token);

        (await archive.CoverageAsync(_series, At(0), At(9), Token)).ShouldBe(
        [
            new(Ms(0), Ms(1), Coverage.NeverAsked),
            new(Ms(1), Ms(2), Coverage.Complete),
            new(Ms(2), Ms(4), Coverage.Missing, "the exchange has no rows"),
            new(Ms(4), Ms(8), Coverage.Complete), // the last three had no trades
            new(Ms(8), Ms(9), Coverage.NeverAsked),
        ]);
    }

    [Fact]
    public async Task What_is_forgotten_counts_as_never_asked()
    {
        await using var archive = await store.OpenAsync();
        await archive.AppendAsync([.. Enumerable.Range(0, 10).Select(index => Candles.Closed(_series, index))], [], Token);

        (await archive.ForgetAsync(_series, At(4), Token)).ShouldBe(4);
        var holdings = await archive.HoldingsAsync(_series, Token);

        (holdings.Count, holdings.FirstOpen, holdings.LastOpen).ShouldBe((6, At(4), At(9)));
        holdings.Coverage.ShouldBe([new CoverageRange(Ms(4), Ms(10), Coverage.Complete)]);
        store.Examine(archive);
    }

    [Fact]
    public async Task Two_that_write_the_same_and_one_that_reads_do_not_disturb_each_other()
    {
        await using var one = await store.OpenAsync();
        await using var other = await store.OpenAsync();
        var minutes = Enumerable.Range(0, 300).Select(index => Candles.Closed(_series, index)).ToArray();
        var writing = Task.WhenAll(WriteAsync(one), WriteAsync(other));
        var seen = 0;
        while (!writing.IsCompleted)
        {
            var read = await one.AllAsync(_series);
            read.Count.ShouldBeGreaterThanOrEqualTo(seen);
            read.ShouldBe(minutes.Take(read.Count).Select(candle => candle.AsArchived()));
            seen = read.Count;
        }

        var counts = await writing;

        counts[0].Plus(counts[1]).ShouldBe(new AppendCounts(300, 300, 0));
        (await other.AllAsync(_series)).ShouldBe(minutes.Select(candle => candle.AsArchived()));
        store.Examine(one);

        async Task<AppendCounts> WriteAsync(ICandleArchive archive)
        {
            var sum = default(AppendCounts);
            foreach (var part in minutes.Chunk(7))
            {
                sum += await archive.AppendAsync(part, [], Token);
            }

            return sum;
        }
    }

    [Fact]
    public async Task The_same_candle_several_times_in_one_write_is_kept_in_their_order()
    {
        await using var archive = await store.OpenAsync();
        var (one, other) = (Candles.Closed(_series, 0), Candles.History(_series, 0, trades: 51));

        (await archive.AppendAsync([one, Candles.Closed(_series, 1), other, one], [], Token)).ShouldBe(new AppendCounts(2, 0, 2));
        (await archive.AllAsync(_series))[0].ShouldBe(one.AsArchived());
        (await archive.RevisionsAsync(_series, At(0), At(1), Token)).Select(revision => (revision.Before.TradeCount, revision.After.TradeCount))
            .ShouldBe([(50, 51), (51, 50)]);
    }

    [Fact]
    public async Task Candles_far_apart_and_between_those_that_are_kept_find_their_places()
    {
        await using var archive = await store.OpenAsync();
        var days = new Series(Candles.Instrument(), Interval.OneDay);
        var all = Enumerable.Range(0, 300).Select(index => Candles.Closed(days, index)).ToArray();

        (await archive.AppendAsync([.. all.Where((_, index) => index % 3 == 0)], [], Token)).Added.ShouldBe(100);
        (await archive.AppendAsync([.. all.Reverse()], [], Token)).ShouldBe(new AppendCounts(200, 100, 0));
        (await archive.AllAsync(days)).ShouldBe(all.Select(candle => candle.AsArchived()));
        (await archive.HoldingsAsync(days, Token)).Coverage.ShouldBe([new CoverageRange(all[0].OpenMs, all[^1].CloseMs, Coverage.Complete)]);
    }

    [Fact]
    public async Task Revisions_of_another_archive_are_kept_with_their_own_times_once()
    {
        await using var archive = await store.OpenAsync();
        var (before, after) = (Candles.Closed(_series, 0), Candles.History(_series, 0, trades: 51));
        var revision = new CandleRevision(before.AsArchived(), after.AsArchived(), At(7));
        await archive.AppendAsync([before], [], Token);

        (await archive.ReviseAsync([revision], Token)).ShouldBe(1);
        (await archive.ReviseAsync([revision], Token)).ShouldBe(0);
        (await archive.AllAsync(_series)).ShouldBe([after.AsArchived()]);
        (await archive.RevisionsAsync(_series, At(0), At(1), Token)).ShouldBe([revision]);
        (await archive.AppendAsync([after], [], Token)).ShouldBe(new AppendCounts(0, 1, 0));
    }

    [Fact]
    public async Task Room_is_given_back_and_nothing_else_changes()
    {
        await using var archive = await store.OpenAsync();
        await archive.AppendAsync([.. Enumerable.Range(0, 20_000).Select(index => Candles.Closed(_series, index))], [], Token);
        var before = await archive.SizeAsync(Token);
        await archive.ForgetAsync(_series, At(19_000), Token);
        await Eventually.TrueAsync(() =>
        {
            archive.CompactAsync(Token).GetAwaiter().GetResult(); // a server that is just looking through a table keeps its old rows for that time
            return archive.SizeAsync(Token).GetAwaiter().GetResult() < before / 2;
        }, "the room is given back");

        (await archive.AllAsync(_series)).Count.ShouldBe(1_000);
    }

    [Fact]
    public void The_numbers_of_sources_in_the_file_never_change() =>
        Enum.GetValues<QuoteSource>().Select(source =>
            (source, (int)source)).ShouldBe([(QuoteSource.Stream, 0), (QuoteSource.History, 1), (QuoteSource.Inferred, 2), (QuoteSource.Trades, 3),
                (QuoteSource.BuiltFromTrades, 4), (QuoteSource.Flat, 5)]);

    [Fact]
    public async Task A_flat_candle_is_never_kept()
    {
        await using var archive = await store.OpenAsync();
        var flat = Candles.Quote(_series, 0, isClosed: true, source: QuoteSource.Flat);

        (await Should.ThrowAsync<ArgumentException>(() => archive.AppendAsync([flat], [], Token))).Message.ShouldContain("of which nothing was traded");
        (await archive.ListAsync(Token)).ShouldBeEmpty();
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private DateTimeOffset At(int index) => DateTimeOffset.FromUnixTimeMilliseconds(Ms(index));

    private long Ms(int index) => _series.Interval.AddMs(Candles.T0, index);
}

/// <summary>What an archive promises, of SQLite.</summary>
public sealed class SqliteKeepingTests() : KeepingTests(new SqliteStore());

/// <summary>What an archive promises, of PostgreSQL.</summary>
public sealed class PostgreSqlKeepingTests() : KeepingTests(new PostgreSqlStore());
