using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>Subscriptions that an exchange limits: candles first, then the trades of the busiest symbols.</summary>
public sealed class TradesLeaseTests : IDisposable
{
    private readonly AddressLimits _address = new("hyperliquid", new VenueLimits { SeriesOfAll = 5 }, TimeProvider.System);
    private readonly List<string> _givenUp = [];

    [Fact]
    public void Trades_take_what_candles_leave()
    {
        _address.Reserve(0, 3);

        _address.TryReserve(Lease("a", 1)).ShouldBeTrue();
        _address.TryReserve(Lease("b", 1)).ShouldBeTrue();
        _address.TryReserve(Lease("c", 1)).ShouldBeFalse();
    }

    [Fact]
    public void The_quietest_symbols_lose_theirs_to_candles()
    {
        _address.Reserve(0, 2);
        _address.TryReserve(Lease("busy", 100));
        _address.TryReserve(Lease("quiet", 1));
        _address.TryReserve(Lease("usual", 10));

        _address.Reserve(0, 2);

        _givenUp.ShouldBe(["quiet", "usual"]);

        _address.Reserve(0, 1);

        _givenUp.ShouldBe(["quiet", "usual", "busy"]);
        Should.Throw<SubscriptionLimitException>(() => _address.Reserve(0, 1));
    }

    [Fact]
    public void What_is_given_back_can_be_had_again()
    {
        var lease = Lease("a", 1);
        _address.Reserve(0, 4);
        _address.TryReserve(lease);

        _address.TryReserve(Lease("b", 1)).ShouldBeFalse();

        _address.Release(lease);

        _address.TryReserve(Lease("b", 1)).ShouldBeTrue();
        _givenUp.ShouldBeEmpty();
    }

    [Fact]
    public void A_symbol_that_is_twice_as_busy_as_the_quietest_gets_what_that_has()
    {
        _address.Reserve(0, 3);
        _address.TryReserve(Lease("quiet", 10));
        _address.TryReserve(Lease("busy", 100));

        _address.TryMakeRoom(Lease("a little busier", 20)).ShouldBeFalse();
        _givenUp.ShouldBeEmpty();

        var busier = Lease("busier", 21);

        _address.TryMakeRoom(busier).ShouldBeTrue();

        _givenUp.ShouldBe(["quiet"]);
        _address.TryReserve(busier).ShouldBeTrue();
    }

    public void Dispose() => _address.Dispose();

    private TradesLease Lease(string name, long busyness) => new(1, () => busyness, () => _givenUp.Add(name));
}
