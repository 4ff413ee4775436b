using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using Shouldly;

namespace OhlcvConnector.SignalTests;

/// <summary>Rules that judge by forecasts.</summary>
public class ForecastRuleTests
{
    private static readonly Series Bitcoin = Given.Series();

    [Fact]
    public void A_rule_judges_a_close_by_the_forecast_of_that_candle_and_knows_none_where_there_was_none()
    {
        var candles = Given.Closes(Bitcoin, 1, 1, 1, 1, 1);
        double?[] points = [0.1, 0.3, null, 0.4, 0.5];
        var asked = new List<(string, long)>();

        Hits("forecast:my-model.2 > 0.2", candles, points, beatsNaive: true, asked).ShouldBe([1, 3, 4]);
        asked.ShouldBe(candles.Select(candle => ("my-model.2", candle.OpenMs)));
        Hits("forecast:m > forecast:m[1]", candles, points, beatsNaive: true).ShouldBe([1, 4]);
        Hits("forecast:m <= 0.2", candles, points, beatsNaive: true).ShouldBe([0], "what is not known is neither above nor below");
    }

    [Fact]
    public void A_model_that_does_not_beat_no_change_counts_only_where_it_is_forced_and_that_is_said_once()
    {
        var candles = Given.Closes(Bitcoin, 1, 1, 1);
        double?[] points = [1, 1, 1];
        Hits("forecast:m:forced > 0", candles, points, beatsNaive: false).ShouldBe([0, 1, 2]);

        var evaluator = new RuleEvaluator(
            Bitcoin, Given.When("forecast:m > 0", "\"repeat\": true"), forecasts: (_, _) => new RuleForecast(1, BeatsNaive: false));
        candles.SelectMany(candle => evaluator.Add(candle)).ShouldBeEmpty();
        var trouble = evaluator.TakeTroubles().ShouldHaveSingleItem();
        trouble.Message.ShouldContain("forecast:m:forced uses them");
        trouble.IsStopped.ShouldBeFalse();
    }

    [Fact]
    public void Where_nothing_forecasts_the_rule_is_stopped_and_the_others_go_on()
    {
        var evaluator = new RuleEvaluator(Bitcoin, new RuleSet([.. Given.When("forecast:m > 0").Rules]));

        evaluator.Add(Given.Closes(Bitcoin, 1)[0]).ShouldBeEmpty();
        var trouble = evaluator.TakeTroubles().ShouldHaveSingleItem();
        (trouble.IsStopped, trouble.Message).ShouldBe((true, "The rule is not evaluated: nothing forecasts here, and it asks for m."));
    }

    [Fact]
    public void An_open_candle_has_no_forecast()
    {
        var evaluator = new RuleEvaluator(
            Bitcoin, Given.When("forecast:m > 0", "\"repeat\": true"), forecasts: (_, _) => new RuleForecast(1, BeatsNaive: true));
        evaluator.Add(Given.Closes(Bitcoin, 1)[0]).Count.ShouldBe(1);

        evaluator.Preview(Given.Candle(Bitcoin, 1, 1, 1, 1, 1, isClosed: false)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("forecast: > 3", "is no forecast")]
    [InlineData("forecast:m:soon > 3", "Write forecast:MODEL, or forecast:MODEL:forced")]
    [InlineData("forecast:m/4h > 3", "of the rule's own candles")]
    [InlineData("sma(forecast:m, 3) > 3", "sma is of a price or an indicator")]
    [InlineData("bullish divergence of forecast:m", "A divergence is of an indicator")]
    [InlineData("forecast:m > 3 on 4h", "of the rule's own candles")]
    public void What_a_forecast_cannot_be_is_said(string text, string told) =>
        Should.Throw<InvalidSettingException>(() => Given.When(text)).Message.ShouldContain(told);

    private static IEnumerable<int> Hits(
        string text, IReadOnlyList<PriceQuote> candles, double?[] points, bool beatsNaive, List<(string, long)>? asked = null)
    {
        var evaluator = new RuleEvaluator(Bitcoin, Given.When(text, "\"repeat\": true"), forecasts: (model, openMs) =>
        {
            asked?.Add((model, openMs));
            return points[candles.TakeWhile(candle => candle.OpenMs < openMs).Count()] is { } point ? new RuleForecast(point, beatsNaive) : null;
        });
        return [.. Enumerable.Range(0, candles.Count).Where(index => evaluator.Add(candles[index]).Count > 0)];
    }
}
