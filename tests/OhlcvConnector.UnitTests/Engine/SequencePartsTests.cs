using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>What the order of a series keeps aside, each kind alone.</summary>
public class SequencePartsTests
{
    private readonly Series _series = Minutes();

    [Fact]
    public void Held_closes_leave_by_open_time_and_each_once()
    {
        var held = new HeldCloses();
        foreach (var index in (int[])[5, 3, 4])
        {
            held.Hold(Closed(_series, index)).ShouldBeTrue();
        }

        held.Hold(Closed(_series, 4)).ShouldBeFalse();

        (held.FirstMs, held.LastMs).ShouldBe((At(3), At(5)));
        held.TryTake(At(2), out _).ShouldBeFalse();
        Taken(held, untilMs: At(9)).ShouldBe([At(3), At(4), At(5)]);
        held.FirstMs.ShouldBeNull();
    }

    [Fact]
    public void Of_too_many_held_closes_the_latest_are_forgotten_for_history_has_them()
    {
        var held = new HeldCloses();
        for (var index = 99; index >= 0; index--)
        {
            held.Hold(Closed(_series, index));
        }

        held.Hold(Closed(_series, 200)).ShouldBeTrue();

        Taken(held, untilMs: At(1_000)).ShouldBe(Enumerable.Range(0, 64).Select(At));
    }

    [Fact]
    public void An_inferred_close_is_refuted_by_other_values_and_settled_by_any()
    {
        var inferred = new InferredCloses();
        inferred.Add(Closed(_series, 0));
        inferred.Add(Closed(_series, 1));

        inferred.FirstMs.ShouldBe(At(0));

        inferred.IsRefutedBy(History(_series, 7)).ShouldBeFalse();
        inferred.IsRefutedBy(History(_series, 1, trades: 51)).ShouldBeTrue();

        inferred.FirstMs.ShouldBeNull();
    }

    [Fact]
    public void An_inferred_close_that_history_has_as_well_is_confirmed()
    {
        var inferred = new InferredCloses();
        inferred.Add(Closed(_series, 0));

        inferred.IsRefutedBy(History(_series, 0)).ShouldBeFalse();

        inferred.FirstMs.ShouldBeNull();
    }

    [Fact]
    public void Passed_candles_say_how_long_nobody_traded()
    {
        var passed = new PassedCandles();

        passed.Add(At(0), At(1)).ShouldBe(60_000);
        passed.Add(At(1), At(2)).ShouldBe(120_000);
        passed.Add(At(5), At(6)).ShouldBe(60_000);

        passed.Remove(At(1)).ShouldBeTrue();
        passed.Remove(At(1)).ShouldBeFalse();
    }

    [Fact]
    public void An_open_state_is_older_with_fewer_trades_and_the_same_with_the_same_values()
    {
        var open = new OpenStates();

        open.Take(Quote(_series, 0, trades: 5), 1, At(0)).ShouldBe(OpenStates.Fate.Newest);
        open.Take(Quote(_series, 0, trades: 4), 1, At(0)).ShouldBe(OpenStates.Fate.Older);
        open.Take(Quote(_series, 0, trades: 5), 1, At(0)).ShouldBe(OpenStates.Fate.Same);
        open.Take(Quote(_series, 0, trades: 6), 1, At(0)).ShouldBe(OpenStates.Fate.Newest);
    }

    [Theory]
    [InlineData(1, 59, 1, 70, true)]   // its last trades came, or were held back for a second
    [InlineData(1, 57, 1, 70, true)]
    [InlineData(1, 54, 1, 70, false)]  // mute in the last moments
    [InlineData(1, 59, 2, 70, false)]  // another stretch of the stream: something may have been missed between
    [InlineData(1, 59, 1, 59, false)]  // not over
    public void The_last_state_may_be_the_close_if_nothing_can_have_been_missed(int generation, int second, int laterGeneration, int nowSecond, bool may)
    {
        var open = new OpenStates();
        open.Take(Quote(_series, 0), generation, At(0) + (second * 1_000));

        open.KeepLater(Quote(_series, 1), laterGeneration, At(1));

        open.MayBeClose(At(0), At(0) + (nowSecond * 1_000), isPatienceOver: true).ShouldBe(may);
    }

    [Fact]
    public void Before_patience_is_over_a_trade_of_the_last_two_seconds_may_still_be_held_back()
    {
        var open = new OpenStates();
        open.Take(Quote(_series, 0), 1, At(0) + 59_000);
        open.KeepLater(Quote(_series, 1), 1, At(1));

        open.MayBeClose(At(0), At(2), isPatienceOver: false).ShouldBeFalse();
        open.MayBeClose(At(0), At(2), isPatienceOver: true).ShouldBeTrue();
    }

    private static List<long> Taken(HeldCloses held, long untilMs)
    {
        var taken = new List<long>();
        while (held.TryTake(untilMs, out var quote))
        {
            taken.Add(quote.OpenMs);
        }

        return taken;
    }

    private long At(int index) => _series.Interval.AddMs(T0, index);
}
