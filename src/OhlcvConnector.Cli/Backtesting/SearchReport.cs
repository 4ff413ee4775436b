using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Writes what a search over parameters found, with what is left of it on candles that it has not seen.</summary>
internal sealed class SearchReport(TextWriter writer, Stream output, bool isJson, string strategy, IReadOnlyList<BacktestSeries> data, bool isSandbox)
{
    private const int Shown = 10;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Writes a ranking.</summary>
    /// <param name="found">The variants, the best first.</param>
    /// <param name="unseen">The best on the candles that were held out; null for none.</param>
    /// <param name="options">The search.</param>
    public void Write(IReadOnlyList<TriedVariant> found, BacktestStatistics? unseen, SearchOptions options)
    {
        var ranked = found.Where(one => one.Score is not null).ToList();
        var deflated = ranked.Count > 1 ? SharpeLuck.Deflated(ranked[0].Result!, [.. ranked.Select(one => one.Result!)]) : null;
        var interval = ranked.Count > 0 ? SharpeLuck.Interval(ranked[0].Result!, options.DaysPerYear) : null;
        if (isJson)
        {
            Json(json =>
            {
                json.WriteNumber("tried", found.Count);
                Number(json, "deflatedSharpe", deflated);
                Number(json, "sharpeLow", interval?.Low);
                Number(json, "sharpeHigh", interval?.High);
                json.WriteStartArray("variants");
                ranked.ForEach(one => Variant(json, one.Settings, ("seen", one.Statistics), ("unseen", one == ranked[0] ? unseen : null)));
                json.WriteEndArray();
            });
            return;
        }

        Head();
        writer.WriteLine($"The best of {found.Count} by {Word(options.Goal)}:");
        Row("parameters", "return", "Sharpe", "drawdown", "trades");
        foreach (var one in ranked.Take(Shown))
        {
            Row(Words(one.Settings), one.Statistics!);
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
                    $"Deflated Sharpe ratio {probability:0.00}: {(probability < 0.95 ? $"the best of {ranked.Count} worthless variants would look like this; luck explains it." : "more than the luck of trying so many.")}"));
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
                Number(json, "unseenReturnPercent", (growth - 1) * 100);
                json.WriteStartArray("folds");
                foreach (var fold in folds)
                {
                    Variant(json, fold.Settings, ("seen", fold.Trained), ("unseen", fold.Tested));
                }

                json.WriteEndArray();
            });
            return;
        }

        Head();
        writer.WriteLine($"Walk-forward: of {variants} variants the best by {Word(options.Goal)} on all candles before, run on those after.");
        Row("unseen from", "seen", "unseen", "Sharpe", "trades");
        foreach (var fold in folds)
        {
            Row(
                $"{fold.From:yyyy-MM-dd} {Words(fold.Settings)}", Percent(fold.Trained.ReturnPercent), Percent(fold.Tested.ReturnPercent),
                Plain(fold.Tested.SharpeRatio), fold.Tested.Trades.ToString(CultureInfo.InvariantCulture));
        }

        writer.WriteLine($"All unseen parts together: {Percent((growth - 1) * 100)}");
    }

    private static string Word(SearchGoal goal) =>
        goal switch { SearchGoal.Return => "return", SearchGoal.Calmar => "Calmar ratio", SearchGoal.Sqn => "SQN", _ => "Sharpe ratio" };

    private static string Words(IReadOnlyDictionary<string, decimal> settings) =>
        string.Join(' ', settings.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}={one.Value}")));

    private static string Percent(double? value) => value is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) + " %" : "-";

    private static string Plain(double? value) => value is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) : "-";

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Variant(
        Utf8JsonWriter json, IReadOnlyDictionary<string, decimal> settings, params ReadOnlySpan<(string Name, BacktestStatistics? Of)> parts)
    {
        json.WriteStartObject();
        json.WriteStartObject("parameters");
        foreach (var (name, value) in settings)
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
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

    private void Head()
    {
        writer.WriteLine($"{BacktestReport.Notice}{(isSandbox ? " SANDBOX: the candles are simulated." : "")}");
        writer.WriteLine($"{strategy} on {string.Join(", ", data.Select(one => one.Name))}");
    }

    private void Row(string parameters, BacktestStatistics of) => Row(
        parameters, Percent(of.ReturnPercent), Plain(of.SharpeRatio), Percent(of.MaxDrawdownPercent), of.Trades.ToString(CultureInfo.InvariantCulture));

    private void Row(string first, params ReadOnlySpan<string> others)
    {
        writer.Write($"  {first,-36}");
        foreach (var other in others)
        {
            writer.Write($"{other,12}");
        }

        writer.WriteLine();
    }

    private void Json(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("kind", "backtest search");
            json.WriteString("notice", BacktestReport.Notice);
            if (isSandbox)
            {
                json.WriteBoolean("sandbox", true);
            }

            json.WriteString("strategy", strategy);
            write(json);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
