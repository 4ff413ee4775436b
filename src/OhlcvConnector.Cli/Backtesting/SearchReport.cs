using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Reports;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Writes what a search over parameters found, with what is left of it on candles that it has not seen.</summary>
internal sealed class SearchReport(TextWriter writer, Stream output, bool isJson, string strategy, IReadOnlyList<BacktestSeries> data, bool isSandbox)
{
    private const int Shown = 10;

    /// <summary>Writes a ranking.</summary>
    /// <param name="found">The variants, the best first.</param>
    /// <param name="best">Run of the best; null where there is none.</param>
    /// <param name="unseen">The best on the candles that were held out; null for none.</param>
    /// <param name="options">The search.</param>
    public void Write(IReadOnlyList<TriedVariant> found, BacktestResult? best, BacktestStatistics? unseen, SearchOptions options)
    {
        var ranked = found.Where(one => one.Score is not null).ToList();
        var deflated = best is null ? null : SharpeLuck.Deflated(best, found);
        var interval = best is null ? null : SharpeLuck.Interval(best, options.DaysPerYear);
        if (isJson)
        {
            Json(json =>
            {
                json.WriteNumber("tried", found.Count);
                json.WriteNumberOrNull("deflatedSharpe", deflated);
                json.WriteNumberOrNull("sharpeLow", interval?.Low);
                json.WriteNumberOrNull("sharpeHigh", interval?.High);
                json.WriteStartArray("variants");
                ranked.ForEach(one => Variant(json, one.Settings, ("seen", one.Statistics), ("unseen", one == ranked[0] ? unseen : null)));
                json.WriteEndArray();
            });
            return;
        }

        ReportParts.WriteHead(writer, strategy, data, isSandbox);
        writer.WriteLine($"The best of {found.Count} by {Word(options.Goal)}:");
        Row("parameters", "return", "Sharpe", "drawdown", "trades");
        foreach (var one in ranked.Take(Shown))
        {
            Row(Words(one.Settings), one.Statistics!);
        }

        if (HeatMap.Of(found) is { } map)
        {
            map.Write(writer, Word(options.Goal));
        }

        if (unseen is not null)
        {
            writer.WriteLine("The first of them on candles that the search has not seen:");
            Row(Words(ranked[0].Settings), unseen);
        }

        if (interval is { } range)
        {
            writer.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"95 of 100 resampled Sharpe ratios of it lie between {range.Low:0.00} and {range.High:0.00}."));
        }

        if (deflated is { } probability)
        {
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Deflated Sharpe ratio {probability:0.00}: {(probability < 0.95 ? $"the best of {found.Count} worthless variants would look like this; luck explains it." : "more than the luck of trying so many.")}"));
        }
    }

    /// <summary>Writes a walk-forward.</summary>
    /// <param name="folds">The folds.</param>
    /// <param name="variants">How many variants were tried for each.</param>
    /// <param name="options">The search.</param>
    public void Write(IReadOnlyList<WalkForwardFold> folds, int variants, SearchOptions options)
    {
        var growth = folds.Aggregate(1.0, (product, fold) => product * (1 + (fold.Tested.ReturnPercent / 100)));
        if (isJson)
        {
            Json(json =>
            {
                json.WriteNumber("tried", variants);
                json.WriteNumberOrNull("unseenReturnPercent", (growth - 1) * 100);
                json.WriteStartArray("folds");
                foreach (var fold in folds)
                {
                    Variant(json, fold.Settings, ("seen", fold.Trained), ("unseen", fold.Tested));
                }

                json.WriteEndArray();
            });
            return;
        }

        ReportParts.WriteHead(writer, strategy, data, isSandbox);
        writer.WriteLine($"Walk-forward: of {variants} variants the best by {Word(options.Goal)} on all candles before, run on those after.");
        Row("unseen from", "seen", "unseen", "Sharpe", "trades");
        foreach (var fold in folds)
        {
            Row(
                $"{fold.From:yyyy-MM-dd} {Words(fold.Settings)}",
                Figures.Percent(fold.Trained.ReturnPercent), Figures.Percent(fold.Tested.ReturnPercent),
                Figures.Plain(fold.Tested.SharpeRatio), fold.Tested.Trades.ToString(CultureInfo.InvariantCulture));
        }

        writer.WriteLine($"All unseen parts together: {Figures.Percent((growth - 1) * 100)}");
    }

    /// <summary>Words for a goal.</summary>
    public static string Word(SearchGoal goal) =>
        goal switch { SearchGoal.Return => "return", SearchGoal.Calmar => "Calmar ratio", SearchGoal.Sqn => "SQN", _ => "Sharpe ratio" };

    private static string Words(IReadOnlyDictionary<string, decimal> settings) =>
        string.Join(' ', settings.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}={one.Value}")));

    private static void Variant(
        Utf8JsonWriter json, IReadOnlyDictionary<string, decimal> settings, params ReadOnlySpan<(string Name, BacktestStatistics? Of)> parts)
    {
        json.WriteStartObject();
        ReportParts.WriteParameters(json, settings);
        foreach (var (name, statistics) in parts)
        {
            if (statistics is not null)
            {
                json.WritePropertyName(name);
                BacktestReport.WriteStatistics(json, statistics);
            }
        }

        json.WriteEndObject();
    }

    private void Row(string parameters, BacktestStatistics of) => Row(
        parameters, Figures.Percent(of.ReturnPercent), Figures.Plain(of.SharpeRatio), Figures.Percent(of.MaxDrawdownPercent),
        of.Trades.ToString(CultureInfo.InvariantCulture));

    private void Row(string first, params ReadOnlySpan<string> others)
    {
        writer.Write($"  {first,-36}");
        foreach (var other in others)
        {
            writer.Write($"{other,12}");
        }

        writer.WriteLine();
    }

    private void Json(Action<Utf8JsonWriter> write) => ReportParts.WriteJson(output, "backtest search", strategy, isSandbox, write);
}
