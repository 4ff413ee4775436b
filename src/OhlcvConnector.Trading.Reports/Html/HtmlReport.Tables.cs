using System.Globalization;

namespace OhlcvConnector.Trading.Reports;

/// <content>Tables: figures, trades, assumptions, and a search's variants.</content>
public static partial class HtmlReport
{
    private const int ShownTrades = 500;
    private const int ShownVariants = 10;

    private static void WriteFigures(TextWriter output, ReportSubject subject)
    {
        output.Write("<h2>Statistics</h2><section class=\"card\"><table class=\"facts\">");
        foreach (var group in Figures.Of(subject).GroupBy(figure => figure.Group))
        {
            output.Write($"<tr><th colspan=\"3\">{Text(group.Key)}</th></tr>\n");
            foreach (var figure in group)
            {
                output.Write($"<tr><td>{Text(figure.Label)}</td><td>{Text(figure.Value)}</td><td>{Text(figure.Meaning)}</td></tr>\n");
            }
        }

        output.Write("</table></section>\n");
    }

    private static void WriteTrades(TextWriter output, BacktestResult result)
    {
        var trades = result.Trades;
        if (trades.Count == 0)
        {
            return;
        }

        output.Write("<h2>Trades</h2>");
        output.Write(trades.Count > ShownTrades ? $"<p>The first {ShownTrades} of {trades.Count}.</p>" : "");
        output.Write("<section class=\"card scroll\"><table class=\"trades\"><tr><th>entry</th><th>series</th><th>side</th><th>quantity</th><th>entry price</th><th>exit</th>");
        output.Write("<th>exit price</th><th>profit</th><th>return</th><th>worst</th><th>best</th><th>closed by</th></tr>\n");
        foreach (var trade in trades.Take(ShownTrades))
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"<tr><td>{Time(trade.EntryMs)}</td><td>{Text(trade.Series.Name)}</td><td>{TradeFile.Name(trade.Side)}</td><td>{Math.Abs(trade.Quantity):0.########}</td><td>{trade.EntryPrice:0.########}</td><td>{Time(trade.ExitMs)}</td><td>{trade.ExitPrice:0.########}</td><td{Sign((double)trade.Profit)}>{Figures.Money(trade.Profit)}</td><td{Sign((double)trade.Return)}>{trade.Return * 100:0.00} %</td><td>{trade.WorstReturn * 100:0.00} %</td><td>{trade.BestReturn * 100:0.00} %</td><td>{TradeFile.Name(trade.Reason)}</td></tr>\n"));
        }

        output.Write("</table></section>\n");
    }

    private static void WriteAssumptions(TextWriter output, ReportSubject subject)
    {
        output.Write("<h2>What was assumed</h2><section class=\"card\"><table class=\"settings\">");
        var parameters = subject.Settings.Count > 0 ? subject.SettingsInWords : "defaults";
        var rejected = subject.Result.Orders.Where(order => order.State == OrderState.Rejected).ToList();
        IEnumerable<(string Name, string Value)> rows =
        [
            ("Parameters", parameters),
            ("Series", string.Join("; ", subject.Result.Data.Select(one => $"{one.Name}, {one.Candles.Count} candles"))),
            .. Assumptions.Of(subject.Result),
            ("Days of a year", subject.DaysPerYear.ToString(CultureInfo.InvariantCulture)),
            ("Rejected orders", rejected.Count == 0 ? "none" : $"{rejected.Count}, the first because {rejected[0].Reason}"),
            .. subject.Notes,
            ("Not counted", "Taxes, withdrawals, and the market's answer to one's own orders. Series that no longer exist are not among them (survivorship)."),
        ];
        foreach (var (name, value) in rows)
        {
            output.Write($"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>\n");
        }

        output.Write("</table></section>\n");
    }

    private static void WriteSearch(TextWriter output, ReportSubject subject)
    {
        if (subject.Search is not { } search)
        {
            return;
        }

        var ranked = search.Ranked.Where(one => one.Score is not null).ToList();
        output.Write($"<h2>The best of {search.Ranked.Count} variants</h2><p>By {Text(search.Goal)}. The charts below are those of the first, on the candles that the search has seen.</p>");
        output.Write("<section class=\"card scroll\"><table><tr><th>parameters</th><th>return</th><th>Sharpe ratio</th><th>deepest drawdown</th><th>trades</th></tr>\n");
        foreach (var one in ranked.Take(ShownVariants))
        {
            Row(string.Join(", ", one.Settings.Select(setting => FormattableString.Invariant($"{setting.Key} {setting.Value}"))), one.Statistics!);
        }

        if (search.Unseen is { } unseen)
        {
            Row("the first of them on candles that the search has not seen", unseen);
        }

        output.Write("</table>");
        if (search.DeflatedSharpe is { } deflated)
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"<p class=\"notice\">Deflated Sharpe ratio {deflated:0.00}: {(deflated < 0.95 ? "the best of as many worthless variants would look like this; luck explains it." : "more than the luck of trying so many.")}</p>"));
        }

        output.Write("</section>\n");
        if (HeatMap.Of(search.Ranked) is { } map)
        {
            WriteMap(output, map, search.Goal);
        }

        void Row(string name, BacktestStatistics of) => output.Write(
            $"<tr><td>{Text(name)}</td><td{Sign(of.ReturnPercent)}>{Figures.Percent(of.ReturnPercent)}</td><td>{Figures.Plain(of.SharpeRatio)}</td><td>{Figures.Percent(of.MaxDrawdownPercent)}</td><td>{of.Trades}</td></tr>\n");
    }

    private static void WriteMap(TextWriter output, HeatMap map, string goal)
    {
        var scores = map.Scores.Cast<double?>().Where(score => score is not null).Select(score => Math.Abs(score!.Value)).DefaultIfEmpty(0).Max();
        output.Write($"<h2>Heat map</h2><p>The {Text(goal)} by {Text(map.Across)} (across) and {Text(map.Down)} (down). A best one amid bad ones is luck; a broad field is worth more.</p>");
        output.Write("<section class=\"card scroll\"><table class=\"map\"><tr><th></th>");
        output.Write(string.Concat(map.Columns.Select(value => FormattableString.Invariant($"<th>{value}</th>"))));
        output.Write("</tr>\n");
        for (var row = 0; row < map.Rows.Count; row++)
        {
            output.Write(FormattableString.Invariant($"<tr><th>{map.Rows[row]}</th>"));
            for (var column = 0; column < map.Columns.Count; column++)
            {
                var best = map.Best == (row, column) ? " best" : "";
                output.Write(map.Scores[row, column] is { } score
                    ? string.Create(CultureInfo.InvariantCulture, $"<td class=\"{Shade(score, scores)}{best}\">{score:0.00}</td>")
                    : "<td>-</td>");
            }

            output.Write("</tr>\n");
        }

        output.Write("</table></section>\n");
    }

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
