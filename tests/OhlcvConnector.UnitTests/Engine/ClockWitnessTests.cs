using OhlcvConnector.Infrastructure.Engine.Pacing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>What one kind of message says of a venue's clock, and how many times it must say so.</summary>
public class ClockWitnessTests
{
    private readonly ClockWitness _witness = new(turnMs: 1_000, agreeing: 3);

    [Fact]
    public void Of_the_messages_of_one_turn_the_narrowest_range_is_kept()
    {
        _witness.Hear(10, 500, nowMs: 7_000);
        _witness.Hear(-5, 300, nowMs: 7_400);
        _witness.Hear(4, 400, nowMs: 7_999);

        (_witness.Count, _witness.Least, _witness.Most).ShouldBe((1, 10, 300));

        _witness.Hear(0, 350, nowMs: 8_000);

        (_witness.Count, _witness.Least, _witness.Most).ShouldBe((2, 0, 350), "what both turns hold possible");
        (_witness.Nearest(-7), _witness.Nearest(200), _witness.Nearest(900)).ShouldBe((0, 200, 350));
    }

    [Theory]
    [InlineData(3, 1, 5, 995)]
    [InlineData(3, 2, 4, 996)]
    [InlineData(3, 3, 4, 996)]
    [InlineData(3, 4, 4, 996)]
    [InlineData(3, 5, 3, 997)]
    [InlineData(3, 9, 3, 997)]
    [InlineData(2, 9, 4, 996)]
    [InlineData(1, 9, 5, 995)]
    public void The_more_turns_there_are_the_more_must_say_at_least_so_much(int agreeing, int turns, long least, long most)
    {
        var witness = new ClockWitness(turnMs: 0, agreeing);
        foreach (var said in new long[] { 5, 4, 3, 2, 1, 0, 0, 0, 0 }[..turns])
        {
            witness.IsSteady.ShouldBe(witness.Count >= 3);
            witness.Hear(said, 1_000 - said, nowMs: 0);
        }

        (witness.Count, witness.Least, witness.Most).ShouldBe((turns, least, most));
    }

    [Fact]
    public void Who_does_not_say_how_much_at_most_is_measured_by_the_fastest_messages_and_who_contradicts_itself_by_the_lesser()
    {
        _witness.Hear(-20, long.MaxValue, nowMs: 0);

        (_witness.Least, _witness.Most).ShouldBe((-20, -20));

        var contrary = new ClockWitness(turnMs: 0, agreeing: 3);
        contrary.Hear(100, 50, nowMs: 0);

        (contrary.Least, contrary.Most).ShouldBe((50, 50));
    }

    [Fact]
    public void Only_so_many_turns_are_remembered()
    {
        var witness = new ClockWitness(turnMs: 0, agreeing: 3);
        for (var message = 0; message < 15; message++)
        {
            witness.Hear(message < 3 ? 1_000 : 0, 2_000, nowMs: message);
        }

        (witness.Count, witness.Least).ShouldBe((15, 1_000));
        witness.Hear(0, 2_000, nowMs: 15);

        (witness.Count, witness.Least).ShouldBe((15, 0), "the oldest of the three is forgotten");
    }

    [Theory]
    [InlineData(0, 60_000, 7)]
    [InlineData(0, 60_001, 5)]
    [InlineData(1_000, 60_000, 7)]
    [InlineData(1_000, 60_001, 6)]
    [InlineData(10_000, 150_000, 7)] // as long as the turns take that it remembers
    [InlineData(10_000, 150_001, 6)]
    public void What_was_said_long_ago_is_forgotten_but_the_last_few_turns_stay(long turnMs, long nowMs, int count)
    {
        var witness = new ClockWitness(turnMs, agreeing: 3);
        for (var turn = 0; turn < 6; turn++)
        {
            witness.Hear(0, 100, nowMs: turn * turnMs);
        }

        witness.Hear(0, 100, nowMs);

        witness.Count.ShouldBe(count);

        witness.Hear(0, 100, nowMs: 9_000_000);

        witness.Count.ShouldBe(5);
    }

    [Fact]
    public void A_message_that_says_no_more_than_its_turn_knows_needs_no_thought()
    {
        _witness.KnowsBetter(long.MinValue / 4, long.MaxValue, nowMs: 0).ShouldBeFalse("nothing was heard");
        _witness.Hear(10, 300, nowMs: 5_000);

        _witness.KnowsBetter(10, 201, nowMs: 5_999).ShouldBeTrue();
        _witness.KnowsBetter(11, 201, nowMs: 5_999).ShouldBeFalse("it is ahead by more");
        _witness.KnowsBetter(10, 200, nowMs: 5_999).ShouldBeFalse("it is ahead by a tenth of a second less");
        _witness.KnowsBetter(10, 201, nowMs: 6_000).ShouldBeFalse("another turn begins");

        _witness.Hear(12, 280, nowMs: 5_500);

        _witness.KnowsBetter(12, 181, nowMs: 5_600).ShouldBeTrue();
        _witness.KnowsBetter(12, 180, nowMs: 5_600).ShouldBeFalse();

        _witness.Hear(-40, 900, nowMs: 6_000);

        _witness.KnowsBetter(-40, 801, nowMs: 6_100).ShouldBeTrue("each turn is for itself");
        _witness.KnowsBetter(-39, 801, nowMs: 6_100).ShouldBeFalse();
    }

    [Fact]
    public void What_was_forgotten_begins_anew_also_within_a_turn()
    {
        _witness.Hear(10, 300, nowMs: 5_000);
        _witness.Forget();

        (_witness.Count, _witness.KnowsBetter(10, 300, nowMs: 5_100)).ShouldBe((0, false));

        _witness.Hear(-70, 40, nowMs: 5_200);

        (_witness.Count, _witness.Least, _witness.Most).ShouldBe((1, -70, 40));
    }
}
