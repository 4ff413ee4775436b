using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;

namespace OhlcvConnector.UnitTests.Trades;

public class TradeRingTests
{
    [Fact]
    public void Trades_stand_in_the_order_of_their_times_however_they_come()
    {
        var ring = new TradeRing(idsAscend: false);

        foreach (var time in (long[])[5, 3, 9, 1, 7])
        {
            ring.Add(At(time, time)).ShouldBe(TradeEntry.New);
        }

        Times(ring).ShouldBe([9L, 7, 5, 3, 1]);
    }

    [Fact]
    public void A_trade_that_comes_again_is_known_by_its_id_within_its_millisecond()
    {
        var ring = new TradeRing(idsAscend: false);
        ring.Add(At(5, 1));
        ring.Add(At(5, 2));
        ring.Add(At(6, 1));

        ring.Add(At(5, 1)).ShouldBe(TradeEntry.Doubled);
        ring.Add(At(6, 1)).ShouldBe(TradeEntry.Doubled);

        ring.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(true, new long[] { 3, 2, 1 })]
    [InlineData(false, new long[] { 2, 1, 3 })]
    public void Of_one_millisecond_ids_say_the_order_where_they_ascend_and_else_how_they_came(bool idsAscend, long[] newestFirst)
    {
        var ring = new TradeRing(idsAscend);

        ring.Add(At(5, 3));
        ring.Add(At(5, 1));
        ring.Add(At(5, 2));

        Enumerable.Range(0, 3).Select(age => ring[age].Id).ShouldBe(newestFirst);
    }

    [Fact]
    public void It_remembers_ten_seconds_of_a_busy_symbol_and_little_of_a_quiet_one()
    {
        var busy = new TradeRing(idsAscend: true);
        var quiet = new TradeRing(idsAscend: true);
        for (var i = 0; i < 3_000; i++)
        {
            busy.Add(At(i * 5, i));
            quiet.Add(At(i * 1_000, i));
        }

        busy.Count.ShouldBeGreaterThanOrEqualTo(2_000);
        busy[0].Id.ShouldBe(2_999);
        quiet.Count.ShouldBe(32);
        quiet.Add(At(1_000, 1)).ShouldBe(TradeEntry.Forgotten);
        quiet.Add(At(2_999_000, 2_999)).ShouldBe(TradeEntry.Doubled);
    }

    [Fact]
    public void Memory_has_a_limit_however_busy_a_symbol_is()
    {
        var ring = new TradeRing(idsAscend: true);
        for (var i = 0; i < 50_000; i++)
        {
            ring.Add(At(i / 50, i));
        }

        ring.Count.ShouldBe(8_192);
        ring[8_191].Id.ShouldBe(50_000 - 8_192);
    }

    private static Trade At(long timeMs, long id) => new(id, timeMs, 1, 1);

    private static IEnumerable<long> Times(TradeRing ring) => Enumerable.Range(0, ring.Count).Select(age => ring[age].TimeMs);
}
