using System.Buffers.Binary;
using System.Numerics;

namespace OhlcvConnector.Infrastructure.Common.Wire;

/// <summary>
/// Reads a frame whose shape is known beforehand, straight from its bytes: no white space, no escapes, keys where they are expected. Takes nothing that is not
/// sound JSON. What is not as expected makes it fail, once and for all: whatever is read afterwards is empty, and the caller turns to a real parser.
/// </summary>
/// <param name="frame">The frame.</param>
internal ref struct FrameScanner(ReadOnlySpan<byte> frame)
{
    private const ulong Ones = 0x0101010101010101;
    private const ulong HighBits = 0x8080808080808080;
    private const int MostIntegerDigits = 18; // fits into a long, whatever the digits

    private ReadOnlySpan<byte> _rest = frame;
    private bool _failed;

    /// <summary>Whether something was not as expected.</summary>
    public readonly bool HasFailed => _failed;

    /// <summary>Whether all was as expected, to the last byte.</summary>
    public readonly bool IsComplete => _rest.IsEmpty && !_failed;

    /// <summary>Whether a string comes next.</summary>
    public readonly bool IsAtText => !_rest.IsEmpty && _rest[0] == (byte)'"';

    /// <summary>Moves past these bytes, if they come next.</summary>
    public bool Try(ReadOnlySpan<byte> literal)
    {
        if (!_rest.StartsWith(literal))
        {
            return false;
        }

        _rest = _rest[literal.Length..];
        return true;
    }

    /// <summary>Moves past these bytes, which must come next.</summary>
    public void Expect(ReadOnlySpan<byte> literal)
    {
        if (!Try(literal))
        {
            Fail();
        }
    }

    /// <summary>Moves past a key of one letter and its colon; 0 if it is no such key.</summary>
    public byte Letter()
    {
        if (_rest.Length >= 4)
        {
            var key = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
            var letter = (byte)(key >> 8);
            if ((key & 0xFFFF00FF) == ('"' | ('"' << 16) | ((uint)':' << 24)) && char.IsAsciiLetter((char)letter))
            {
                _rest = _rest[4..];
                return letter;
            }
        }

        Fail();
        return 0;
    }

    /// <summary>A string without escapes.</summary>
    public ReadOnlySpan<byte> Text()
    {
        if (IsAtText)
        {
            var end = EndOfText(_rest);
            if (end > 0)
            {
                var text = _rest[1..end];
                _rest = _rest[(end + 1)..];
                return text;
            }
        }

        Fail();
        return default;
    }

    /// <summary>A number, or a string that holds one, as an exact decimal.</summary>
    public decimal Decimal()
    {
        var quoted = IsAtText;
        var text = quoted ? _rest[1..] : _rest;
        if (Utf8Decimal.TryScan(text, out var length, out var value) && (quoted || !HasLeadingZero(text)) && MovePast(text, length, quoted))
        {
            return value;
        }

        Fail();
        return 0;
    }

    /// <summary>A comma, and a decimal.</summary>
    public decimal NextDecimal()
    {
        Expect(","u8);
        return Decimal();
    }

    /// <summary>A whole number that is not negative, or a string that holds one.</summary>
    public long Integer()
    {
        var quoted = IsAtText;
        var text = quoted ? _rest[1..] : _rest;
        ulong value = 0;
        var length = Utf8Decimal.ScanDigits(text, 0, ref value);
        if (length is > 0 and <= MostIntegerDigits && (quoted || !HasLeadingZero(text)) && MovePast(text, length, quoted))
        {
            return (long)value;
        }

        Fail();
        return 0;
    }

    /// <summary>True or false.</summary>
    public bool Boolean()
    {
        if (Try("false"u8))
        {
            return false;
        }

        Expect("true"u8);
        return !_failed;
    }

    /// <summary>Moves past a string or a whole number that nobody wants.</summary>
    public void SkipScalar()
    {
        if (IsAtText)
        {
            Text();
            return;
        }

        Try("-"u8);
        if (IsAtText)
        {
            Fail();
        }

        Integer();
    }

    /// <summary>Fails, because what was read is not as the caller expects it.</summary>
    public void Fail()
    {
        _failed = true;
        _rest = default;
    }

    private static bool HasLeadingZero(ReadOnlySpan<byte> number)
    {
        var first = number[0] == (byte)'-' ? 1 : 0;
        return number[first] == (byte)'0' && first + 1 < number.Length && char.IsAsciiDigit((char)number[first + 1]);
    }

    /// <summary>The index of the quote that ends the string that begins at 0; -1 if an escape, a control character or the end comes first.</summary>
    private static int EndOfText(ReadOnlySpan<byte> text)
    {
        var at = 1;
        for (; at + 8 <= text.Length; at += 8)
        {
            var bytes = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            var stops = (Zeros(bytes ^ ('"' * Ones)) | Zeros(bytes ^ ('\\' * Ones)) | ((bytes - (' ' * Ones)) & ~bytes)) & HighBits;
            if (stops != 0)
            {
                at += BitOperations.TrailingZeroCount(stops) >> 3; // above the first stop there may be false ones
                return text[at] == (byte)'"' ? at : -1;
            }
        }

        for (; at < text.Length && text[at] >= (byte)' ' && text[at] != (byte)'\\'; at++)
        {
            if (text[at] == (byte)'"')
            {
                return at;
            }
        }

        return -1;
    }

    private static ulong Zeros(ulong bytes) => (bytes - Ones) & ~bytes;

    /// <summary>Moves past a number that ends where it should: at its quote, or where the value ends.</summary>
    private bool MovePast(ReadOnlySpan<byte> text, int length, bool quoted)
    {
        if (length == text.Length || (quoted ? text[length] != (byte)'"' : text[length] is not ((byte)',' or (byte)'}' or (byte)']')))
        {
            return false;
        }

        _rest = text[(quoted ? length + 1 : length)..];
        return true;
    }
}
