using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OhlcvConnector.Domain;

/// <summary>
/// The length of a candle and the UTC grid that candles of this length open on: <c>1s</c>, <c>5m</c>, <c>4h</c>, <c>1d</c>, <c>1w</c>, <c>1M</c>.
/// Times are Unix epoch milliseconds in the members that end in <c>Ms</c>.
/// </summary>
/// <remarks>
/// Seconds to days count from the Unix epoch, weeks from a Monday, months from the first of January.
/// Venues anchor candles of several days differently, so <see cref="IsOnGrid"/> only asks those for a UTC midnight.
/// The days of another zone are <see cref="WithDayOffset"/>: <c>1d+8h</c> is the day of UTC+8, which opens at 16:00 UTC. No venue sends such candles; they are
/// built from shorter ones.
/// </remarks>
public readonly partial record struct Interval : IComparable<Interval>
{
    private const long MondayMs = 4 * MillisecondsPerDay; // 1970-01-05
    private const long MillisecondsPerDay = 86_400_000;
    private const long FirstMs = -62_135_596_800_000; // 0001-01-01
    private const long LastMs = 253_402_300_799_999;  // 9999-12-31

    /// <summary>Interval of one second.</summary>
    public static readonly Interval OneSecond = new(1, IntervalUnit.Second);

    /// <summary>Interval of one minute.</summary>
    public static readonly Interval OneMinute = new(1, IntervalUnit.Minute);

    /// <summary>Interval of one hour.</summary>
    public static readonly Interval OneHour = new(1, IntervalUnit.Hour);

    /// <summary>Interval of one UTC day.</summary>
    public static readonly Interval OneDay = new(1, IntervalUnit.Day);

    /// <summary>Interval of one UTC week, from Monday.</summary>
    public static readonly Interval OneWeek = new(1, IntervalUnit.Week);

    /// <summary>Interval of one UTC calendar month.</summary>
    public static readonly Interval OneMonth = new(1, IntervalUnit.Month);

    private readonly long _fixedMs;

    /// <summary>How far the grid lies before UTC's, milliseconds.</summary>
    private long OffsetMs { get; init; }

    /// <summary>The length of a candle where all are alike. The default value is no interval, so nothing can be counted with it.</summary>
    private long Fixed => _fixedMs != 0 ? _fixedMs : throw new InvalidOperationException("The default value is no interval: it has no candles.");

    /// <summary>
    /// Creates an interval. <c>60m</c> and <c>1h</c> are the same interval; <c>7d</c> and <c>1w</c> are not, for their candles open on other days.
    /// </summary>
    /// <param name="count">The number of units, from 1 to 1,000.</param>
    /// <param name="unit">The unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count or the unit is out of range.</exception>
    public Interval(int count, IntervalUnit unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000);
        (Count, Unit) = (unit, count) switch
        {
            (IntervalUnit.Second, _) when count % 60 == 0 => Larger(count / 60, IntervalUnit.Minute),
            (IntervalUnit.Minute, _) when count % 60 == 0 => Larger(count / 60, IntervalUnit.Hour),
            (IntervalUnit.Hour, _) when count % 24 == 0 => (count / 24, IntervalUnit.Day),
            (IntervalUnit.Month, _) when count > 12 => throw new ArgumentOutOfRangeException(nameof(count), count, "At most 12 months."),
            _ => (count, unit),
        };
        _fixedMs = Unit switch
        {
            IntervalUnit.Second => Count * 1_000L,
            IntervalUnit.Minute => Count * 60_000L,
            IntervalUnit.Hour => Count * 3_600_000L,
            IntervalUnit.Day => Count * MillisecondsPerDay,
            IntervalUnit.Week => Count * 7 * MillisecondsPerDay,
            IntervalUnit.Month => 0,
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Not a unit."),
        };
    }

    /// <summary>Number of <see cref="Unit"/>s that a candle lasts.</summary>
    public int Count { get; }

    /// <summary>The unit that <see cref="Count"/> counts.</summary>
    public IntervalUnit Unit { get; }

    /// <summary>How far the grid lies before UTC's: that of the zone UTC+8 eight hours before. Zero for UTC's own.</summary>
    public TimeSpan Offset => TimeSpan.FromMilliseconds(OffsetMs);

    /// <summary>The length of a candle; for months, which differ, the length of thirty days a month.</summary>
    public TimeSpan ApproximateLength => TimeSpan.FromMilliseconds(Unit == IntervalUnit.Month ? Count * 30 * MillisecondsPerDay : _fixedMs);

    /// <summary>Longest time that a candle of this interval lasts, in milliseconds.</summary>
    internal long MaxMs => Unit == IntervalUnit.Month ? Count * 31 * MillisecondsPerDay : _fixedMs;

    /// <summary>Reads the common spelling: a number and one of <c>s m h d w M</c>, where case tells minute (<c>m</c>) from month (<c>M</c>).</summary>
    /// <exception cref="FormatException">The text is not an interval.</exception>
    public static Interval Parse(string text) => TryParse(text, out var interval)
        ? interval
        : throw new FormatException($"'{text}' is not an interval. Write a number and a unit, such as 1s, 1m, 4h, 1d, 1w or 1M (m is minutes, M is months).");

    /// <summary>
    /// The same length on the grid of a zone whose days begin so long before UTC's: <c>+8h</c> for UTC+8, <c>-5h</c> for UTC-5. Where the length divides the
    /// offset, as 1h does 8h, candles open at the same moments in both zones, and it is this interval.
    /// </summary>
    /// <param name="offset">Whole minutes, less than a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is a day or more, or not of whole minutes.</exception>
    public Interval WithDayOffset(TimeSpan offset)
    {
        if (offset.Duration() >= TimeSpan.FromDays(1) || offset.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "An offset is of whole minutes, and less than a day.");
        }

        var milliseconds = (long)offset.TotalMilliseconds;
        return this with { OffsetMs = Unit < IntervalUnit.Day ? Remainder(milliseconds, Fixed) : milliseconds };
    }

    /// <summary>Reads the common spelling as <see cref="Parse"/> does, and says whether it could.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Interval interval)
    {
        interval = default;
        if (text is { Length: > 1 } && text.AsSpan(1).IndexOfAny('+', '-') is >= 0 and var before)
        {
            return TryParse(text[..(before + 1)], out interval) && TryReadOffset(text[(before + 1)..], out var offset)
                && (interval = interval.WithDayOffset(offset)).Count > 0;
        }

        if (text is not { Length: >= 2 and <= 5 }
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        IntervalUnit? unit = text[^1] switch
        {
            's' => IntervalUnit.Second,
            'm' => IntervalUnit.Minute,
            'h' or 'H' => IntervalUnit.Hour,
            'd' or 'D' => IntervalUnit.Day,
            'w' or 'W' => IntervalUnit.Week,
            'M' => IntervalUnit.Month,
            _ => null,
        };
        if (unit is null || count is < 1 or > 1_000 || (unit == IntervalUnit.Month && count > 12))
        {
            return false;
        }

        interval = new Interval(count, unit.Value);
        return true;
    }

    /// <summary>The open time of the candle that contains a moment.</summary>
    public long FloorMs(long momentMs) => Unit switch
    {
        IntervalUnit.Month => MonthStart(MonthIndex(momentMs + OffsetMs) / Count * Count) - OffsetMs,
        IntervalUnit.Week => momentMs - Remainder(momentMs + OffsetMs - MondayMs, _fixedMs),
        _ => momentMs - Remainder(momentMs + OffsetMs, Fixed),
    };

    /// <summary>The open time of the candle after the one that opens at <paramref name="openMs"/>; also that candle's exclusive end.</summary>
    public long NextMs(long openMs) => Unit == IntervalUnit.Month ? AddMonths(openMs + OffsetMs, Count) - OffsetMs : openMs + Fixed;

    /// <summary>The open time of the candle before the one that opens at <paramref name="openMs"/>.</summary>
    public long PreviousMs(long openMs) => Unit == IntervalUnit.Month ? AddMonths(openMs + OffsetMs, -Count) - OffsetMs : openMs - Fixed;

    /// <summary>The open time <paramref name="candles"/> candles later, or earlier when negative.</summary>
    public long AddMs(long openMs, int candles) =>
        Unit == IntervalUnit.Month ? AddMonths(openMs + OffsetMs, Count * candles) - OffsetMs : openMs + (Fixed * candles);

    /// <summary>Returns the number of candles that open in <c>[fromMs, toMs)</c>, when <paramref name="fromMs"/> is an open time.</summary>
    public long CountBetween(long fromMs, long toMs) => toMs <= fromMs
        ? 0
        : Unit == IntervalUnit.Month
            ? (MonthIndex(toMs + OffsetMs - 1) - MonthIndex(fromMs + OffsetMs)) / Count + 1
            : (toMs - fromMs + Fixed - 1) / Fixed;

    /// <summary>Returns true when a candle of this interval can open at this moment.</summary>
    public bool IsOnGrid(long openMs) => Unit switch
    {
        IntervalUnit.Month => MonthStart(MonthIndex(openMs + OffsetMs)) == openMs + OffsetMs,
        IntervalUnit.Week => (openMs + OffsetMs - MondayMs) % (7 * MillisecondsPerDay) == 0,
        IntervalUnit.Day => (openMs + OffsetMs) % MillisecondsPerDay == 0,
        _ => _fixedMs != 0 && (openMs + OffsetMs) % _fixedMs == 0,
    };

    /// <summary>
    /// Whether candles of this interval, put together, make whole candles of a longer one: minutes make hours, days make weeks and months; weeks do not make
    /// months, and candles of several days, which venues anchor differently, make nothing. Those of another zone are made of what its days begin with.
    /// </summary>
    /// <param name="longer">The longer interval.</param>
    public bool Makes(Interval longer) =>
        Count != 0 && longer.Count != 0 && this < longer && IsOnGridOf(longer) && (Unit == longer.Unit && Unit is IntervalUnit.Week or IntervalUnit.Month
            ? longer.Count % Count == 0
            : Unit < IntervalUnit.Week && MillisecondsPerDay % _fixedMs == 0 && (longer.Unit == IntervalUnit.Month || longer._fixedMs % _fixedMs == 0));

    /// <inheritdoc cref="FloorMs"/>
    public DateTimeOffset Floor(DateTimeOffset moment) => FromMs(FloorMs(moment.ToUnixTimeMilliseconds()));

    /// <inheritdoc cref="NextMs"/>
    public DateTimeOffset Next(DateTimeOffset open) => FromMs(NextMs(open.ToUnixTimeMilliseconds()));

    /// <inheritdoc cref="PreviousMs"/>
    public DateTimeOffset Previous(DateTimeOffset open) => FromMs(PreviousMs(open.ToUnixTimeMilliseconds()));

    /// <summary>Orders by length.</summary>
    public int CompareTo(Interval other) => ApproximateLength.CompareTo(other.ApproximateLength);

    /// <summary>The common spelling, which <see cref="Parse"/> reads; empty for the default value, which is no interval.</summary>
    public override string ToString() => Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Count}{"smhdwM"[(int)Unit]}{OffsetText()}");

    /// <summary>Returns true when the left interval is shorter.</summary>
    public static bool operator <(Interval left, Interval right) => left.CompareTo(right) < 0;

    /// <summary>Returns true when the left interval is longer.</summary>
    public static bool operator >(Interval left, Interval right) => left.CompareTo(right) > 0;

    /// <summary>Returns true when the left interval is not longer.</summary>
    public static bool operator <=(Interval left, Interval right) => left.CompareTo(right) <= 0;

    /// <summary>Returns true when the left interval is not shorter.</summary>
    public static bool operator >=(Interval left, Interval right) => left.CompareTo(right) >= 0;

    private string OffsetText() => OffsetMs == 0 ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{(OffsetMs < 0 ? '-' : '+')}{(Math.Abs(Offset.Hours) is > 0 and var hours ? $"{hours}h" : "")}{(Math.Abs(Offset.Minutes) is > 0 and var minutes ? $"{minutes}m" : "")}");

    /// <summary>Whether a candle of a longer interval opens with one of this.</summary>
    private bool IsOnGridOf(Interval longer) => longer.OffsetMs == OffsetMs || (_fixedMs != 0 && (longer.OffsetMs - OffsetMs) % _fixedMs == 0);

    /// <summary>Reads <c>+8h</c>, <c>-5h</c>, <c>+5h30m</c>, <c>-30m</c>, <c>+08:00</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">What <see cref="WithDayOffset"/> takes; zero where the text is none.</param>
    public static bool TryReadOffset([NotNullWhen(true)] string? text, out TimeSpan offset)
    {
        offset = default;
        if (text is null || OffsetForm().Match(text) is not { Success: true, Groups: var parts })
        {
            return false;
        }

        var (hours, minutes) = (Count(parts["hours"]), Count(parts["minutes"]));
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return hours < 24 && minutes < 60;

        static int Count(Group digits) => digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^[+-](?:(?<hours>[0-9]{1,2})(?:h(?:(?<minutes>[0-9]{1,2})m)?|:(?<minutes>[0-9]{2}))|(?<minutes>[0-9]{1,2})m)$")]
    private static partial Regex OffsetForm();

    private static (int Count, IntervalUnit Unit) Larger(int count, IntervalUnit unit)
    {
        var larger = new Interval(count, unit);
        return (larger.Count, larger.Unit);
    }

    /// <summary>The nearest moment there is: the candle that holds the first moment of all may open before it.</summary>
    private static DateTimeOffset FromMs(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, FirstMs, LastMs));

    private static long Remainder(long value, long modulus) => ((value % modulus) + modulus) % modulus;

    private static long MonthIndex(long momentMs)
    {
        var moment = FromMs(momentMs);
        return (moment.Year * 12L) + moment.Month - 1;
    }

    private static long MonthStart(long monthIndex) => monthIndex < 12
        ? FirstMs
        : new DateTimeOffset((int)(monthIndex / 12), (int)(monthIndex % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static long AddMonths(long momentMs, int months) => FromMs(momentMs).AddMonths(months).ToUnixTimeMilliseconds();
}
