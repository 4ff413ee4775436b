using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>Subjects say which series it is, whatever exchanges call their symbols.</summary>
public class BusSubjectTests
{
    [Theory]
    [InlineData("BTCUSDT", "ohlcv.binance.spot.BTCUSDT.1m")]
    [InlineData("BTC-USD-SWAP", "ohlcv.binance.spot.BTC-USD-SWAP.1m")]
    [InlineData("@107", "ohlcv.binance.spot.@107.1m")]
    [InlineData("PURR/USDC", "ohlcv.binance.spot.PURR/USDC.1m")]
    [InlineData("a.b", "ohlcv.binance.spot.a%2Eb.1m")]
    [InlineData("*", "ohlcv.binance.spot.%2A.1m")]
    [InlineData(">", "ohlcv.binance.spot.%3E.1m")]
    [InlineData("1 000", "ohlcv.binance.spot.1%20000.1m")]
    [InlineData("币安人生USDT", "ohlcv.binance.spot.%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT.1m")]
    [InlineData("", "ohlcv.binance.spot.%.1m")]
    public void Subjects_are_written_as_documented(string symbol, string subject) => BusSubject.Of("ohlcv", Candles.Minutes(symbol)).ShouldBe(subject);

    [Fact]
    public void The_way_back_is_exact_and_no_wildcard_gets_through()
    {
        var markets = MarketNames.All.Select(one => one.Market).ToArray();
        string[] intervals = ["1s", "1m", "3m", "4h", "1d", "1w", "1M", "1d+8h", "1d-5h"];
        var series =
            from exchange in ArbMap.Default.GeneratorFor<UnicodeString>()
            from symbol in ArbMap.Default.GeneratorFor<UnicodeString>()
            from market in Gen.Elements(markets)
            from interval in Gen.Elements(intervals)
            select new Series(Candles.Instrument(WellFormed(symbol.Get), exchange: WellFormed(exchange.Get), market: market), Domain.Interval.Parse(interval));

        Prop.ForAll(series.ToArbitrary(), one =>
        {
            var subject = BusSubject.Of("ohlcv", one);
            subject.ShouldAllBe(letter => letter > ' ' && letter < 127 && letter != '*' && letter != '>');
            subject.Split('.').ShouldAllBe(part => part.Length > 0);
            BusSubject.TryRead("ohlcv", subject, out var name).ShouldBeTrue();
            (name!.Exchange, name.Market, name.VenueSymbol, name.Interval).ShouldBe((one.Exchange, one.Market, one.VenueSymbol, one.Interval));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("ohlcv-open.binance.spot.BTCUSDT.1m")]
    [InlineData("ohlcv.binance.spot.BTCUSDT")]
    [InlineData("ohlcv.binance.spot.BTC%2.1m")]
    [InlineData("ohlcv.binance.spot.BTC%ZZ.1m")]
    [InlineData("ohlcv.binance.margin.BTCUSDT.1m")]
    [InlineData("ohlcv.binance.spot.BTCUSDT.tick")]
    public void What_is_no_series_is_none(string subject) => BusSubject.TryRead("ohlcv", subject, out _).ShouldBeFalse();

    [Theory]
    [InlineData("http://127.0.0.1:4222")]
    [InlineData("nats://")]
    [InlineData("")]
    [InlineData("nats://secret@host:4222/path")]
    public void What_is_no_address_is_refused_without_showing_it(string address) =>
        Should.Throw<InvalidSettingException>(() => new NatsBusOptions { Address = address }.Validate()).Message.ShouldNotContain("secret");

    [Theory]
    [InlineData("OHL CV")]
    [InlineData("OHLCV.>")]
    [InlineData("")]
    public void What_is_no_name_of_a_stream_is_refused(string stream) =>
        Should.Throw<InvalidSettingException>(() => new NatsBusOptions { Stream = stream }.Validate());

    /// <summary>Text that JSON can hold, which halves of a pair are not.</summary>
    private static string WellFormed(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
}
