using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public class CommonOptionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    [Theory]
    [InlineData("binance --sandbox BTCUSDT ETHUSDT", "binance --sandbox=in-process BTCUSDT ETHUSDT")]
    [InlineData("binance BTCUSDT --sandbox --limit 3", "binance BTCUSDT --sandbox=in-process --limit 3")]
    [InlineData("binance BTCUSDT --sandbox", "binance BTCUSDT --sandbox=in-process")]
    [InlineData("binance BTCUSDT --sandbox=http://127.0.0.1:1 X", "binance BTCUSDT --sandbox=http://127.0.0.1:1 X")]
    [InlineData("binance BTCUSDT --sandbox http://127.0.0.1:1 X", "binance BTCUSDT --sandbox=http://127.0.0.1:1 X")]
    [InlineData("binance --sandbox HTTPUSDT", "binance --sandbox=in-process HTTPUSDT")]
    public void The_sandbox_option_swallows_neither_a_symbol_nor_an_option(string args, string prepared) =>
        SandboxArgument.Prepare(args.Split(' ')).ShouldBe(prepared.Split(' '));

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("2026-01-31T12:00", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z")]
    [InlineData("1769860800000", "2026-01-31T12:00:00Z")]
    [InlineData("now", "2026-05-04T03:02:01Z")]
    [InlineData("-7d", "2026-04-27T03:02:01Z")]
    [InlineData("-90m", "2026-05-04T01:32:01Z")]
    [InlineData("-1w", "2026-04-27T03:02:01Z")]
    public void Times_are_iso_in_utc_or_relative(string text, string expected) =>
        CommonOptions.ReadTime("--from", text, Now).ToString("yyyy-MM-dd'T'HH:mm:ssK", System.Globalization.CultureInfo.InvariantCulture)
            .Replace("+00:00", "Z", StringComparison.Ordinal).ShouldBe(expected);

    [Theory]
    [InlineData("yesterday")]
    [InlineData("-7q")]
    [InlineData("11/12/2026")]
    [InlineData("12:00")]
    [InlineData("1769860800")]
    [InlineData("")]
    [InlineData("-99999d")]
    [InlineData("-9999999999d")]
    public void A_time_that_is_none_is_a_mistake_of_the_command_line(string text) =>
        Should.Throw<UsageException>(() => CommonOptions.ReadTime("--from", text, Now)).Message.ShouldStartWith($"--from is '{text}'");
}
