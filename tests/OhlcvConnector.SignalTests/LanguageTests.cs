using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.SignalTests;

/// <summary>The texts of conditions: what each means, by the candles that make signals.</summary>
public class LanguageTests
{
    private static readonly decimal[] Prices = [10, 9, 8, 9, 11, 12, 11, 9, 8, 8, 10, 12];

    [Theory]
    [InlineData("close crosses above 10", "4 11")]
    [InlineData("close cross above 10", "4 11")]
    [InlineData("close crossed over 10", "4 11")]
    [InlineData("price crosses up through 10", "4 11")]
    [InlineData("close crosses below 10", "1 7")]
    [InlineData("close crosses under 10", "1 7")]
    [InlineData("close crosses 10", "1 4 7 11")]
    [InlineData("close > 10", "4 11")]
    [InlineData("close is above 10", "4 11")]
    [InlineData("close is greater than 10", "4 11")]
    [InlineData("close at least 10", "4 10")]
    [InlineData("close >= 10", "4 10")]
    [InlineData("close is not below 10", "4 10")]
    [InlineData("not close < 10", "4 10")]
    [InlineData("close < 10 and close > 8", "1 3 7")]
    [InlineData("close < 9 or close > 11", "2 5 8 11")]
    [InlineData("(close < 9 or close > 11) and not close > 11", "2 8")]
    [InlineData("close between 9 and 10", "3 7 10")]
    [InlineData("close == 8", "2 8")]
    [InlineData("close != 8", "3 10")]
    [InlineData("close > close[1]", "3 10")]
    [InlineData("close > previous close", "3 10")]
    [InlineData("close is rising", "3 10")]
    [InlineData("close is falling", "6")]
    [InlineData("close - close[2] > 2", "4 11")]
    [InlineData("close > 10 for 2 closes", "5")]
    [InlineData("close crosses above 10 within 3 candles", "4 11")]
    [InlineData("close > 125% * 8", "4 11")]
    [InlineData("close > 1.25 x 8", "4 11")]
    [InlineData("(close + high) / 2 > 10", "4 11")]
    [InlineData("abs(close - 10) >= 2", "2 5 8 11")]
    [InlineData("max(close, 10) > 10", "4 11")]
    [InlineData("min(close, 10) < 10", "1 7")]
    [InlineData("-close < -10", "4 11")]
    [InlineData("sma(close, 1) > 10", "4 11")]
    [InlineData("average(close, 1) crosses above 10", "4 11")]
    [InlineData("sma:1@hl2 > 10", "4 11")]
    [InlineData("ema(sma(close, 1), 1) > 10", "4 11")]
    public void A_text_means_what_it_says(string text, string hits) => string.Join(' ', Given.Hits(Given.When(text), Given.Closes(Given.Series(),
        Prices))).ShouldBe(hits);

    [Theory]
    [InlineData("volume > 3 x its average of 3", "4")]
    [InlineData("volume > 3x its average(3)", "4")]
    [InlineData("volume > 3 * sma(volume, 3)", "4")]
    [InlineData("volume > 3 x the average(volume, 3)", "4")]
    [InlineData("volume / sma:3@volume > 3", "4")]
    public void Volume_is_compared_with_its_average(string text, string hits)
    {
        var series = Given.Series();
        decimal[] volumes = [1, 1, 1, 0, 100, 100, 1];
        var candles = volumes.Select((volume, index) => Given.Candle(series, index, 5, 5, 5, 5, volume)).ToList();

        string.Join(' ', Given.Hits(Given.When(text.Replace("3 x", "2.9 x").Replace("3x", "2.9x").Replace("3 *", "2.9 *").Replace("> 3", "> 2.9")), candles)).ShouldBe(hits);
    }

    [Theory]
    [InlineData("macd crosses above its signal", "macd.line crosses above macd.signal")]
    [InlineData("wavetrend cross below -53", "wavetrend:10:21:4.wt1 crosses under -53")]
    [InlineData("rsi(14) > 50", "rsi:14 > 50")]
    [InlineData("RSI:14 IS ABOVE 50", "rsi > 50")]
    [InlineData("ema:9 > ema:21 on 4h", "ema:9/4h > ema:21/4h")]
    [InlineData("ema:21 is rising on 4h", "mom:1@ema:21 > 0 on 4h")]
    [InlineData("rsi:14 crosses above 50 on 4h", "rsi:14/4h crosses above 50")]
    [InlineData("close crosses above the value area high", "close crosses above valuearea.high")]
    [InlineData("price leaves the value area of 96 candles upwards", "price breaks out of the value area up")]
    [InlineData("price is above the value area", "close > valuearea:96:50.high[1]")]
    [InlineData("bullish divergence of rsi:14", "regular bullish divergence in rsi over 60 candles")]
    public void Two_spellings_mean_the_same(string one, string other)
    {
        var candles = Given.Random(Given.Series(), 1_500);
        var hits = Given.Hits(Given.When(one), candles).ToList();

        hits.ShouldNotBeEmpty();
        Given.Hits(Given.When(other), candles).ShouldBe(hits);
    }

    [Theory]
    [InlineData("rsi:14", "A comparison is missing before the end")]
    [InlineData("rsi:14 > ", "is missing before the end")]
    [InlineData("rsi:14 > 30 40", "'40' is too much")]
    [InlineData("rsi:0 > 3", "rsi: period is a whole number from")]
    [InlineData("clse > 3", "Did you mean")]
    [InlineData("close[501] > 3", "Write a whole number from 0 to 500")]
    [InlineData("close[1] > 3 on 4h", "Earlier closes are counted in the candles of the series")]
    [InlineData("price leaves the value area on 4h", "A value area is of the candles of the series")]
    [InlineData("valuearea:96 > 3", "Say which edge of the value area")]
    [InlineData("valuearea:3.high > 3", "Write a whole number from 5 to 2000")]
    [InlineData("valuearea.mid > 3", "It has high, low and control")]
    [InlineData("bullish rsi:14", "'divergence' is missing")]
    [InlineData("macd crosses above its trigger", "its line, its signal, its histogram")]
    [InlineData("3 > its average", "'its' is of the one thing on the left side")]
    [InlineData("close § 3", "'§' means nothing here")]
    [InlineData("sma(close, rsi, 3) > 1", "sma is of one thing")]
    [InlineData("close > 3)", "')' is too much")]
    [InlineData("(close > 3", "missing")]
    public void A_text_that_means_nothing_says_what_would(string text, string told) =>
        Should.Throw<InvalidSettingException>(() => Given.When(text)).Message.ShouldContain(told);
}
