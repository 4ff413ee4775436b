using OhlcvConnector.Forecasting;
using Shouldly;

namespace OhlcvConnector.ForecastingTests;

/// <summary>What models learn of series whose best error is known, and that they say so where there is nothing to learn.</summary>
public class LearningTests
{
    private static readonly ForecastDefinition Small = new() { Features = ["return:1"], Window = 8, Hidden = 8, Epochs = 20, LearningRate = 0.005 };

    [Theory]
    [InlineData("lstm")]
    [InlineData("tcn")]
    [InlineData("ridge")]
    public void An_autoregression_is_learnt_to_within_5_percent_of_the_best_error(string model)
    {
        var evaluation = WalkForward.Evaluate(
            Small with { Model = model }, Markets.Autoregressive(3000, 0.6, seed: 5), new EvaluationOptions { Folds = 2, Cost = 0 });

        evaluation.Scores[0].Rmse.ShouldBeLessThan(Markets.Noise * 1.05); // naive: 1.25 times the noise
        evaluation.Scores.Single(score => score.Name == "naive").Rmse.ShouldBeGreaterThan(Markets.Noise * 1.15);
        evaluation.Verdict.ShouldBe("better than no change");
        evaluation.DieboldMarianoP.ShouldBeLessThan(0.001);
        evaluation.Scores[0].Hits!.Value.ShouldBeGreaterThan(0.6);
        evaluation.Followed!.Return.ShouldBeGreaterThan(evaluation.Followed.BuyAndHold);
        evaluation.Scores[0].Coverage!.Value.ShouldBe(0.8, 0.06);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("seasonal")]
    public void A_sine_in_noise_is_learnt(string model)
    {
        var evaluation = WalkForward.Evaluate(
            Small with { Model = model, Features = ["hour"], Window = 4, Season = 24 }, Markets.Sine(2400, seed: 3), new EvaluationOptions { Folds = 2 });

        evaluation.SkillLow.ShouldBeGreaterThan(model == "lstm" ? 0.3 : 0.1);
    }

    [Theory]
    [InlineData("lstm", 11)]
    [InlineData("tcn", 12)]
    [InlineData("ridge", 13)]
    [InlineData("logistic", 14)]
    [InlineData("smoothing", 15)]
    [InlineData("drift", 16)]
    public void A_random_walk_is_said_to_be_beaten_by_nobody(string model, int seed)
    {
        var evaluation = WalkForward.Evaluate(
            new ForecastDefinition { Model = model, Window = 12, Hidden = 8, Epochs = 6 }, Markets.Autoregressive(1500, 0, seed),
            new EvaluationOptions { Folds = 3 });

        evaluation.BeatsNaive.ShouldBeFalse();
        evaluation.Verdict.ShouldBeOneOf("no better than no change", "worse than no change");
        evaluation.Skill.ShouldBe(0, 0.1);
    }

    [Fact]
    public void Naive_has_no_skill_against_itself()
    {
        var evaluation = WalkForward.Evaluate(Small with { Model = "naive" }, Markets.Autoregressive(400, 0.6, seed: 1));

        (evaluation.Skill, evaluation.SkillLow, evaluation.SkillHigh).ShouldBe((0, 0, 0));
        evaluation.Verdict.ShouldBe("no better than no change");
        evaluation.DieboldMarianoP.ShouldBe(1);
    }

    [Fact]
    public void Quantiles_are_as_often_undercut_as_they_say()
    {
        var evaluation = WalkForward.Evaluate(
            Small with { Target = ForecastTarget.Quantiles, Epochs = 40 }, Markets.Autoregressive(3000, 0.6, seed: 6), new EvaluationOptions { Folds = 2 });

        evaluation.Calibration.ShouldAllBe(point => Math.Abs(point.Said - point.Came) < 0.05);
        evaluation.SkillLow.ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void Directions_come_as_often_as_the_probability_says()
    {
        var evaluation = WalkForward.Evaluate(
            Small with { Target = ForecastTarget.Direction, Model = "logistic" }, Markets.Autoregressive(4000, 0.6, seed: 7),
            new EvaluationOptions { Folds = 2 });

        evaluation.BeatsNaive.ShouldBeTrue();
        evaluation.Calibration.Where(point => point.Count > 150).ShouldAllBe(point => Math.Abs(point.Said - point.Came) < 0.1);
        evaluation.Calibration.Count(point => point.Count > 150).ShouldBeGreaterThan(3);
    }

    [Fact]
    public void A_volatility_is_forecast_better_by_a_mean_than_by_the_last_one()
    {
        var evaluation = WalkForward.Evaluate(
            Small with { Target = ForecastTarget.Volatility, Model = "lstm", Horizon = 4, Epochs = 4 }, Markets.Autoregressive(1500, 0, seed: 8),
            new EvaluationOptions { Folds = 2 });

        evaluation.BeatsNaive.ShouldBeTrue();
        evaluation.Verdict.ShouldStartWith("better than no change");
        evaluation.Followed.ShouldBeNull();
        evaluation.Scores.Single(score => score.Name == "drift").Rmse.ShouldBe(evaluation.Scores[0].Rmse, evaluation.Scores[0].Rmse * 0.1);
    }
}
