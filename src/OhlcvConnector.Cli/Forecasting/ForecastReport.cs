using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Forecasting;

namespace OhlcvConnector.Cli.Forecasting;

/// <summary>Writes evaluations and forecasts, for people and as JSON without rounding.</summary>
internal static class ForecastReport
{
    /// <summary>The line that stands above all that is written for people.</summary>
    public static string Head(bool isSandbox) => "FORECAST: a calculation on the past, and no advice." + (isSandbox ? " SANDBOX: the candles are simulated." : "");

    /// <summary>Writes an evaluation for people.</summary>
    public static void Write(TextWriter writer, ForecastDefinition definition, ForecastEvaluation evaluation)
    {
        Line($"{definition.Model}, {definition.Target.ToString().ToLowerInvariant()} {definition.Horizon} x {definition.Interval} ahead: {evaluation.Count} forecasts in {evaluation.Folds} folds, {evaluation.From:yyyy-MM-dd} to {evaluation.To:yyyy-MM-dd}");
        Line($"  {"",-10} {"MAE",10} {"RMSE",10} {"MASE",7} {"direction",10} {"(95 %)",16} {"pinball",10} {"coverage",9}");
        foreach (var score in evaluation.Scores)
        {
            var hits = score.Hits is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{score.HitsLow:0.0%} to {score.HitsHigh:0.0%}");
            Line($"  {score.Name,-10} {score.Mae,10:0.000000} {score.Rmse,10:0.000000} {score.Mase,7:0.000} {score.Hits,10:0.0%} {hits,16} {score.Pinball,10:0.000000} {score.Coverage,9:0.0%}");
        }

        Line($"  skill against no change {evaluation.Skill:0.0000} (95 %: {evaluation.SkillLow:0.0000} to {evaluation.SkillHigh:0.0000}); Diebold-Mariano {evaluation.DieboldMariano:0.00}, p {evaluation.DieboldMarianoP:0.000}");
        Line($"  by regime: {string.Join(", ", evaluation.Regimes.Select(regime => string.Create(CultureInfo.InvariantCulture, $"{regime.Name} {regime.Skill:0.0000}")))}");
        if (evaluation.Followed is { } followed)
        {
            Line($"  BACKTEST of following it at {followed.Cost:0.00%} a change: {Math.Exp(followed.Return) - 1:0.0%} in {followed.Changes} changes; buying and holding {Math.Exp(followed.BuyAndHold) - 1:0.0%}");
        }

        Line($"  {evaluation.Verdict}");

        void Line(FormattableString text) => writer.WriteLine(text.ToString(CultureInfo.InvariantCulture).TrimEnd());
    }

    /// <summary>Writes evaluations as JSON.</summary>
    public static void WriteJson(Stream output, ForecastSeries series, IEnumerable<(ForecastDefinition Definition, ForecastEvaluation Evaluation)> evaluated)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("kind", "evaluation");
        json.WriteString("series", series.Name);
        if (series.IsSandbox)
        {
            json.WriteBoolean("sandbox", true);
        }

        json.WriteStartArray("models");
        foreach (var (definition, evaluation) in evaluated)
        {
            json.WriteStartObject();
            json.WritePropertyName("definition");
            json.WriteRawValue(ForecastText.Json(definition));
            json.WritePropertyName("evaluation");
            json.WriteRawValue(ForecastText.Json(evaluation));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a forecast for people.</summary>
    public static void Write(TextWriter writer, ModelCard card, Forecast forecast, TimeSpan age)
    {
        var skill = forecast.Skill is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $", skill {forecast.Skill:0.0000} ({forecast.SkillLow:0.0000} to {forecast.SkillHigh:0.0000})");
        Line($"{forecast.Series}: {forecast.Target.ToString().ToLowerInvariant()} at {forecast.At:u}, known at {forecast.KnownAt:u} ({(age > TimeSpan.Zero ? age : TimeSpan.Zero):d\\.hh\\:mm} ago), close {forecast.Close}");
        Line($"  point {forecast.Point:0.000000}{(forecast.Target is ForecastTarget.Return or ForecastTarget.Quantiles ? string.Create(CultureInfo.InvariantCulture, $" (price {forecast.Close * Math.Exp(forecast.Point):G8})") : "")}");
        foreach (var one in forecast.Band)
        {
            Line($"  {one.Level:0.0%} below {one.Value:0.000000}{(one.Price is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (price {one.Price:G8})"))}");
        }

        Line($"  model {card.Name} {card.Version}: {forecast.Verdict}{skill}");

        void Line(FormattableString text) => writer.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
