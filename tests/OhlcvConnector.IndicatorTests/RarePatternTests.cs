using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

/// <summary>Patterns that years of days do not have once, in candles made for them: each is marked at its last candle and nowhere else.</summary>
public class RarePatternTests
{
    // Ten quiet candles go before: bodies of 2, ranges of 4, so that a body above 2 is long, below short, of 0.4 a doji; near is 0.8, equal 0.2.
    [Theory]
    [InlineData("cdl3blackcrows", -100, "100 104 99 103; 102.5 103 98.9 99; 101 101.2 95.9 96; 98 98.1 92.9 93")]
    [InlineData("cdl3whitesoldiers", 100, "100 104.1 99.9 104; 102 108.1 101 108; 106 112.1 105 112")]
    [InlineData("cdl3starsinsouth", 100, "110 110.5 97 104; 107 107.2 99 103; 102 102.1 101 101")]
    [InlineData("cdlabandonedbaby", 100, "110 111 102 103; 100 100.5 99 100.1; 101 108 101 107")]
    [InlineData("cdlabandonedbaby", -100, "103 111 102 110; 113 113.5 112 113.1; 111 111.5 104 105")]
    [InlineData("cdlbreakaway", 100, "110 111 103 104; 102 103 99 100; 100.5 102 98 99; 99 101 96 97; 97 104 96.5 103")]
    [InlineData("cdlconcealbabyswall", 100, "110 110.1 103.9 104; 104 104.1 99.9 100; 98 101 95 96; 101.5 102 94 94.5")]
    [InlineData("cdlcounterattack", 100, "110 111 103 104; 98 104.5 97 104.1")]
    [InlineData("cdldarkcloudcover", -100, "100 106 99.5 105; 107 107.5 101 101.5")]
    [InlineData("cdlkicking", 100, "110 110.1 103.9 104; 112 118.1 111.9 118")]
    [InlineData("cdlkickingbylength", -100, "110 110.1 101.9 102; 112 116.1 111.9 116")]
    [InlineData("cdlladderbottom", 100, "110 111 106 107; 108 109 104 105; 106 107 102 103; 102 105 100 101; 103 107 102.5 106")]
    [InlineData("cdlmathold", 100, "100 110 99.5 109; 112 112.5 110.5 111; 110 111.5 108 108.5; 109 110 107 107.5; 109 114 108.5 113.5")]
    [InlineData("cdlpiercing", 100, "110 111 103 104; 102 109 101.5 108")]
    [InlineData("cdlunique3river", 100, "110 111 103 104; 108 108.5 101 106; 104 105.5 103.5 105")]
    [InlineData("cdlupsidegap2crows", -100, "100 106 99.5 105; 108 108.5 106.5 107; 109 109.5 105.5 106")]
    [InlineData("cdl2crows", -100, "100 106 99.5 105; 108 108.5 105.5 106; 107 107.5 103 104")]
    [InlineData("cdlrisefall3methods", 100, "100 108 99.5 107; 106 106.5 104 105; 105 105.5 103 104; 104 104.5 102 103; 103.5 111 103 110")]
    [InlineData("cdlengulfing:matching", 80, "104 105 101 102; 102 106 101.5 105")]
    [InlineData("cdlharami:matching", 80, "110 111 103 104; 104 106 103.5 105")]
    public void A_pattern_is_marked_at_its_last_candle(string specification, int value, string candles)
    {
        var pattern = IndicatorCatalog.Parse(specification);
        for (var quiet = 0; quiet < 20; quiet++)
        {
            pattern.Add(new Bar(Bar.NoTime, 100 + (quiet % 2 * 2), 103, 99, 102 - (quiet % 2 * 2), 1));
        }

        var marks = candles.Split(';').Select(candle => candle.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => words.Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture)).ToArray())
            .Select(prices => pattern.Add(new Bar(Bar.NoTime, prices[0], prices[1], prices[2], prices[3], 1))).ToArray();

        marks[^1].ShouldBe(value);
        marks[..^1].ShouldAllBe(mark => mark == 0);
    }
}
