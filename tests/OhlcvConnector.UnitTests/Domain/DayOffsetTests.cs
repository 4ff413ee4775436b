using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Interval = OhlcvConnector.Domain.Interval;

namespace OhlcvConnector.UnitTests.Domain;

/// <summary>Days, weeks and months of another zone, compared with what the calendar of that zone says.</summary>
public class DayOffsetTests
{
    [Theory]
    [InlineData("1d", "+8h", "1d+8h")]
    [InlineData("1w", "-5h", "1w-5h")]
    [InlineData("1M", "+5h30m", "1M+5h30m")]
    [InlineData("1d", "+05:30", "1d+5h30m")]
    [InlineData("1d", "-30m", "1d-30m")]
    [InlineData("12h", "+8h", "12h+8h")]
    [InlineData("4h", "+5h30m", "4h+1h30m")] // the same grid
    [InlineData("4h", "+8h", "4h")]
    [InlineData("1m", "+8h", "1m")]
    [InlineData("1d", "+0h", "1d")]
    public void An_interval_says_its_offset_and_is_read_again(string interval, string offset, string expected)
    {
        Interval.TryReadOffset(offset, out var time).ShouldBeTrue();
        var shifted = Interval.Parse(interval).WithDayOffset(time);

        shifted.ToString().ShouldBe(expected);
        Interval.Parse(expected).ShouldBe(shifted);
    }

    [Theory]
    [InlineData("8h")]
    [InlineData("+")]
    [InlineData("+24h")]
    [InlineData("+8h60m")]
    [InlineData("+8hm")]
    [InlineData("+8x")]
    [InlineData("+8:")]
    [InlineData("--8h")]
    [InlineData("+8h5")]
    public void What_is_no_offset_is_none(string text)
    {
        Interval.TryReadOffset(text, out _).ShouldBeFalse();
        Interval.TryParse("1d" + text, out _).ShouldBeFalse();
    }

    [Fact]
    public void An_offset_is_less_than_a_day_and_of_whole_minutes()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Interval.OneDay.WithDayOffset(TimeSpan.FromHours(24)));
        Should.Throw<ArgumentOutOfRangeException>(() => Interval.OneDay.WithDayOffset(TimeSpan.FromSeconds(30)));
    }

    /// <summary>
    /// An independent calendar: the zone's local date by <see cref="DateTimeOffset"/>, from which midnight, Monday and the first are counted.
    /// </summary>
    [Fact]
    public void Candles_open_at_the_zones_midnights_mondays_and_firsts()
    {
        var moments = Gen.Choose(0, int.MaxValue).Select(seconds => DateTimeOffset.UnixEpoch.AddSeconds(seconds)).ToArbitrary();
        Prop.ForAll(moments, Gen.Choose(-14 * 60, 14 * 60).ToArbitrary(), (moment, minutes) =>
        {
            var zone = TimeSpan.FromMinutes(minutes);
            var local = moment.ToOffset(zone);
            var midnight = new DateTimeOffset(local.Date, zone);
            var monday = midnight.AddDays(-(((int)local.DayOfWeek + 6) % 7));
            var first = new DateTimeOffset(local.Year, local.Month, 1, 0, 0, 0, zone);
            Check(Interval.OneDay, midnight, midnight.AddDays(1));
            Check(Interval.OneWeek, monday, monday.AddDays(7));
            Check(Interval.OneMonth, first, first.AddMonths(1));

            void Check(Interval length, DateTimeOffset open, DateTimeOffset close)
            {
                var interval = length.WithDayOffset(zone);
                interval.Floor(moment).ShouldBe(open);
                interval.Next(open).ShouldBe(close);
                interval.Previous(close).ShouldBe(open);
                interval.IsOnGrid(open.ToUnixTimeMilliseconds()).ShouldBeTrue();
                interval.CountBetween(open.ToUnixTimeMilliseconds(), close.ToUnixTimeMilliseconds()).ShouldBe(1);
                interval.AddMs(open.ToUnixTimeMilliseconds(), 1).ShouldBe(close.ToUnixTimeMilliseconds());
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));
    }

    [Theory]
    [InlineData("1h", "1d+8h", true)]
    [InlineData("8h", "1d+8h", true)]
    [InlineData("12h", "1d+8h", false)]
    [InlineData("1h", "1d+5h30m", false)]
    [InlineData("30m", "1d+5h30m", true)]
    [InlineData("1d", "1w+8h", false)]
    [InlineData("1d+8h", "1w+8h", true)]
    [InlineData("1d+8h", "1M+8h", true)]
    [InlineData("1d+8h", "1w", false)]
    public void Only_what_opens_with_them_makes_them(string part, string whole, bool makes) =>
        Interval.Parse(part).Makes(Interval.Parse(whole)).ShouldBe(makes, string.Create(CultureInfo.InvariantCulture, $"{part} {whole}"));
}
