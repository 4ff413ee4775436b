namespace OhlcvConnector.Forecasting;

/// <summary>How a model did on candles that it had not seen, beside plain ones on the same candles.</summary>
public sealed record ForecastEvaluation
{
    /// <summary>Parts that were tested, one after the other, each by a model trained on what was before it.</summary>
    public required int Folds { get; init; }

    /// <summary>Forecasts that were tested.</summary>
    public required int Count { get; init; }

    /// <summary>Candles left out before each test: those whose target reaches into it (purge), and as many again as the horizon (embargo).</summary>
    public required int Left { get; init; }

    /// <summary>Open time of the first candle that was forecast from, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Open time of the last one, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Scores of the model, then of the plain ones.</summary>
    public required IReadOnlyList<ForecastScore> Scores { get; init; }

    /// <summary>Skill against "no change": 1 - RMSE / RMSE of naive; 0 is nothing gained.</summary>
    public required double Skill { get; init; }

    /// <summary>Lower end of the skill's 95 % interval, by a bootstrap of blocks.</summary>
    public required double SkillLow { get; init; }

    /// <summary>Upper end of the skill's 95 % interval.</summary>
    public required double SkillHigh { get; init; }

    /// <summary>
    /// The statistic of Diebold and Mariano against naive (squared errors, Newey and West's variance, the correction of Harvey); above 0 where the
    /// model is better.
    /// </summary>
    public required double DieboldMariano { get; init; }

    /// <summary>Its two-sided probability where both are equally good, by the normal distribution.</summary>
    public required double DieboldMarianoP { get; init; }

    /// <summary>What was said, and what came: of directions by the probability said, of bands by the level.</summary>
    public required IReadOnlyList<CalibrationPoint> Calibration { get; init; }

    /// <summary>Skill in quiet, middling and lively thirds of the test, by the mean range of the 24 candles before.</summary>
    public required IReadOnlyList<RegimeSkill> Regimes { get; init; }

    /// <summary>What following the forecasts would have brought after costs, beside buying and holding; null for a volatility.</summary>
    public FollowedForecasts? Followed { get; init; }

    /// <summary>True where the skill's interval is above 0.</summary>
    public bool BeatsNaive => SkillLow > 0;

    /// <summary>The verdict in words: <c>no better than no change</c> where the interval includes 0.</summary>
    public string Verdict
    {
        get
        {
            var best = Scores.Skip(1).MinBy(score => score.Rmse);
            return SkillHigh < 0 ? "worse than no change"
                : !BeatsNaive ? "no better than no change"
                : best is not null && best.Rmse <= Scores[0].Rmse && best.Name != Scores[0].Name ? $"better than no change, and no better than {best.Name}"
                : "better than no change";
        }
    }
}

/// <summary>Errors of a model over the forecasts tested.</summary>
/// <param name="Name">The model.</param>
/// <param name="Mae">Mean absolute error, in the target's unit.</param>
/// <param name="Rmse">Root of the mean square error.</param>
/// <param name="Mase">Mean absolute error by that of naive over the training before the first test (Hyndman and Koehler 2006).</param>
/// <param name="Hits">Share of directions foretold, of those that it and the market took; null where it takes none.</param>
/// <param name="HitsLow">Lower end of the share's 95 % interval (Wilson 1927).</param>
/// <param name="HitsHigh">Upper end of the share's 95 % interval.</param>
/// <param name="Pinball">Mean pinball loss over the levels; null without a band.</param>
/// <param name="Coverage">Share of what came that lay between the outer levels; null without a band.</param>
public sealed record ForecastScore(
    string Name, double Mae, double Rmse, double Mase, double? Hits, double? HitsLow, double? HitsHigh, double? Pinball, double? Coverage);

/// <summary>A point of a calibration plot; a calibrated model's are equal.</summary>
/// <param name="Said">What was said: a mean probability, or a level.</param>
/// <param name="Came">The share that came.</param>
/// <param name="Count">Number of forecasts behind it.</param>
public sealed record CalibrationPoint(double Said, double Came, int Count);

/// <summary>The skill in a part of the test.</summary>
/// <param name="Name">The regime: <c>quiet</c>, <c>middling</c>, <c>lively</c>.</param>
/// <param name="Count">Number of forecasts in it.</param>
/// <param name="Skill">The skill against naive.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
public sealed record RegimeSkill(string Name, int Count, double Skill, double Low, double High);

/// <summary>What following forecasts would have brought: long where they point up, short where down, changed once a horizon. A simulation.</summary>
/// <param name="Cost">Cost of each change by a whole position, as a share.</param>
/// <param name="Changes">Positions changed.</param>
/// <param name="Return">Sum of the logarithmic returns after costs.</param>
/// <param name="BuyAndHold">That of buying at the beginning and selling at the end, after costs.</param>
public sealed record FollowedForecasts(double Cost, int Changes, double Return, double BuyAndHold);
