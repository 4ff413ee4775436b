using OhlcvConnector.Infrastructure.Engine.Feed;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>When a feed that has never had a connection gives up.</summary>
public class FirstConnectionTests
{
    [Fact]
    public void A_feed_of_one_lane_gives_up_with_its_last_attempt_and_not_before_or_again()
    {
        var first = new FirstConnection(3);
        first.Join();

        Enumerable.Range(1, 5).Select(first.IsHopeless).ShouldBe([false, false, true, false, false]);
    }

    [Fact]
    public void A_feed_of_two_lanes_gives_up_when_the_second_has_failed_as_often()
    {
        var first = new FirstConnection(2);
        first.Join();
        first.Join();

        first.IsHopeless(2).ShouldBeFalse("the other may still have a connection");
        first.IsHopeless(1).ShouldBeFalse();
        first.IsHopeless(2).ShouldBeTrue();
    }

    [Fact]
    public void A_feed_that_had_a_connection_never_gives_up()
    {
        var first = new FirstConnection(1);
        first.Join();
        first.Made();

        first.IsHopeless(1).ShouldBeFalse();
    }

    [Fact]
    public void Without_a_number_of_attempts_nobody_gives_up()
    {
        var first = new FirstConnection(0);
        first.Join();

        Enumerable.Range(0, 100).ShouldAllBe(failures => !first.IsHopeless(failures));
    }
}
