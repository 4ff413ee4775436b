using OhlcvConnector.Application.Prices;
using OhlcvConnector.Prices;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public sealed class PriceTrackerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeProvider _first;
    private readonly FakeProvider _second;
    private readonly List<string> _troubles = [];
    private readonly PriceTracker _tracker;

    public PriceTrackerTests()
    {
        _first = new FakeProvider("first", _clock);
        _second = new FakeProvider("second", _clock);
        _tracker = new PriceTracker(
            [_first, _second], new PriceTrackerOptions { Seed = 1, OnTrouble = words => { lock (_troubles) { _troubles.Add(words); } } }, _clock, _clock);
    }

    public ValueTask DisposeAsync() => _tracker.DisposeAsync();

    [Fact]
    public async Task The_preferred_source_answers_and_the_next_for_what_it_does_not_know()
    {
        _first.Says("BTC", 100);
        _second.Says("BTC", 100.5m).Says("ETH", 7);
        var found = await ReadAsync("btc", " eth ", "NOPE");
        found.Select(price => (price.Price?.Price, price.Price?.Source, price.Problem))
            .ShouldBe([(100, "first", null), (7, "second", null), (null, null, PriceProblem.Unknown)]);
        _second.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_source_that_fails_is_tried_three_times_with_growing_waits_before_the_next_is_asked()
    {
        _first.Failure = _ => new HttpRequestException("no way");
        _second.Says("BTC", 100);
        var reading = _tracker.ReadAsync("BTC");
        await Eventually.TrueAsync(() => _first.Asked == 1 && _clock.HasTimer(TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(0.75)), "the first wait");
        _clock.Advance(TimeSpan.FromSeconds(0.75));
        await Eventually.TrueAsync(() => _first.Asked == 2 && _clock.HasTimer(TimeSpan.FromSeconds(0.01), TimeSpan.FromSeconds(1.5)), "the second");
        _clock.Advance(TimeSpan.FromSeconds(1.5));

        (await reading)[0].Price!.Source.ShouldBe("second");
        _first.Asked.ShouldBe(3);
        _troubles.ShouldBe(["first: no way"]);
        _tracker.Providers[0].ShouldBe(new PriceProviderState("first", 3, 3, 0, IsResting: false, "no way"));
    }

    [Fact]
    public async Task A_source_that_limits_is_left_alone_as_long_as_it_says()
    {
        _first.Says("BTC", 100).Failure = asked => asked == 1 ? FakeProvider.Limited(TimeSpan.FromSeconds(90)) : null;
        _second.Says("BTC", 200);

        (await ReadAsync("BTC"))[0].Price!.Source.ShouldBe("second");
        _clock.Advance(TimeSpan.FromSeconds(80));

        (await _tracker.ReadAsync([new PriceRequest("BTC")], maxAge: TimeSpan.Zero))[0].Price!.Source.ShouldBe("second");
        _first.Asked.ShouldBe(1, "it rests");
        _tracker.Providers[0].IsResting.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromSeconds(20));
        _first.Says("BTC", 101);

        (await _tracker.ReadAsync([new PriceRequest("BTC")], maxAge: TimeSpan.Zero))[0].Price!.Source.ShouldBe("first");
    }

    [Fact]
    public async Task An_old_price_stays_with_its_true_age_and_one_refresh_serves_all_who_ask()
    {
        _first.Says("BTC", 100);
        await ReadAsync("BTC");
        _clock.Advance(TimeSpan.FromSeconds(299));

        (await ReadAsync("BTC"))[0].IsStale.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(2));
        var gate = new TaskCompletionSource();
        (_first.Gate, _second.Gate) = (gate.Task, gate.Task);
        var asked = _first.Asked;
        for (var i = 0; i < 10; i++)
        {
            var old = (await ReadAsync("BTC"))[0];
            (old.IsStale, old.Age, old.Price!.Price).ShouldBe((true, TimeSpan.FromSeconds(301), 100));
        }

        _first.Says("BTC", 110);
        var patient = _tracker.ReadAsync([new PriceRequest("BTC")], maxAge: TimeSpan.FromSeconds(10));
        gate.SetResult();

        (await patient)[0].Price!.Price.ShouldBe(110);
        (_first.Asked - asked).ShouldBe(1);
    }

    [Fact]
    public async Task Who_waits_for_a_younger_price_gets_the_old_one_when_patience_ends()
    {
        _first.Says("BTC", 100);
        await ReadAsync("BTC");
        _clock.Advance(TimeSpan.FromSeconds(60));
        _first.Gate = new TaskCompletionSource().Task;
        var patient = _tracker.ReadAsync([new PriceRequest("BTC")], maxAge: TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => _first.Asked == 2, "it is asked");
        _clock.Advance(TimeSpan.FromSeconds(11));
        var old = (await patient)[0];

        (old.Age, old.Price!.Price).ShouldBe((TimeSpan.FromSeconds(70), 100));
    }

    [Fact]
    public async Task Two_sources_that_disagree_are_both_named_and_counted_once()
    {
        _first.Says("BTC", 100, coinName: null);
        _second.Says("BTC", 102, quote: "USD", coinName: "Bitcoin", supply: 10);
        await ReadAsync("BTC");
        await _tracker.UpdateAsync();
        await _tracker.UpdateAsync();
        var price = (await ReadAsync("BTC"))[0];

        price.Disagreement.ShouldBe(new PriceDisagreement("second", 102, 2));
        _tracker.Counts.Disagreements.ShouldBe(1);
        (price.Price!.Name, price.Price.MarketCap, price.Price.Quote)
            .ShouldBe(("Bitcoin", 1000m, "USDT"), "what the other knows, in the currency that is shown");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("100000")]
    [InlineData("0.1")]
    public async Task A_price_that_cannot_be_is_held_back_and_reported(string text)
    {
        _first.Says("BTC", 100);
        await ReadAsync("BTC");
        var wrong = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        _first.Says("BTC", wrong);
        await _tracker.UpdateAsync();

        (await ReadAsync("BTC"))[0].Price!.Price.ShouldBe(100);
        _tracker.Counts.Quarantined.ShouldBe(1);
        _troubles.ShouldHaveSingleItem().ShouldContain("held back");
    }

    [Fact]
    public async Task A_price_far_off_is_believed_when_another_source_agrees_or_it_stays_so()
    {
        _first.Says("BTC", 100);
        await ReadAsync("BTC");
        _first.Says("BTC", 0.1m);
        _second.Says("BTC", 0.1m);
        await _tracker.UpdateAsync();

        (await ReadAsync("BTC"))[0].Price!.Price.ShouldBe(100, "neither is known to be right");
        _clock.Advance(TimeSpan.FromMinutes(11));
        _first.Says("BTC", 0.11m);
        _second.Says("BTC", 0.11m);
        await _tracker.UpdateAsync();

        (await ReadAsync("BTC"))[0].Price!.Price.ShouldBe(0.11m);
    }

    [Fact]
    public async Task A_price_from_the_future_is_of_now_and_counted()
    {
        _first.Says("BTC", 100, age: TimeSpan.FromHours(-1));
        var price = (await ReadAsync("BTC"))[0];

        (price.Age, price.Price!.LastUpdated).ShouldBe((TimeSpan.Zero, _clock.GetUtcNow()));
        _tracker.Counts.ClockAhead.ShouldBe(1);
    }

    [Fact]
    public async Task An_older_price_does_not_replace_a_newer_one_of_its_source()
    {
        _first.Says("BTC", 100);
        await ReadAsync("BTC");
        _first.Says("BTC", 90, age: TimeSpan.FromSeconds(50));
        await _tracker.UpdateAsync();

        (await ReadAsync("BTC"))[0].Price!.Price.ShouldBe(100);
    }

    [Fact]
    public async Task A_currency_that_no_source_has_comes_by_its_own_price_and_says_so()
    {
        _first.Says("BTC", 90_000).Says("EUR", 1.2m);
        var euro = (await _tracker.ReadAsync([new PriceRequest("BTC", "EUR")]))[0].Price!;

        (euro.Price, euro.Quote, euro.Source, euro.Change24h).ShouldBe((75_000, "EUR", "first, EUR/USDT of first", null));
        (await _tracker.ReadAsync([new PriceRequest("BTC", "GBP")]))[0].Problem.ShouldBe(PriceProblem.Unknown);
    }

    [Fact]
    public async Task Who_watches_is_told_of_each_change_and_the_newest_of_several()
    {
        _first.Says("BTC", 100);
        await using var watch = _tracker.WatchAsync([new PriceRequest("BTC")]).GetAsyncEnumerator();

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Price!.Price.ShouldBe(100);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _first.Change("BTC", 101);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Price!.Price.ShouldBe(101);
    }

    [Fact]
    public async Task Crossings_are_told_once_each_way()
    {
        var prices = new[] { 90m, 100, 101, 99, 100 }.Select(price => new TrackedPrice(
            new PriceRequest("BTC"), new AssetPrice { Symbol = "BTC", Quote = "USD", Price = price, LastUpdated = default, Source = "x" }, TimeSpan.Zero, false, null, null, 0));
        var told = new List<decimal>();
        await foreach (var price in prices.ToAsyncEnumerable().Crossings(above: 100, below: null))
        {
            told.Add(price.Price!.Price);
        }

        told.ShouldBe([100, 100]);
    }

    [Fact]
    public async Task What_nobody_knows_is_asked_again_after_a_minute_and_what_could_not_be_asked_at_once()
    {
        (await ReadAsync("NEW"))[0].Problem.ShouldBe(PriceProblem.Unknown);
        await ReadAsync("NEW");

        _first.Asked.ShouldBe(1);
        _first.Says("NEW", 1);
        _clock.Advance(TimeSpan.FromSeconds(61));
        await ReadAsync("NEW");
        await Eventually.TrueAsync(() => _tracker.TryRead([new PriceRequest("NEW")]) is not null, "it is known");
        (_first.Failure, _second.Failure) = (_ => FakeProvider.Limited(TimeSpan.FromSeconds(5)), _ => FakeProvider.Limited(TimeSpan.FromSeconds(5)));

        (await ReadAsync("OTHER"))[0].Problem.ShouldBe(PriceProblem.Unavailable);
    }

    private async Task<IReadOnlyList<TrackedPrice>> ReadAsync(params string[] symbols) => await _tracker.ReadAsync(symbols);
}
