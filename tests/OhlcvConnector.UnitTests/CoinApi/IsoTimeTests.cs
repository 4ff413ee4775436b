using System.Text;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;

namespace OhlcvConnector.UnitTests.CoinApi;

public class IsoTimeTests
{
    [Theory]
    [InlineData("2019-06-11T15:26:07.0000000Z")]
    [InlineData("2019-06-11T15:26:07Z")]
    [InlineData("2024-02-29T23:59:59.9999999Z")]
    [InlineData("1970-01-01T00:00:00.1Z")]
    [InlineData("9999-12-31T23:59:59.123456789Z")]
    public void A_time_is_what_the_framework_reads(string text)
    {
        var digits = text.Length > 28 ? text[..27] + "Z" : text; // it reads no more than seven behind the point
        IsoTime.Parse(Encoding.UTF8.GetBytes(text))
            .ShouldBe(DateTimeOffset.Parse(digits, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2019-06-11")]
    [InlineData("2019-06-11T15:26:07")]
    [InlineData("2019-06-11T15:26:07+00:00")]
    [InlineData("2019-06-11 15:26:07Z")]
    [InlineData("2019-02-29T15:26:07Z")]
    [InlineData("2019-13-01T15:26:07Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2019-06-11T24:00:00Z")]
    [InlineData("2019-06-11T15:26:60Z")]
    [InlineData("2019-06-11T15:26:07.Z")]
    [InlineData("2019-06-11T15:26:07.1234567890Z")]
    [InlineData("2019-06-11T15:26:07.12x4Z")]
    [InlineData("-019-06-11T15:26:07Z")]
    public void What_is_no_such_time_is_refused(string text) => IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();
}
