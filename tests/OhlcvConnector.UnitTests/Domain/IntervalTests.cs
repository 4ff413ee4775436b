using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Interval = OhlcvConnector.Domain.Interval;

namespace OhlcvConnector.UnitTests.Domain;

public class IntervalTests
{
    private static readonly Interval[] All = [.. "1s 10s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 2d 3d 7d 1w 1M 3M".Split(' ').Select(Interval.Parse)];

    [Theory]
    [InlineData("60s", "1m")]
    [InlineData("60m", "1h")]
    [InlineData("24h", "1d")]
    [InlineData("1H", "1h")]
    [InlineData("7d", "7d")]
    [InlineData("1M", "1M")]
    public void Spellings_that_mean_the_same_are_the_same(string text, string written) => Interval.Parse(text).ToString().ShouldBe(written);

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("0m")]
    [InlineData("-1m")]
    [InlineData("1x")]
    [InlineData("13M")]
    [InlineData("99999m")]
    public void What_is_no_interval_is_refused_with_an_example(string text)
    {
        Interval.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => Interval.Parse(text)).Message.ShouldContain("such as");
    }

    [Theory]
    [InlineData("1M", "2026-01-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData("1M", "2024-02-29T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("3M", "2026-06-30T00:00:00Z", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z")]
    [InlineData("1w", "2026-01-01T00:00:00Z", "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z")]
    [InlineData("7d", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z")]
    [InlineData("8h", "2026-01-01T17:00:00Z", "2026-01-01T16:00:00Z", "2026-01-02T00:00:00Z")]
    public void Calendars_are_right(string interval, string moment, string open, string next)
    {
        var parsed = Interval.Parse(interval);

        parsed.Floor(DateTimeOffset.Parse(moment)).ShouldBe(DateTimeOffset.Parse(open));
        parsed.Next(DateTimeOffset.Parse(open)).ShouldBe(DateTimeOffset.Parse(next));
    }

    [Fact]
    public void Next_and_previous_undo_each_other_and_every_floor_is_on_the_grid() => Prop.ForAll(
        Gen.Choose(0, 2_000_000_000).ToArbitrary(),
        Gen.Elements(All).ToArbitrary(),
        (seconds, interval) =>
        {
            var moment = (seconds * 1000L) + 999;
            var open = interval.FloorMs(moment);
            return interval.IsOnGrid(open)
                && open <= moment && moment < interval.NextMs(open)
                && interval.PreviousMs(interval.NextMs(open)) == open
                && interval.AddMs(open, 7) == Enumerable.Range(0, 7).Aggregate(open, (at, _) => interval.NextMs(at))
                && interval.CountBetween(open, interval.AddMs(open, 7)) == 7;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_and_the_last_moment_of_all_are_in_a_candle_of_every_length()
    {
        foreach (var text in (string[])["1s", "1m", "7m", "4h", "1d", "3d", "1w", "2w", "1M", "5M", "12M"])
        {
            var interval = Interval.Parse(text);
            interval.Floor(DateTimeOffset.MinValue).ShouldBe(DateTimeOffset.MinValue, text);
            interval.Floor(DateTimeOffset.MaxValue).ShouldBeLessThanOrEqualTo(DateTimeOffset.MaxValue, text);
            interval.Next(interval.Floor(DateTimeOffset.MinValue)).ShouldBeGreaterThan(DateTimeOffset.MinValue, text);
        }
    }
}
