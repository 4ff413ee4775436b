using OhlcvConnector.Application.Prices;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Prices;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public sealed class PriceTableTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prices_are_kept_exactly_and_an_older_one_never_replaces_a_newer_one()
    {
        var table = Open();
        var price = HardPrices.OfManyDigits("B'T\"C", _clock.GetUtcNow());

        (await table.StoreAsync([price])).ShouldBe(1);
        (await table.StoreAsync([price with { Price = 1, LastUpdated = price.LastUpdated.AddTicks(-1) }])).ShouldBe(0);
        (await Open().ReadAllAsync()).ShouldBe([price]);
        (await table.StoreAsync([price with { Price = 2, LastUpdated = price.LastUpdated.AddTicks(1) }])).ShouldBe(1);
        (await Open().ReadAllAsync()).Single().Price.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_restart_the_answer_comes_at_once_with_its_true_age()
    {
        var source = new FakeProvider("a", _clock).Says("BTC", 100);
        await using (var before = new PriceTracker([source], clock: _clock, timer: _clock, table: Open()))
        {
            (await before.ReadAsync("BTC"))[0].Price!.Price.ShouldBe(100);
        }

        _clock.Advance(TimeSpan.FromHours(1));
        source.Gate = new TaskCompletionSource().Task;
        await using var after = new PriceTracker([source], clock: _clock, timer: _clock, table: Open());
        var price = (await after.ReadAsync("BTC"))[0];

        (price.Price!.Price, price.Age, price.IsStale).ShouldBe((100, TimeSpan.FromHours(1), true));
    }

    [Fact]
    public async Task After_a_restart_a_source_that_streams_is_asked_at_the_first_question_however_young_the_price_is()
    {
        var source = new FakeProvider("a", _clock) { Delivery = PriceDelivery.Stream }.Says("BTC", 100);
        await Open().StoreAsync([source.Prices["BTC"]]);
        var gate = new TaskCompletionSource();
        source.Says("BTC", 101).Gate = gate.Task;
        await using var tracker = new PriceTracker([source], clock: _clock, timer: _clock, table: Open());
        (await tracker.ReadAsync("BTC"))[0].Price!.Price.ShouldBe(100, "it is there at once");
        gate.SetResult();
        await Eventually.TrueAsync(() => tracker.TryRead([new PriceRequest("BTC")]) is [{ Price.Price: 101 }], "and goes on");

        source.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_restart_an_older_price_of_the_same_source_never_replaces_the_kept_one()
    {
        var source = new FakeProvider("a", _clock) { Delivery = PriceDelivery.Stream }.Says("BTC", 100, TimeSpan.FromSeconds(5));
        await Open().StoreAsync([source.Prices["BTC"]]);
        source.Says("BTC", 99, TimeSpan.FromSeconds(70)); // the last closed minute, before the stream brings anything
        await using var tracker = new PriceTracker([source], clock: _clock, timer: _clock, table: Open());
        await tracker.ReadAsync("BTC", "NOPE");
        await Eventually.TrueAsync(() => source.Asked > 0 && tracker.Counts.Assets == 2, "it is asked");
        var price = (await tracker.ReadAsync("BTC", "NONE"))[0];

        (price.Price!.Price, price.Age).ShouldBe((100, TimeSpan.FromSeconds(5)));
        source.Change("BTC", 101);
        await Eventually.TrueAsync(() => tracker.TryRead([new PriceRequest("BTC")]) is [{ Price.Price: 101 }], "a newer one does");
    }

    [Fact]
    public async Task What_is_kept_is_not_asked_for_before_somebody_wants_it()
    {
        var source = new FakeProvider("a", _clock).Says("BTC", 100);
        await Open().StoreAsync([source.Prices["BTC"] with { Symbol = "OLD" }, source.Prices["BTC"]]);
        await using var tracker = new PriceTracker([source], clock: _clock, timer: _clock, table: Open());
        await tracker.ReadAsync("BTC");
        await tracker.UpdateAsync();

        source.Requested.ShouldBe(["BTC"]);
        (await tracker.ReadAsync("OLD"))[0].Price!.Price.ShouldBe(100);
    }

    [Fact]
    public async Task Of_several_trackers_one_polls_and_the_others_read_what_it_kept()
    {
        var options = new PriceTrackerOptions { UpdateInterval = TimeSpan.FromMinutes(5), Seed = 1 };
        FakeProvider[] sources = [.. Enumerable.Range(0, 3).Select(i => new FakeProvider($"s{i}", _clock).Says("BTC", 100))];
        List<PriceTracker> trackers = [];
        foreach (var source in sources)
        {
            trackers.Add(new PriceTracker([source], options, _clock, _clock, Open()));
            await trackers[^1].ReadAsync("BTC");
        }

        await Eventually.TrueAsync(() => _clock.CountTimers(TimeSpan.FromMinutes(5.1)) >= 6, "all wait for their turn");
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i].Says("BTC", 101 + i, age: TimeSpan.FromMinutes(-5));
        }

        _clock.Advance(TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => sources.Sum(source => source.Asked) == 4, "one of them polled");
        await Eventually.TrueAsync(() => Open().ReadAllAsync().GetAwaiter().GetResult().Single().Price > 100, "and kept it");

        sources.Sum(source => source.Asked).ShouldBe(4);
        foreach (var tracker in trackers)
        {
            await tracker.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_lease_is_one_owners_until_it_ends()
    {
        var table = Open();

        (await table.TryLeaseAsync("x", "one", TimeSpan.FromMinutes(1))).ShouldBeTrue();
        (await table.TryLeaseAsync("x", "two", TimeSpan.FromMinutes(1))).ShouldBeFalse();
        (await table.TryLeaseAsync("x", "one", TimeSpan.FromMinutes(1))).ShouldBeTrue();
        (await table.TryLeaseAsync("y", "two", TimeSpan.FromMinutes(1))).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMinutes(1));

        (await table.TryLeaseAsync("x", "two", TimeSpan.FromMinutes(1))).ShouldBeTrue();
    }

    [Fact]
    public async Task Simulated_prices_never_come_beside_real_ones()
    {
        Open();

        Should.Throw<ArchiveException>(() => SqlitePriceTable.Open(_folder.File, isSimulated: false)).Message.ShouldContain("simulated");
        await using (var archive = _folder.Open(isSimulated: true))
        {
            (await archive.ListAsync()).ShouldBeEmpty("one file can keep both");
        }
    }

    [Fact]
    public async Task A_server_keeps_its_prices_over_a_restart()
    {
        var path = Path.Combine(_folder.Path, "prices.db");
        await using (var stage = await ServerStage.SetAsync(configure: options => options.PriceTable = path))
        {
            (await stage.GetAsync("/prices/BTC")).ShouldContain("\"price\":");
        }

        await using var again = await ServerStage.SetAsync(
            configure: options => (options.PriceTable, options.RequestTimeout) = (path, TimeSpan.FromSeconds(1)),
            faults: sandbox => sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError)));

        (await again.GetAsync("/prices/BTC?fields=price,stale,source")).ShouldContain("\"source\":\"exchanges\"");
    }

    private SqlitePriceTable Open() => SqlitePriceTable.Open(_folder.File, isSimulated: true, _clock);
}
