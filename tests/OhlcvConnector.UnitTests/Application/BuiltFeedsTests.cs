using NSubstitute;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Application;

public class BuiltFeedsTests
{
    private readonly IPriceFeedRepository _feeds = Substitute.For<IPriceFeedRepository>();
    private readonly IPriceFeed _parts = Substitute.For<IPriceFeed>();
    private readonly ManualTimeProvider _time = new();
    private readonly Series _part = new(Instrument("BTCUSDT", exchange: "toy"), Interval.OneMinute);
    private readonly Series _built = new(Instrument("BTCUSDT", exchange: "toy"), Interval.Parse("7m"));
    private readonly BuiltFeeds _all;

    public BuiltFeedsTests()
    {
        _feeds.Open(Arg.Any<IReadOnlyCollection<Series>>(), Arg.Any<DateTimeOffset?>()).Returns(_parts);
        _all = new BuiltFeeds(
            _feeds, [new ExchangeProfile("toy", [new MarketProfile(Market.Spot, [Interval.OneMinute], [Interval.OneMinute])], Market.Spot)], _time);
    }

    [Fact]
    public void The_parts_begin_with_the_candle_that_is_open_now()
    {
        _all.Open([_built]);
        _feeds.Received().Open(Arg.Is<IReadOnlyCollection<Series>>(parts => parts.Single().Equals(_part)), _built.Interval.Floor(_time.GetUtcNow()));
    }

    [Fact]
    public void The_parts_of_two_series_are_asked_for_once_and_left_with_the_last()
    {
        var other = new Series(_built.Instrument, Interval.Parse("11m"));
        var feed = _all.Open([_built]);
        feed.Add(other);
        feed.Add(other);
        _parts.DidNotReceive().Add(Arg.Any<Series>(), Arg.Any<DateTimeOffset?>());
        feed.Remove(_built);
        _parts.DidNotReceive().Remove(Arg.Any<Series>());
        feed.Remove(other);
        _parts.Received(1).Remove(_part);
    }

    [Fact]
    public async Task What_is_refused_or_does_not_trade_is_told_of_what_was_asked_for()
    {
        _parts.ReadAllAsync(Arg.Any<CancellationToken>()).Returns(Refused());
        var told = new List<SeriesStatus>();
        var feed = _all.Open([_built]);
        feed.OnStatus = told.Add;
        _parts.OnStatus!(new SeriesStatus(_part, SeriesCondition.Refused, "no such thing"));

        told.ShouldHaveSingleItem().Series.ShouldBe(_built);
        (await Should.ThrowAsync<SubscriptionRejectedException>(async () => await feed.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync())).Series
            .ShouldBe(_built);

        async IAsyncEnumerable<PriceQuote> Refused()
        {
            await Task.Yield();
            if (_part is not null)
            {
                throw new SubscriptionRejectedException(_part, "no such thing");
            }

            yield break;
        }
    }
}
