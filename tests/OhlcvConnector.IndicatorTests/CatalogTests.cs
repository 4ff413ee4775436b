using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

public class CatalogTests
{
    [Theory]
    [InlineData("rsi:14", "rsi:14")]
    [InlineData("RSI", "rsi:14")]
    [InlineData("macd::30", "macd:12:30:9")]
    [InlineData("ema:9@rsi:14", "ema:9@rsi:14")]
    [InlineData("ema:9@rsi:14@hl2", "ema:9@rsi:14@hl2")]
    [InlineData("sma:3@macd.histogram", "sma:3@macd:12:26:9.histogram")]
    [InlineData("sma:3@macd:8:20:5.signal@hl2", "sma:3@macd:8:20:5.signal@hl2")]
    [InlineData("ema:20:first@ohlc4", "ema:20:first@ohlc4")]
    public void A_specification_makes_an_indicator_that_writes_itself(string text, string written) =>
        IndicatorCatalog.Parse(text).ToString().ShouldBe(written);

    [Theory]
    [InlineData("rssi:14", "There is no indicator 'rssi'. Did you mean rsi,")]
    [InlineData("rsi:0", "rsi: period is a whole number from 1 to 100000, not '0'.")]
    [InlineData("rsi:1.5", "rsi: period is a whole number from 1 to 100000, not '1.5'.")]
    [InlineData("rsi:x", "rsi: period is a whole number from 1 to 100000, not 'x'.")]
    [InlineData("rsi:14:2", "rsi has 1 parameter: rsi:period.")]
    [InlineData("ema:9:last", "ema: begin is average or first, not 'last'.")]
    [InlineData("rsi@hl3", "'hl3' is no source. Sources are close, open, high, low, hl2, hlc3, ohlc4, volume")]
    [InlineData("ema@macd.histo", "macd has no output 'histo'. It has line, signal, histogram.")]
    [InlineData("macd:26:12", "macd: fast is shorter than slow, not 26 and 12.")]
    [InlineData("macd.signal", "'macd.signal' is one output, not an indicator: leave out '.signal'.")]
    public void What_means_nothing_is_refused_with_what_would(string text, string words) =>
        Should.Throw<InvalidSettingException>(() => IndicatorCatalog.Parse(text)).Message.ShouldStartWith(words);

    [Fact]
    public void A_chain_takes_its_input_s_values_and_its_warm_up()
    {
        var chain = new Ema(new Rsi(14), 9);
        var inner = new Rsi(14);
        var outer = new Ema(9);

        chain.WarmUp.ShouldBe(23);
        foreach (var bar in Bars.Walk(100))
        {
            chain.Add(bar);
            inner.Add(bar);
            if (inner.IsWarm)
            {
                outer.Add(inner.Value);
            }

            chain.Value.ShouldBe(outer.Value);
        }
    }
}
