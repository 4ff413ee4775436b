using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OhlcvConnector.Application.Text;

/// <summary>Growing UTF-8 text to which texts, numbers and times are appended without making strings of them.</summary>
/// <param name="capacity">The number of bytes for which there is room at first.</param>
internal sealed class Utf8Buffer(int capacity) : IBufferWriter<byte>
{
    private const int MaxNumber = 64; // a decimal has 31 characters at most, and a point is put into it afterwards
    private const int MaxScale = 28;
    private const int TimeLength = 24;
    private const int DateLength = 11; // with the T
    private const ulong MillisecondsPerDay = 86_400_000;

    /// <summary>Characters that stand in a JSON string as they are: ASCII without the quotation mark, the backslash and controls.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(letter => letter is not ('"' or '\\'))]);

    private readonly byte[] _date = new byte[DateLength]; // most times are of the same day as the one before
    private byte[] _bytes = new byte[Math.Max(1, capacity)];
    private ulong _day = ulong.MaxValue;

    /// <summary>Number of bytes that were written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that were written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Length = 0;

    /// <inheritdoc/>
    public void Advance(int count) => Length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => Reserve(Math.Max(1, sizeHint));

    /// <summary>Appends bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the copy of a literal is a few moves then
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends a text.</summary>
    public void Append(string text) => Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Appends a text as a string of JSON, with its quotation marks.</summary>
    public void AppendJson(string text)
    {
        Append("\""u8);
        if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        }
        else
        {
            Append(text);
        }

        Append("\""u8);
    }

    /// <summary>Appends a decimal as a number of JSON; null where there is none.</summary>
    public void AppendJson(decimal? number)
    {
        if (number is { } known)
        {
            Append(known);
        }
        else
        {
            Append("null"u8);
        }
    }

    /// <summary>Appends a whole number as one of JSON; null where there is none.</summary>
    public void AppendJson(long? number)
    {
        if (number is { } known)
        {
            Append(known);
        }
        else
        {
            Append("null"u8);
        }
    }

    /// <summary>Appends a number as one of JSON; null for what is none, such as NaN.</summary>
    public void AppendJson(double number)
    {
        if (double.IsFinite(number))
        {
            Append(number);
        }
        else
        {
            Append("null"u8);
        }
    }

    /// <summary>Appends a moment as a string of JSON, as <see cref="AppendTime"/> writes it; null where there is none.</summary>
    public void AppendJson(DateTimeOffset? time)
    {
        if (time is not { } known)
        {
            Append("null"u8);
            return;
        }

        Append("\""u8);
        AppendTime(known);
        Append("\""u8);
    }

    /// <summary>Appends a whole number.</summary>
    public void Append(long number)
    {
        number.TryFormat(Reserve(MaxNumber), out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Appends a number in the shortest form that is read as the same number again.</summary>
    /// <param name="number">A finite number.</param>
    public void Append(double number)
    {
        number.TryFormat(Reserve(MaxNumber), out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Appends a decimal with all its digits, zeros at the end included: the text that <see cref="decimal.ToString()"/> makes.</summary>
    public void Append(decimal number)
    {
        var text = Reserve(MaxNumber);
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(number, bits);
        var scale = bits[3] >> 16; // negative for a negative number
        int length;
        if (bits[2] != 0 || scale is < 0 or > MaxScale)
        {
            number.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
        }
        else
        {
            var whole = scale == 0 ? text : text[1..];
            (((ulong)(uint)bits[1] << 32) | (uint)bits[0]).TryFormat(whole, out length, default, CultureInfo.InvariantCulture);
            length = scale == 0 ? length : WithPoint(text, length, scale);
        }

        Length += length;
    }

    /// <summary>Appends a moment with milliseconds and Z: <c>2026-01-31T12:00:00.000Z</c>.</summary>
    public void AppendTime(DateTimeOffset time)
    {
        var (day, ofDay) = Math.DivRem((ulong)time.UtcTicks / TimeSpan.TicksPerMillisecond, MillisecondsPerDay);
        if (day != _day)
        {
            _day = day;
            time.UtcDateTime.TryFormat(_date, out _, "yyyy-MM-dd'T'", CultureInfo.InvariantCulture);
        }

        var (seconds, milliseconds) = Math.DivRem((uint)ofDay, 1_000);
        var (minutes, second) = Math.DivRem(seconds, 60);
        var (hour, minute) = Math.DivRem(minutes, 60);
        var text = Reserve(TimeLength)[..TimeLength];
        _date.CopyTo(text);
        Two(text, 11, hour);
        text[13] = (byte)':';
        Two(text, 14, minute);
        text[16] = (byte)':';
        Two(text, 17, second);
        text[19] = (byte)'.';
        text[20] = (byte)('0' + (milliseconds / 100));
        Two(text, 21, milliseconds % 100);
        text[23] = (byte)'Z';
        Length += TimeLength;
    }

    private static void Two(Span<byte> text, int at, uint number) => (text[at], text[at + 1]) = ((byte)('0' + (number / 10)), (byte)('0' + (number % 10)));

    /// <summary>Puts the decimal point before the last digits of a number that stands behind one free byte.</summary>
    /// <returns>The length of the text.</returns>
    private static int WithPoint(Span<byte> text, int digits, int scale)
    {
        var whole = digits - scale;
        if (whole > 0)
        {
            for (var at = 0; at < whole; at++) // faster than a copy of so few
            {
                text[at] = text[at + 1];
            }

            text[whole] = (byte)'.';
            return digits + 1;
        }

        text.Slice(1, digits).CopyTo(text[(2 - whole)..]);
        text[..(2 - whole)].Fill((byte)'0');
        text[1] = (byte)'.';
        return scale + 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }

        return _bytes.AsSpan(Length);
    }

    private void Grow(int count) => Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + count));
}
