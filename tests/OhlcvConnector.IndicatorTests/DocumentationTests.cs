using System.Globalization;
using System.Text;
using OhlcvConnector.Indicators;
using OhlcvConnector.IndicatorTests.Truths;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

/// <summary>
/// The tables of docs/indicators.md are written from the kinds and the truths; a change of these is a change of the page, which this test writes.
/// </summary>
public class DocumentationTests
{
    private const string Begin = "<!-- generated: the tables; from here to the end this page is written by DocumentationTests -->";

    /// <summary>What each kind costs as it usually is, as the benchmark wrote it (docs/performance.md).</summary>
    private static readonly Dictionary<string, string> Costs = File.ReadLines(
        Path.Combine(Repository.Root, "tests/OhlcvConnector.IndicatorTests/Truths/costs.tsv"))
        .Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[1]);

    [Fact]
    public void Every_kind_was_measured() => Costs.Keys.ShouldBe(IndicatorCatalog.All.Select(kind => kind.Name), ignoreOrder: true);

    [Fact]
    public void The_tables_of_the_page_are_those_of_the_kinds()
    {
        var path = Path.Combine(Repository.Root, "docs/indicators.md");
        var page = File.ReadAllText(path);
        var written = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + "\n" + Tables();
        var received = Path.Combine(AppContext.BaseDirectory, "indicators.md");
        File.WriteAllText(received, written);

        page.ShouldBe(written, $"cp {received} {path}");
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        var truths = AllTruths.List.ToLookup(truth => truth.Of.Split(':', '@', '.')[0], StringComparer.OrdinalIgnoreCase);
        foreach (var group in IndicatorCatalog.All.GroupBy(kind => kind.Group))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Heading(group.Key)}\n");
            foreach (var kind in group)
            {
                Describe(kind, truths[kind.Name], text);
            }
        }

        return text.ToString();
    }

    private static string Heading(IndicatorGroup group) => group switch
    {
        IndicatorGroup.MovingAverage => "Moving averages",
        IndicatorGroup.Pattern => "Candle patterns",
        _ => group.ToString(),
    };

    private static void Describe(IndicatorKind kind, IEnumerable<Truth> truths, StringBuilder text)
    {
        var usual = kind.Make();
        text.Append(CultureInfo.InvariantCulture, $"\n### `{kind.Name}`: {kind.Title}\n\n| | |\n|---|---|\n");
        Row("asked for", $"`{kind}`, usually `{usual}`{(kind.Aliases.Count > 0 ? $"; also called {string.Join(", ", kind.Aliases.Select(alias => $"`{alias}`"))}" : "")}");
        Row("parameters", string.Join("; ", kind.Parameters.Select(parameter => $"`{parameter.Name}` {parameter.Range}")));
        Row("outputs", string.Join(
            ", ", kind.Outputs.Select((output, index) => string.Create(CultureInfo.InvariantCulture, $"`{output}` from candle {usual.WarmUpOf(index)}"))));
        Row("takes", Takes(kind));
        Row("formula", kind.Formula);
        Row("source", kind.Reference);
        Row("begins as", kind.Seed);
        Row("flat market", kind.Flat);
        Row("repaints", kind.Repaints ? "**yes**: later candles change it" : "");
        Row("costs", Costs.TryGetValue(kind.Name, out var cost) ? $"{cost} ns a candle" : "");
        Row("equals", string.Join("; ", truths.Select(Equality)));

        void Row(string name, string value)
        {
            if (value.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {value.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }
    }

    private static string Takes(IndicatorKind kind)
    {
        var parts = new List<string>();
        parts.Add(kind.Takes.HasFlag(BarParts.Prices) ? "open, high, low, close" : kind.Source.Name());
        if (kind.Takes.HasFlag(BarParts.Volume))
        {
            parts.Add("volume");
        }

        if (kind.Takes.HasFlag(BarParts.Time))
        {
            parts.Add("open time");
        }

        return string.Join(", ", parts);
    }

    private static string Equality(Truth truth)
    {
        var comparison = truth.Compare();
        var column = truth.Column.Length == 0 ? "" : " " + truth.Column;
        var power = comparison.Largest == 0 ? "0" : $"1e{Math.Ceiling(Math.Log10(comparison.Largest)).ToString(CultureInfo.InvariantCulture)}";
        return $"`{truth.Of}{(truth.Output is null ? "" : " " + truth.Output)}` {truth.File[..truth.File.IndexOf('/', StringComparison.Ordinal)]} {Path.GetFileName(truth.File)}{column}, {comparison.Compared.ToString(CultureInfo.InvariantCulture)} rows within {power}{(truth.Why is null ? "" : $" ({truth.Why})")}";
    }
}
