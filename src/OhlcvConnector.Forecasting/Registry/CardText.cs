using System.Globalization;
using System.Text;

namespace OhlcvConnector.Forecasting.Registry;

/// <summary>A model card as Markdown.</summary>
internal static class CardText
{
    /// <summary>Writes the card.</summary>
    public static string Of(ModelCard card)
    {
        var text = new StringBuilder();
        Line($"# {card.Name} {card.Version}");
        Line($"");
        Line($"**{card.Verdict}**{(card.IsSandbox ? " SANDBOX: trained on simulated candles." : "")} A forecast is no advice.");
        Line($"");
        Line($"| | |");
        Line($"|---|---|");
        Line($"| forecasts | {card.Definition.Target.ToString().ToLowerInvariant()}, {card.Definition.Horizon} candles of {card.Definition.Interval} ahead |");
        Line($"| model | {card.Definition.Model}, window {card.Definition.Window}, seed {card.Definition.Seed} |");
        Line($"| features | {string.Join(", ", card.Definition.Features)} |");
        Line($"| data | {card.Series}, {card.Candles} candles from {card.From:u} to {card.To:u} |");
        Line($"| examples | {card.Examples}; left out: {card.TargetsOverGaps} targets over gaps, {card.WindowsWithHoles} windows with holes |");
        if (card.TrainedUntil is { } until)
        {
            Line($"| network | trained elsewhere, on data until {until:u} as its maker says; measured on what came later alone |");
        }

        Line($"| {(card.TrainedUntil is null ? "trained" : "added")} | {card.CreatedAt:u} by {card.Library} |");
        Line($"| hashes | definition `{card.DefinitionHash}`, data `{card.DataHash}` |");
        Line($"");
        Line($"## Evaluation");
        Line($"");
        if (card.Evaluation is { } evaluation)
        {
            Evaluation(evaluation);
        }
        else
        {
            Line($"None.");
        }

        Line($"");
        Line($"## Limits");
        Line($"");
        foreach (var limit in card.Limits)
        {
            Line($"- {limit}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        void Evaluation(ForecastEvaluation one)
        {
            Line($"Walk-forward, {one.Folds} folds, {one.Count} forecasts from {one.From:u} to {one.To:u}, {one.Left} candles left out before each test.");
            Line($"Skill against no change {one.Skill:0.0000} (95 %: {one.SkillLow:0.0000} to {one.SkillHigh:0.0000}); Diebold-Mariano {one.DieboldMariano:0.00}, p {one.DieboldMarianoP:0.000}.");
            Line($"");
            Line($"| | MAE | RMSE | MASE | directions | 95 % | pinball | coverage |");
            Line($"|---|---|---|---|---|---|---|---|");
            foreach (var score in one.Scores)
            {
                Line($"| {score.Name} | {score.Mae:0.000000} | {score.Rmse:0.000000} | {score.Mase:0.000} | {score.Hits:0.0 %} | {(score.Hits is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{score.HitsLow:0.0 %} to {score.HitsHigh:0.0 %}"))} | {score.Pinball:0.000000} | {score.Coverage:0.0 %} |");
            }

            Line($"");
            Line($"Regimes: {string.Join("; ", one.Regimes.Select(regime => string.Create(CultureInfo.InvariantCulture, $"{regime.Name} skill {regime.Skill:0.0000} ({regime.Low:0.0000} to {regime.High:0.0000})")))}.");
            Line($"Calibration, said: came: {string.Join("; ", one.Calibration.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Said:0.00}: {point.Came:0.000} of {point.Count}")))}.");
            if (one.Followed is { } followed)
            {
                Line($"BACKTEST of following it, cost {followed.Cost:0.0000} a change: {followed.Return:0.0000} in {followed.Changes} changes; buying and holding {followed.BuyAndHold:0.0000} (logarithmic).");
            }
        }
    }
}
