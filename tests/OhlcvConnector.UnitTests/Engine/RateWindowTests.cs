using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>How long exactly a window makes somebody wait, told by the timer that it asks for.</summary>
public class RateWindowTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(1, 1.1)]
    [InlineData(5, 5.5)]
    [InlineData(10, 11)]
    [InlineData(60, 61)]
    public async Task A_window_lasts_a_tenth_longer_than_the_limit_says_and_at_most_a_second(int seconds, double expected)
    {
        using var window = NewWindow(1, seconds);
        await window.SpendAsync(1, default);
        var waiting = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(expected));
        _time.Advance(TimeSpan.FromSeconds(expected));
        await waiting.WaitAsync(Patience);

        _time.NextIn.ShouldBeNull("it waited once");
    }

    [Fact]
    public async Task What_was_spent_first_is_free_first_and_nothing_else_then()
    {
        using var window = NewWindow(3, 10);
        await window.SpendAsync(2, default);
        _time.Advance(TimeSpan.FromSeconds(4));
        await window.SpendAsync(1, default);

        var first = window.SpendAsync(2, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(7));
        _time.Advance(TimeSpan.FromSeconds(7));
        await first.WaitAsync(Patience);
        var second = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(4));
        second.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(4));
        await second.WaitAsync(Patience);
    }

    [Fact]
    public async Task Who_needs_less_does_not_overtake()
    {
        using var window = NewWindow(3, 10);
        await window.SpendAsync(2, default);
        var large = window.SpendAsync(3, default).AsTask();

        var small = window.SpendAsync(1, default).AsTask();

        small.IsCompleted.ShouldBeFalse("there would be room for it");
        _time.Advance(TimeSpan.FromSeconds(11));
        await large.WaitAsync(Patience);

        small.IsCompleted.ShouldBeFalse("the other took all");
    }

    [Fact]
    public async Task What_costs_more_than_the_whole_limit_waits_for_an_empty_window_and_fills_it()
    {
        using var window = NewWindow(3, 10);
        await window.SpendAsync(1, default);
        var large = window.SpendAsync(5, default).AsTask();

        large.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(11));
        await large.WaitAsync(Patience);
        var next = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(11));
        next.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_gives_up_leaves_his_turn_to_the_next()
    {
        using var window = NewWindow(1, 10);
        using var leaving = new CancellationTokenSource();
        await window.SpendAsync(1, default);
        var first = window.SpendAsync(1, leaving.Token).AsTask();
        var second = window.SpendAsync(1, default).AsTask();

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);

        await Eventually.TrueAsync(() => _time.NextIn is not null, "the second waits for room");
        _time.Advance(TimeSpan.FromSeconds(11));
        await second.WaitAsync(Patience);
    }

    [Fact]
    public void Of_two_blocks_the_one_that_ends_later_counts_whichever_came_last()
    {
        using var window = NewWindow(100, 1);
        window.Block(TimeSpan.FromSeconds(60));
        window.Block(TimeSpan.FromSeconds(5));
        _ = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(60));

        using var other = NewWindow(100, 1);
        other.Block(TimeSpan.FromSeconds(5));
        other.Block(TimeSpan.FromSeconds(30));
        _ = other.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(5, 11)]
    [InlineData(20, 20)]
    public async Task A_block_and_a_full_window_are_waited_for_together(int blockSeconds, int expected)
    {
        using var window = NewWindow(1, 10);
        await window.SpendAsync(1, default);
        window.Block(TimeSpan.FromSeconds(blockSeconds));
        var waiting = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(expected));
        _time.Advance(TimeSpan.FromSeconds(expected));
        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_block_alone_is_waited_for_while_there_is_room()
    {
        using var window = NewWindow(2, 10);
        await window.SpendAsync(1, default);
        window.Block(TimeSpan.FromSeconds(3));
        var waiting = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(3), "nothing need become free");
        _time.Advance(TimeSpan.FromSeconds(3));
        await waiting.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(2_000, 1)] // ticks of a tenth of a microsecond
    [InlineData(TimeSpan.TicksPerDay * 60, 86_400_000)]
    public void No_timer_is_asked_for_less_than_a_millisecond_or_more_than_a_day(long ticks, int expectedMs)
    {
        using var window = NewWindow(1, 10);
        window.Block(TimeSpan.FromTicks(ticks));
        _ = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromMilliseconds(expectedMs));
    }

    [Fact]
    public async Task What_the_venue_counts_is_the_sum_until_it_is_as_old_as_the_window()
    {
        using var window = NewWindow(100, 60);
        await window.SpendAsync(50, default);
        window.Observe(20); // less than we know of
        _time.Advance(TimeSpan.FromSeconds(10));
        window.Observe(95);
        await window.SpendAsync(5, default);
        var waiting = window.SpendAsync(1, default).AsTask();

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(51), "ours is the first that is free");
        _time.Advance(TimeSpan.FromSeconds(51));
        await waiting.WaitAsync(Patience);
        var rest = window.SpendAsync(51, default).AsTask();

        rest.IsCompleted.ShouldBeFalse("the venue's own 45, 5 and 1 are still counted");
        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        await rest.WaitAsync(Patience);
        await window.SpendAsync(48, default).AsTask().WaitAsync(Patience); // 1 and 51 are all there is
        window.SpendAsync(1, default).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_spends_after_the_end()
    {
        var window = NewWindow(1, 10);
        window.Dispose();

        await Should.ThrowAsync<ObjectDisposedException>(async () => await window.SpendAsync(1, default));
    }

    private RateWindow NewWindow(int count, double seconds) => new(new Rate(count, TimeSpan.FromSeconds(seconds)), _time);
}
