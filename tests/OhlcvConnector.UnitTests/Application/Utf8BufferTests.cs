using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Application.Text;

namespace OhlcvConnector.UnitTests.Application;

public class Utf8BufferTests
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    [Fact]
    public void A_decimal_is_written_as_dotnet_writes_it() => Prop.ForAll<int[], bool, byte>((bits, isNegative, scale) =>
    {
        var number = new decimal(bits.ElementAtOrDefault(0), bits.ElementAtOrDefault(1), bits.ElementAtOrDefault(2), isNegative, (byte)(scale % 29));
        return Text(buffer => buffer.Append(number)) == number.ToString(Invariant);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData("0")]
    [InlineData("0.00")]
    [InlineData("0.0000000000000000000000000000")]
    [InlineData("-0.0")]
    [InlineData("1.10")]
    [InlineData("0.1")]
    [InlineData("0.00000001")]
    [InlineData("12345678901234567890.12345678")]
    [InlineData("18446744073709551615")]
    [InlineData("18446744073709551.616")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-7.9228162514264337593543950335")]
    public void Zeros_at_the_end_and_limits_stay(string number)
    {
        var value = decimal.Parse(number, Invariant);

        Assert.Equal(value.ToString(Invariant), Text(buffer => buffer.Append(value)));
    }

    [Fact]
    public void A_moment_has_milliseconds_and_a_Z() => Prop.ForAll<DateTime>(moment =>
    {
        var time = new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)).ToOffset(TimeSpan.FromHours(3));
        return Text(buffer => buffer.AppendTime(time)) == time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", Invariant);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_of_JSON_is_read_as_itself() => Prop.ForAll<NonNull<string>>(text =>
    {
        var word = new string([.. text.Get.Where(letter => !char.IsSurrogate(letter))]);
        return JsonSerializer.Deserialize<string>(Text(buffer => buffer.AppendJson(word))) == word;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("BTC-USDT", "\"BTC-USDT\"")]
    [InlineData("a\"b\\c\n", "\"a\\\"b\\\\c\\n\"")]
    [InlineData("币安人生USDT", "\"币安人生USDT\"")]
    [InlineData("", "\"\"")]
    public void A_text_of_JSON_is_escaped_where_it_must_be(string text, string json) => Assert.Equal(json, Text(buffer => buffer.AppendJson(text)));

    [Fact]
    public void Numbers_are_written_as_dotnet_writes_them() => Prop.ForAll<long, NormalFloat>((whole, number) =>
        Text(buffer => buffer.Append(whole)) == whole.ToString(Invariant)
        && Text(buffer => buffer.Append(number.Get)) == number.Get.ToString(Invariant)).QuickCheckThrowOnFailure();

    private static string Text(Action<Utf8Buffer> write)
    {
        var buffer = new Utf8Buffer(1);
        write(buffer);
        return Encoding.UTF8.GetString(buffer.Written);
    }
}
