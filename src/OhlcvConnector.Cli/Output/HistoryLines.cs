using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OhlcvConnector.Cli.Output;

/// <summary>The lines of a history file as bytes: most of a large file is only looked through or copied, and needs no texts.</summary>
/// <param name="file">The file.</param>
/// <param name="format">csv or json.</param>
/// <param name="start">The position at which the first line begins, in bytes.</param>
/// <param name="end">The position at which the last line ends, in bytes.</param>
internal sealed class HistoryLines(SafeFileHandle file, string format, long start, long end)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int TimeLength = 24;
    private const int FieldsToTime = 4;

    private byte[] _buffer = new byte[256 * 1024];
    private int _at;
    private int _filled;
    private int _length;

    /// <summary>Position in bytes at which the line begins that <see cref="TryNext"/> gives next.</summary>
    public long Position { get; private set; } = start;

    /// <summary>The line, with its end.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_at - _length, _length);

    /// <summary>The line as a candle, whole; null when it is none.</summary>
    public HistoryRow? Row => HistoryRow.Read(format, Text);

    /// <summary>The line without its end, for messages.</summary>
    public string Text => Encoding.UTF8.GetString(Line).TrimEnd('\r', '\n');

    /// <summary>Goes to the next line; false after the last.</summary>
    public bool TryNext()
    {
        while (true)
        {
            _length = _buffer.AsSpan(_at, _filled - _at).IndexOf((byte)'\n') + 1;
            if (_length > 0)
            {
                _at += _length;
                Position += _length;
                return true;
            }

            if (!Fill())
            {
                return false;
            }
        }
    }

    /// <summary>Reads of the line what all lines are looked through for; false when it is no candle.</summary>
    /// <param name="openMs">The open time, Unix epoch milliseconds UTC.</param>
    /// <param name="isMarked">True when it says that candles are missing before it.</param>
    public bool TryLook(out long openMs, out bool isMarked)
    {
        if (format == "csv" ? TryLookAtCsv(out openMs, out isMarked) : TryLookAtJson(out openMs, out isMarked))
        {
            return true;
        }

        var row = Row; // quoted, or written by somebody else
        (openMs, isMarked) = (row?.OpenTime.ToUnixTimeMilliseconds() ?? 0, row?.GapBefore is not null);
        return row is { IsCandle: true };
    }

    private bool TryLookAtCsv(out long openMs, out bool isMarked)
    {
        (openMs, isMarked) = (0, false);
        var line = Line;
        if (line.Contains((byte)'"'))
        {
            return false;
        }

        for (var field = 0; field < QuoteFields.Names.Count; field++)
        {
            if (field == FieldsToTime && !TryTime(line, out openMs))
            {
                return false;
            }

            var comma = line.IndexOf((byte)',');
            if (comma < 0)
            {
                return false;
            }

            line = line[(comma + 1)..];
        }

        isMarked = line.IndexOf((byte)',') > 0;
        return line.Contains((byte)',');
    }

    private bool TryLookAtJson(out long openMs, out bool isMarked)
    {
        var name = "\"openTime\":"u8;
        var at = Line.IndexOf(name);
        openMs = 0;
        isMarked = Line.IndexOf("\"gapBefore\":"u8) >= 0;
        var time = at < 0 ? [] : Line[(at + name.Length)..];
        return TryTime(time.Length > 0 && time[0] == '"' ? time[1..] : time, out openMs);
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out long milliseconds)
    {
        if (TimeStyles.TryReadNumber(text, out milliseconds))
        {
            return true;
        }

        if (text.Length < TimeLength)
        {
            return false;
        }

        Span<char> letters = stackalloc char[TimeLength];
        Encoding.Latin1.GetChars(text[..TimeLength], letters);
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParseExact(letters, TimeFormat, CultureInfo.InvariantCulture, Utc, out var time))
        {
            return false;
        }

        milliseconds = new DateTimeOffset(time).ToUnixTimeMilliseconds();
        return true;
    }

    private bool Fill()
    {
        var rest = _buffer.AsSpan(_at, _filled - _at);
        if (rest.Length == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        else
        {
            rest.CopyTo(_buffer);
            (_at, _filled) = (0, rest.Length);
        }

        var from = Position + _filled - _at;
        if (from >= end)
        {
            return false;
        }

        var read = RandomAccess.Read(file, _buffer.AsSpan(_filled, (int)Math.Min(_buffer.Length - _filled, end - from)), from);
        _filled += read;
        return read > 0;
    }
}
