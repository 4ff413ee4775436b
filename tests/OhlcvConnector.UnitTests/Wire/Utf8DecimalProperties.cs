using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;

namespace OhlcvConnector.UnitTests.Wire;

/// <summary>Decimals from digits, against the framework's own parser.</summary>
public class Utf8DecimalProperties
{
    [Fact]
    public void Any_number_of_up_to_28_digits_is_what_the_framework_reads_with_the_same_scale() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => IsAlike(Number(new Random(seed)))).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void Any_text_is_read_as_the_framework_reads_it_or_refused() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => IsAlikeOrRefused(new Random(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData("1\"", "1", 1)]
    [InlineData("12345678,", "12345678", 8)]
    [InlineData("123456789}", "123456789", 9)]
    [InlineData("-0.00000001x", "-0.00000001", 11)]
    [InlineData("66477.91000000\",\"c\"", "66477.91000000", 14)]
    [InlineData("9999999999999999999 ", "9999999999999999999", 19)]
    [InlineData("0.123456789012345678:", "0.123456789012345678", 20)]
    public void A_number_is_read_up_to_what_is_no_digit(string text, string number, int length)
    {
        Utf8Decimal.Scan(Encoding.UTF8.GetBytes(text), out var value).ShouldBe(length);
        value.ToString(CultureInfo.InvariantCulture).ShouldBe(number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("5.\"")]
    [InlineData("\"5")]
    [InlineData("+5")]
    [InlineData("12345678901234567890")]
    [InlineData("1234567890.1234567890")]
    [InlineData("\u0665")]
    public void What_is_no_plain_number_of_up_to_19_digits_is_not_scanned(string text) =>
        Utf8Decimal.Scan(Encoding.UTF8.GetBytes(text), out _).ShouldBe(0);

    private static string Number(Random random)
    {
        var digits = string.Concat(Enumerable.Range(0, random.Next(1, 29)).Select(_ => (char)('0' + random.Next(10))));
        var point = random.Next(1, digits.Length + 1);
        return (random.Next(4) == 0 ? "-" : "") + (point == digits.Length ? digits : $"{digits[..point]}.{digits[point..]}");
    }

    private static bool IsAlike(string text)
    {
        var expected = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return Utf8Decimal.TryParse(Encoding.UTF8.GetBytes(text), out var value)
            && decimal.GetBits(value).SequenceEqual(decimal.GetBits(expected));
    }

    private static bool IsAlikeOrRefused(Random random)
    {
        var text = string.Concat(
            Enumerable.Range(0, random.Next(1, 24)).Select(_ => "0123456789012345678901234567890123456789..-+eE \"\u0660"[random.Next(48)]));
        return !Utf8Decimal.TryParse(Encoding.UTF8.GetBytes(text), out var value)
            || (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var expected) && value == expected);
    }
}
