using OhlcvConnector.Cli.Settings;
using System.Globalization;
using OhlcvConnector.Cli.Output;
using Spectre.Console;

namespace OhlcvConnector.Cli.Watching;

/// <summary>Lays rows out as a table that fits a width: what matters less is left out where there is no room.</summary>
internal static class WatchTable
{
    private const int WidestTrend = 40;
    private const int NarrowestTrend = 8;
    private const int Padding = 2;

    private const int State = 8;

    private static readonly string[] Names = ["exchange", "symbol", "last", "change", "low", "high", "volume", "age", "state"];
    private static readonly bool[] IsRight = [false, false, true, true, true, true, true, true, false];
    private static readonly int[][] LeaveOutFirst = [[4, 5], [6], [7], [3]]; // the range, the volume, the age, the change

    /// <summary>The table, without its title.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="width">The width in characters.</param>
    /// <param name="isPlain">True when the terminal shows nothing but ASCII.</param>
    /// <param name="age">Returns the time since a moment of the terminal's clock.</param>
    /// <param name="state">Returns the state of a row's connection.</param>
    public static Table Create(IReadOnlyList<WatchRow> rows, int width, bool isPlain, Func<long, TimeSpan> age, Func<WatchRow, string> state)
    {
        var snapshots = rows.Select(row => (row.Target, row.Facts, State: state(row))).ToList();
        var cells = snapshots.Select(row => Cells(row.Target, row.Facts, age, row.State, rows[0].Columns.Count)).ToList();
        string[] names = [.. Names, .. rows[0].Columns];
        var columns = Enumerable.Range(0, names.Length).Where(column => column != State).Append(State).ToList(); // the state is last
        var widths = names.Select((name, column) => Math.Max(name.Length, cells.Max(row => row[column].Text.Length))).ToArray();
        foreach (var spare in LeaveOutFirst.TakeWhile(_ => Used(columns, widths) > width))
        {
            columns.RemoveAll(spare.Contains);
        }

        while (Used(columns, widths) > width && columns.FindLastIndex(column => column > State) is >= 0 and var last)
        {
            columns.RemoveAt(last); // indicators' values, from the last on
        }

        var trend = Math.Min(WidestTrend, width - Used(columns, widths));
        var table = new Table { Border = TableBorder.None, UseSafeBorder = isPlain }.Width(width);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(names[column], new Style(decoration: Decoration.Dim)))
            {
                Alignment = column >= IsRight.Length || IsRight[column] ? Justify.Right : Justify.Left,
                NoWrap = true,
                Width = widths[column],
                Padding = new Padding(0, 0, Padding, 0),
            });
        }

        if (trend >= NarrowestTrend)
        {
            table.AddColumn(new TableColumn(new Text("trend", new Style(decoration: Decoration.Dim))) { NoWrap = true, Padding = new Padding(0) });
        }

        foreach (var (cell, (_, facts, _)) in cells.Zip(snapshots))
        {
            var texts = columns.Select(column => new Text(cell[column].Text, cell[column].Style)).ToList();
            if (trend >= NarrowestTrend)
            {
                texts.Add(new Text(facts is null ? "" : Sparkline.Draw(facts.Closes, trend, isPlain), new Style(Color.Teal)));
            }

            table.AddRow(texts);
        }

        return table;
    }

    /// <summary>A row as one plain line, for whoever is no terminal.</summary>
    public static string Line(WatchRow row, DateTimeOffset now, TimeStyle times, string state)
    {
        var facts = row.Facts;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(times == TimeStyle.Iso ? $"{now.UtcDateTime:HH:mm:ss}Z" : times.Text(now))} {Name(row.Target, facts)}:{row.Target.Symbol} {(facts is null ? "-" : $"{Number(facts.Last)} {Percent(facts.Change)} low {Number(facts.Low)} high {Number(facts.High)} volume {Short(facts.Volume)}{Values(row.Columns, facts.Values)}")} {state}");
    }

    /// <summary>A number of any size in at most seven characters.</summary>
    public static string Short(decimal? value) => value switch
    {
        null => "-",
        >= 1_000_000_000_000 => Scaled(value.Value / 1_000_000_000_000, "T"),
        >= 1_000_000_000 => Scaled(value.Value / 1_000_000_000, "G"),
        >= 1_000_000 => Scaled(value.Value / 1_000_000, "M"),
        >= 10_000 => Scaled(value.Value / 1_000, "k"),
        _ => value.Value.ToString(value < 100 ? "0.##" : "0.#", CultureInfo.InvariantCulture),
    };

    private static string Values(IReadOnlyList<string> columns, IReadOnlyList<double> values) =>
        string.Concat(columns.Zip(values, (column, value) => $" {column} {QuoteFields.Short(value)}"));

    private static int Used(List<int> columns, int[] widths) => columns.Sum(column => widths[column] + Padding);

    private static (string Text, Style Style)[] Cells(SeriesTarget target, WatchFacts? facts, Func<long, TimeSpan> age, string state, int values)
    {
        var plain = Style.Plain;
        (string, Style)[] what = [(Name(target, facts), plain), (target.Symbol, new Style(decoration: Decoration.Bold))];
        var how = (state, new Style(state == WatchStates.Live ? Color.Green : state is WatchStates.Connecting or WatchStates.Quiet ? Color.Yellow : Color.Red));
        return facts is null
            ? [.. what, .. Enumerable.Repeat(("-", plain), 6), how, .. Enumerable.Repeat(("-", plain), values)]
            :
            [
                .. what,
                (Number(facts.Last), Coloured(facts.Direction)),
                (Percent(facts.Change), Coloured(Math.Sign(facts.Change))),
                (Number(facts.Low), plain),
                (Number(facts.High), plain),
                (Short(facts.Volume), plain),
                (Short(age(facts.HeardAt)), plain),
                how,
                .. facts.Values.Select(value => (QuoteFields.Short(value), plain)),
            ];
    }

    private static string Name(SeriesTarget target, WatchFacts? facts) =>
        (facts?.Market ?? target.Market) is { } market and not Domain.Market.Spot ? $"{target.Exchange}/{Domain.MarketNames.Name(market)}" : target.Exchange;

    private static Style Coloured(int sign) => sign switch { > 0 => new Style(Color.Green), < 0 => new Style(Color.Red), _ => Style.Plain };

    private static string Number(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string Percent(decimal part) => part.ToString("+0.00%;-0.00%;0.00%", CultureInfo.InvariantCulture);

    private static string Scaled(decimal value, string unit) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + unit;

    private static string Short(TimeSpan age) => age.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes}m");
}
