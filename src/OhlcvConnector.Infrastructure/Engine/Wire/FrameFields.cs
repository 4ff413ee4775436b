using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// A frame whose shape is known beforehand, cut at its commas: no field waits for the one before it to be read. A field begins with its comma and ends before
/// the next. What it holds beside its value is compared byte by byte, values are read whole, and <see cref="Are"/> makes sure that there is nothing else, so
/// that what is read is sound JSON. Anything unexpected, white space and escapes included, is refused, and is for a real parser.
/// </summary>
internal readonly ref struct FrameFields
{
    /// <summary>Number of places that <see cref="Cut"/> needs to write down where fields begin.</summary>
    public const int Places = 40;

    private const int Block = 64;
    private const int Longest = 4096;
    private const int WithoutLooking = 4;

    private readonly ReadOnlySpan<byte> _frame;
    private readonly ReadOnlySpan<int> _places;
    private readonly int _quotes;

    private FrameFields(ReadOnlySpan<byte> frame, ReadOnlySpan<int> places, int quotes)
    {
        _frame = frame;
        _places = places;
        _quotes = quotes;
    }

    /// <summary>
    /// Cuts a frame; one that is short or long, has many commas, an escape or a control character gets no fields, nor does any on a processor without vectors.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="places"><see cref="Places"/> of them, for its own use.</param>
    public static FrameFields Cut(ReadOnlySpan<byte> frame, Span<int> places)
    {
        if (frame.Length is < Block or > Longest || !Vector128.IsHardwareAccelerated) // in software, vectors take several times as long as the real parser
        {
            return default;
        }

        places[0] = 0;
        var count = 1;
        var quotes = 0;
        var unsound = Vector256<byte>.Zero;
        for (var at = 0; at < frame.Length; at += Block)
        {
            var from = Math.Min(at, frame.Length - Block);
            var seen = at - from; // the last block begins within the one before
            var low = Vector256.Create(frame.Slice(from, Block / 2));
            var high = Vector256.Create(frame.Slice(from + (Block / 2), Block / 2));
            unsound |= Unsound(low) | Unsound(high);
            quotes += BitOperations.PopCount(Where(low, high, '"') >> seen);
            var commas = Where(low, high, ',') >> seen;
            if (count + BitOperations.PopCount(commas) >= places.Length - WithoutLooking)
            {
                return default;
            }

            WriteDown(commas, at, places[count..]);
            count += BitOperations.PopCount(commas);
        }

        if (unsound != Vector256<byte>.Zero)
        {
            return default;
        }

        places[count] = frame.Length;
        return new FrameFields(frame, places[..(count + 1)], quotes);
    }

    /// <summary>Number of fields; to be looked at before a field is.</summary>
    public int Count => _places.Length - 1;

    /// <summary>
    /// Returns true when there are so many fields, and so many quotes: those that belong around keys and texts, so that no text has one within it.
    /// </summary>
    public bool Are(int fields, int quotes) => Count == fields && _quotes == quotes;

    /// <summary>Returns true when a field is exactly this literal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as below: so that the literal's length is known where it is compared
    public bool Is(int field, ReadOnlySpan<byte> literal) => Start(field, literal) == _places[field + 1];

    // Of what is read most there are two, not one with nothing behind it by default: a decoder of twenty fields would be more than the compiler inlines, and
    // take half as long again.

    /// <summary>Reads a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Text(int field, ReadOnlySpan<byte> before, out ReadOnlySpan<byte> text) =>
        FrameValue.TryText(_frame, Start(field, before), _places[field + 1], out text);

    /// <summary>Reads a text that something else follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Text(int field, ReadOnlySpan<byte> before, out ReadOnlySpan<byte> text, ReadOnlySpan<byte> behind) =>
        FrameValue.TryText(_frame, Start(field, before), End(field, behind), out text);

    /// <summary>Reads an exact decimal that is written as a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Decimal(int field, ReadOnlySpan<byte> before, out decimal value) =>
        FrameValue.TryDecimal(_frame, Start(field, before), _places[field + 1], out value);

    /// <summary>Reads an exact decimal that is written as a text and that something else follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Decimal(int field, ReadOnlySpan<byte> before, out decimal value, ReadOnlySpan<byte> behind) =>
        FrameValue.TryDecimal(_frame, Start(field, before), End(field, behind), out value);

    /// <summary>Reads a whole number that is not negative and written as a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool QuotedInteger(int field, ReadOnlySpan<byte> before, out long value, ReadOnlySpan<byte> behind = default) =>
        FrameValue.TryQuotedInteger(_frame, Start(field, before), End(field, behind), out value);

    /// <summary>Reads a whole number that is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Number(int field, ReadOnlySpan<byte> before, out long value) =>
        FrameValue.TryNumber(_frame, Start(field, before), _places[field + 1], out value);

    /// <summary>Reads a whole number that is not negative and that something else follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Number(int field, ReadOnlySpan<byte> before, out long value, ReadOnlySpan<byte> behind) =>
        FrameValue.TryNumber(_frame, Start(field, before), End(field, behind), out value);

    /// <summary>Reads an exact decimal that is a JSON number, not a text.</summary>
    public bool Plain(int field, ReadOnlySpan<byte> before, out decimal value) =>
        FrameValue.TryPlainDecimal(_frame, Start(field, before), _places[field + 1], out value);

    /// <summary>Reads true or false.</summary>
    public bool Boolean(int field, ReadOnlySpan<byte> before, out bool value, ReadOnlySpan<byte> behind = default) =>
        FrameValue.TryBoolean(_frame, Start(field, before), End(field, behind), out value);

    /// <summary>Returns the index behind a field's beginning, or one that is behind everything if the field begins otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(int field, ReadOnlySpan<byte> beginning)
    {
        var at = _places[field];
        return _frame[at..].StartsWith(beginning) ? at + beginning.Length : int.MaxValue;
    }

    /// <summary>Returns the index of what ends a field, or one that is before everything if the field ends otherwise.</summary>
    private int End(int field, ReadOnlySpan<byte> end)
    {
        var at = _places[field + 1] - end.Length;
        return at >= 0 && _frame[at..].StartsWith(end) ? at : 0;
    }

    private static ulong Where(Vector256<byte> low, Vector256<byte> high, char one) =>
        Vector256.Equals(low, Vector256.Create((byte)one)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(high, Vector256.Create((byte)one)).ExtractMostSignificantBits() << 32);

    private static Vector256<byte> Unsound(Vector256<byte> bytes) =>
        Vector256.Equals(bytes, Vector256.Create((byte)'\\')) | Vector256.LessThan(bytes, Vector256.Create((byte)' '));

    /// <summary>
    /// Writes down the places of the set bits. The first ones are written whether they are there or not: the processor would often guess their number wrong.
    /// </summary>
    private static void WriteDown(ulong bits, int at, Span<int> places)
    {
        places[0] = at + BitOperations.TrailingZeroCount(bits);
        bits &= bits - 1;
        places[1] = at + BitOperations.TrailingZeroCount(bits);
        bits &= bits - 1;
        places[2] = at + BitOperations.TrailingZeroCount(bits);
        bits &= bits - 1;
        places[3] = at + BitOperations.TrailingZeroCount(bits);
        bits &= bits - 1;

        for (var i = WithoutLooking; bits != 0; i++)
        {
            places[i] = at + BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
        }
    }
}
