using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>An archive into another one, of the same store or not.</summary>
public sealed class CopyTests : IDisposable
{
    private readonly List<TestStore> _stores = [];
    private readonly Series _series = Candles.Minutes();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", "postgres")]
    [InlineData("postgres", "sqlite")]
    [InlineData("sqlite", "sqlite")]
    public async Task A_copy_has_all_that_the_other_has_and_takes_later_what_came_since(string from, string into)
    {
        var (one, other) = (Store(from), Store(into));
        await using var source = await one.OpenAsync();
        var hours = new Series(Candles.Instrument("ETHUSDT"), Interval.OneHour);
        await source.AppendAsync([.. Enumerable.Range(0, 12_000).Select(index => Candles.Closed(_series, index)), Candles.Closed(hours, 3)],
        [
            SeriesCoverage.Complete(_series, At(12_000), At(12_010)),
            new SeriesCoverage(_series, new CoverageRange(At(12_010), At(12_020), Coverage.Missing, "the exchange lost them")),
            new SeriesCoverage(hours, new CoverageRange(At(-600), At(-540), Coverage.BeforeListing, "it was not listed")),
        ], Token);
        await source.AppendAsync([Candles.History(_series, 7, trades: 51)], [], Token);
        await source.KeepListingAsync([Candles.Instrument(), Candles.Instrument("OLDUSDT")], DateTimeOffset.FromUnixTimeMilliseconds(At(1)), Token);
        await source.KeepListingAsync([Candles.Instrument()], DateTimeOffset.FromUnixTimeMilliseconds(At(2)), Token);
        var line = $"archive copy --into {await other.AddressAsync()} --archive {await one.AddressAsync()} --sandbox";
        var first = await new Terminal(one.Folder).RunAsync(line);

        first.Code.ShouldBe(0, first.Error);
        first.Error.ShouldStartWith("12001 candles of 2 series and 1 revisions were copied to ");
        await SameAsync(source, other, [_series, hours]);

        (await new Terminal(one.Folder).RunAsync(line)).Error.ShouldStartWith("0 candles of 2 series and 0 revisions were copied to ");

        await source.AppendAsync([Candles.Closed(_series, 12_015), Candles.Closed(_series, 12_020), Candles.History(_series, 9, trades: 52)], [], Token);

        (await new Terminal(one.Folder).RunAsync(line)).Error.ShouldStartWith("2 candles of 2 series and 1 revisions were copied to ");
        await SameAsync(source, other, [_series, hours]);
    }

    [Fact]
    public async Task A_copy_that_was_stopped_goes_on_where_it_was()
    {
        var (one, other) = (Store("postgres"), new TestFolder());
        using var folder = other;
        await using var source = await one.OpenAsync();
        await source.AppendAsync([.. Enumerable.Range(0, 12_000).Select(index => Candles.Closed(_series, index))], [], Token);
        await using var target = folder.Open();
        target.MaxPages = 100;

        (await Should.ThrowAsync<ArchiveException>(() => new ArchiveCopy(source, target).RunAsync(_series, Token))).Trouble.ShouldBe(ArchiveTrouble.Full);
        var before = (await target.HoldingsAsync(_series, Token)).Count;

        before.ShouldBe(5_000); // a batch
        target.MaxPages = null;
        var again = new ArchiveCopy(source, target);
        await again.RunAsync(_series, Token);

        again.Counts.ShouldBe(new AppendCounts(7_000, 0, 0));
        (await target.AllAsync(_series)).ShouldBe(await source.AllAsync(_series));
    }

    [Fact]
    public async Task Simulated_candles_are_not_copied_to_real_ones_nor_an_archive_into_itself()
    {
        var (one, other) = (Store("sqlite"), Store("sqlite"));
        await (await one.OpenAsync()).DisposeAsync();
        await (await other.OpenAsync(isSimulated: false)).DisposeAsync();
        var mixed = await new Terminal(one.Folder).RunAsync($"archive copy --into {await other.AddressAsync()} --archive {await one.AddressAsync()}");

        mixed.Code.ShouldBe(1);
        mixed.Error.ShouldContain("it keeps real candles; simulated ones of a sandbox never come beside them");
        (await new Terminal(one.Folder).RunAsync($"archive copy --into {await one.AddressAsync()} --archive {await one.AddressAsync()}")).Error
            .ShouldContain("is the archive itself");
    }

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    private TestStore Store(string name)
    {
        _stores.Add(name == "sqlite" ? new SqliteStore() : new PostgreSqlStore());
        return _stores[^1];
    }

    private long At(int minute) => _series.Interval.AddMs(Candles.T0, minute);

    private static async Task SameAsync(ICandleArchive source, TestStore other, IReadOnlyList<Series> series)
    {
        await using var target = await other.OpenAsync();

        target.IsSimulated.ShouldBe(source.IsSimulated);
        (await target.ListAsync(Token)).ShouldBe(await source.ListAsync(Token));
        foreach (var one in series)
        {
            (await target.AllAsync(one)).ShouldBe(await source.AllAsync(one));
            var (there, here) = (await target.HoldingsAsync(one, Token), await source.HoldingsAsync(one, Token));
            there.Coverage.ShouldBe(here.Coverage);
            there.Revisions.ShouldBe(here.Revisions);
            (await target.RevisionsAsync(one, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Token)).ShouldBe(
                await source.RevisionsAsync(one, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Token), ignoreOrder: true);
        }

        var listings = (await source.ListingsAsync(Token)).Select(one => (one.Instrument.VenueSymbol, one.FirstSeen, one.LastSeen, one.EndedAt));

        (await target.ListingsAsync(Token)).Select(one => (one.Instrument.VenueSymbol, one.FirstSeen, one.LastSeen, one.EndedAt)).ShouldBe(listings);
    }
}
