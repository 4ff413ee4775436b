using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>
/// Shows how far all that is read is, on one line of stderr that is written over where there is a terminal; and other lines, which never end up within it.
/// </summary>
internal sealed class ProgressDisplay(CliTerminal terminal) : IDisposable
{
    private const int MaxWidth = 24;
    private const double Kilo = 1000;
    private const double MinToJudge = 2; // seconds, before the rate tells anything of the time left
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly List<SeriesProgress> _series = [];
    private readonly long _startedAt = terminal.Clock.GetTimestamp();
    private long? _shownAt;
    private int _shown;

    /// <summary>Adds a series.</summary>
    public SeriesProgress Add(Interval interval, DateTimeOffset from, DateTimeOffset to)
    {
        var progress = new SeriesProgress(this, interval, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
        lock (_lock)
        {
            _series.Add(progress);
        }

        return progress;
    }

    /// <summary>Writes a line.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            Clear();
            terminal.Error.WriteLine(line);
        }
    }

    /// <summary>Shows what has changed, a few times a second.</summary>
    public void Renew()
    {
        if (!terminal.IsErrorTerminal)
        {
            return;
        }

        lock (_lock)
        {
            if (_shownAt is not { } shownAt || terminal.Clock.GetElapsedTime(shownAt) >= Every)
            {
                Show();
            }
        }
    }

    /// <summary>Leaves the last state on the terminal.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (terminal.IsErrorTerminal && _series.Exists(one => one.Received > 0))
            {
                Show();
                terminal.Error.WriteLine();
                _shown = 0;
            }
        }
    }

    private void Show()
    {
        _shownAt = terminal.Clock.GetTimestamp();
        var (done, total) = (_series.Sum(one => one.Done), _series.Sum(one => one.Total));
        var seconds = terminal.Clock.GetElapsedTime(_startedAt).TotalSeconds;
        var perSecond = seconds > 0 ? _series.Sum(one => one.Received) / seconds : 0;
        var part = total == 0 ? 1 : Math.Clamp(done / (double)total, 0, 1);
        var left = done >= total || seconds < MinToJudge
            ? ""
            : perSecond > 0 ? $" {Length(TimeSpan.FromSeconds(Math.Min((total - done) / perSecond, TimeSpan.MaxValue.TotalSeconds / 2)))} left" : "";
        var series = _series.Count > 1 ? $" {_series.Count(one => one.IsEnded)}/{_series.Count} series" : "";
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{part:P0} {done}/{total} candles {Short(perSecond)}/s {Short(_series.Sum(one => one.Bytes))}B{left}{series}");
        var room = Math.Max(1, terminal.Size().Width - 1); // what fills the last column wraps
        var width = Math.Min(MaxWidth, room - text.Length - 3);
        var filled = (int)(part * width);
        var line = width < 4 ? text[..Math.Min(room, text.Length)] : $"[{new string('#', filled)}{new string('.', width - filled)}] {text}";
        terminal.Error.Write($"\r{line}{new string(' ', Math.Max(0, Math.Min(_shown, room) - line.Length))}");
        _shown = line.Length;
    }

    private void Clear()
    {
        if (_shown > 0)
        {
            terminal.Error.Write($"\r{new string(' ', _shown)}\r");
            (_shown, _shownAt) = (0, null);
        }
    }

    private static string Length(TimeSpan time) => time.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalDays}d{time.Hours:00}h")
        : time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    private static string Short(double number)
    {
        var (divisor, unit) = number switch
        {
            >= Kilo * Kilo * Kilo => (Kilo * Kilo * Kilo, "G"),
            >= Kilo * Kilo => (Kilo * Kilo, "M"),
            >= Kilo => (Kilo, "k"),
            _ => (1, ""),
        };
        return (number / divisor).ToString(divisor > 1 ? "0.0" : "0", CultureInfo.InvariantCulture) + unit;
    }
}

/// <summary>Progress of one series: the moment of the range that is asked for up to which it is read.</summary>
internal sealed class SeriesProgress(ProgressDisplay display, Interval interval, long fromMs, long toMs)
{
    private long _received;
    private long _bytes;
    private long _done;

    /// <summary>Number of candles of the range; of one that failed, only those that came.</summary>
    public long Total { get; private set; } = interval.CountBetween(fromMs, toMs);

    /// <summary>Number of candles of the range that are there by now, or cannot be.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Number of candles that came.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Number of bytes that were written of them.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>True when the series has ended, in whatever way.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Counts a candle that has come.</summary>
    /// <param name="endMs">The end of the candle, Unix epoch milliseconds UTC.</param>
    /// <param name="bytes">The number of its bytes.</param>
    /// <param name="candles">The number of candles that it is with those before it.</param>
    public void Receive(long endMs, long bytes, long candles = 1)
    {
        Volatile.Write(ref _received, _received + candles);
        Volatile.Write(ref _bytes, _bytes + bytes);
        Reach(endMs);
    }

    /// <summary>Marks what lies before a moment as done.</summary>
    public void Reach(long momentMs)
    {
        Volatile.Write(ref _done, Math.Max(_done, interval.CountBetween(fromMs, Math.Min(momentMs, toMs))));
        display.Renew();
    }

    /// <summary>Ends the progress of the series.</summary>
    /// <param name="isWhole">True when it came to the end of its range.</param>
    public void End(bool isWhole)
    {
        IsEnded = true;
        Reach(isWhole ? toMs : fromMs);
        Total = Done;
    }
}
