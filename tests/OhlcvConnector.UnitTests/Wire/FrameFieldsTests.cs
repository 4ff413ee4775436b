using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;

namespace OhlcvConnector.UnitTests.Wire;

/// <summary>Cutting a frame at its commas, and reading numbers from their ends, against the simplest ways to do so.</summary>
public class FrameFieldsTests
{
    private const int Block = 64;

    [Fact]
    public void Commas_and_quotes_are_found_wherever_they_stand_in_frames_of_any_length() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => IsCutAtItsCommas(new Random(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void A_number_is_read_alike_wherever_it_stands_and_whatever_is_around_it() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => IsReadAlike(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(50_000));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Block - 1)]
    [InlineData(4097)]
    public void A_frame_that_is_short_or_long_has_no_fields(int length) => Cut(new string('x', length)).ShouldBe(0);

    [Fact]
    public void A_frame_of_many_commas_has_no_fields() => Cut(new string(',', Block)).ShouldBe(0);

    [Fact]
    public void An_escape_or_a_control_character_anywhere_leaves_no_fields()
    {
        for (var length = Block; length <= 3 * Block; length++)
        {
            for (var at = 0; at < length; at++)
            {
                Cut(With(length, at, '\\')).ShouldBe(0);
                Cut(With(length, at, '\u001f')).ShouldBe(0);
                Cut(With(length, at, ' ')).ShouldBe(1);
            }
        }
    }

    private static string With(int length, int at, char one) => new string('x', at) + one + new string('x', length - at - 1);

    private static int Cut(string frame)
    {
        var fields = FrameFields.Cut(Encoding.UTF8.GetBytes(frame), stackalloc int[FrameFields.Places]);
        return Math.Max(fields.Count, 0);
    }

    private static bool IsCutAtItsCommas(Random random)
    {
        var bytes = new byte[random.Next(Block, (5 * Block) + 1)];
        Array.Fill(bytes, (byte)'x');
        for (var i = random.Next(30); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)",,,\""[random.Next(4)];
        }

        var expected = Encoding.ASCII.GetString(bytes).Split(',');
        var fields = FrameFields.Cut(bytes, stackalloc int[FrameFields.Places]);
        if (!fields.Are(expected.Length, bytes.Count(one => one == (byte)'"')))
        {
            return false;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (!fields.Is(i, Encoding.ASCII.GetBytes((i == 0 ? "" : ",") + expected[i])))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsReadAlike(Random random)
    {
        var number = Number(random);
        var front = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Any(random)));
        var behind = string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => Any(random)));
        var frame = Encoding.UTF8.GetBytes(front + number + behind);
        var isRead = FrameNumber.TryRead(frame, front.Length, front.Length + number.Length, out var digits, out var scale);
        if (isRead)
        {
            var value = new decimal((int)digits, (int)(digits >> 32), 0, isNegative: false, (byte)scale);
            return decimal.GetBits(value).SequenceEqual(decimal.GetBits(decimal.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)))
                && IsPlain(number);
        }

        var isInReach = front.Length + number.Length >= 24 && number.Length - number.IndexOf('.', StringComparison.Ordinal) <= 16;
        return !(IsPlain(number) && isInReach);
    }

    /// <summary>What must be read: up to 19 digits, with one point between them or none.</summary>
    private static bool IsPlain(string text) =>
        text.All(one => char.IsAsciiDigit(one) || one == '.') && text.Count(one => one == '.') <= 1 && text.Count(char.IsAsciiDigit) is >= 1 and <= 19
        && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[^1]);

    private static string Number(Random random)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(0, 23)).Select(_ => (char)('0' + random.Next(10))));
        for (var i = random.Next(6) switch { 0 => 0, 5 => 2, _ => 1 }; i > 0; i--)
        {
            text = text.Insert(random.Next(text.Length + 1), random.Next(8) == 0 ? Any(random).ToString() : ".");
        }

        return text;
    }

    private static char Any(Random random) => "0123456789..,-+eE \"/:\u007f"[random.Next(22)];
}
