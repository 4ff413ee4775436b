using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Writes what came of a backtest: for people, as JSON without rounding, and its trades as CSV.</summary>
internal static class BacktestReport
{
    private const int FewDays = 30;

    /// <summary>Writes the report for people.</summary>
    public static void WriteText(TextWriter writer, string strategy, BacktestResult result, BacktestStatistics statistics, bool isSandbox)
    {
        ReportParts.WriteHead(writer, strategy, result.Data, isSandbox);
        foreach (var (label, value) in Lines(statistics))
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {label,-26}{value,16}"));
        }

        if ((statistics.End - statistics.Start).TotalDays < FewDays)
        {
            writer.WriteLine($"Figures of a year, drawn from less than {FewDays} days, say little.");
        }

        var rejected = result.Orders.Where(order => order.State == OrderState.Rejected).ToList();
        if (rejected.Count > 0)
        {
            writer.WriteLine($"{rejected.Count} orders were rejected, the first because {rejected[0].Reason}.");
        }
    }

    /// <summary>Writes the report as JSON, numbers as they were calculated.</summary>
    public static void WriteJson(
        Stream output, string strategy, IReadOnlyDictionary<string, decimal> settings, BacktestResult result, BacktestStatistics statistics, bool isSandbox,
        string? lookAhead) => ReportParts.WriteJson(output, "backtest", strategy, isSandbox, json =>
    {
        ReportParts.WriteParameters(json, settings);
        json.WriteStartArray("series");
        foreach (var one in result.Data)
        {
            json.WriteStringValue(one.Name);
        }

        json.WriteEndArray();
        json.WritePropertyName("statistics");
        WriteStatistics(json, statistics);
        WriteTrades(json, result);
        json.WriteNumber("rejectedOrders", result.Orders.Count(order => order.State == OrderState.Rejected));
        if (lookAhead is not null)
        {
            json.WriteString("lookAhead", lookAhead);
        }
    });

    /// <summary>Writes the trades as CSV.</summary>
    public static void WriteTradesCsv(TextWriter writer, BacktestResult result)
    {
        writer.WriteLine("series,side,quantity,entry_time,entry_price,exit_time,exit_price,fees,profit,return_percent,worst_percent,best_percent,reason");
        foreach (var trade in result.Trades)
        {
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{trade.Series.Name},{Name(trade.Side)},{Exact(Math.Abs(trade.Quantity))},{Time(trade.EntryMs)},{Exact(trade.EntryPrice)},{Time(trade.ExitMs)},{Exact(trade.ExitPrice)},{Exact(trade.Fees)},{Exact(trade.Profit)},{Exact(trade.Return * 100)},{Exact(trade.WorstReturn * 100)},{Exact(trade.BestReturn * 100)},{Name(trade.Reason)}"));
        }
    }

    private static string Name(Side side) => side == Side.Buy ? "long" : "short";

    private static string Name(FillReason reason) => reason switch
    {
        FillReason.StopLoss => "stop-loss",
        FillReason.TakeProfit => "take-profit",
        FillReason.Liquidation => "liquidation",
        FillReason.End => "end",
        _ => "order",
    };

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Label, string Value)> Lines(BacktestStatistics of)
    {
        yield return ("start", Day(of.Start));
        yield return ("end", Day(of.End));
        yield return ("return", ReportParts.Percent(of.ReturnPercent));
        yield return ("buy and hold", ReportParts.Percent(of.BuyAndHoldReturnPercent));
        yield return ("return a year", ReportParts.Percent(of.AnnualReturnPercent));
        yield return ("CAGR", ReportParts.Percent(of.CagrPercent));
        yield return ("volatility a year", ReportParts.Percent(of.AnnualVolatilityPercent));
        yield return ("Sharpe ratio", ReportParts.Plain(of.SharpeRatio));
        yield return ("Sortino ratio", ReportParts.Plain(of.SortinoRatio));
        yield return ("Calmar ratio", ReportParts.Plain(of.CalmarRatio));
        yield return ("alpha", ReportParts.Percent(of.AlphaPercent));
        yield return ("beta", ReportParts.Plain(of.Beta));
        yield return ("deepest drawdown", ReportParts.Percent(of.MaxDrawdownPercent));
        yield return ("mean drawdown", ReportParts.Percent(of.AverageDrawdownPercent));
        yield return ("longest drawdown", DaysOf(of.MaxDrawdownDays));
        yield return ("exposure", ReportParts.Percent(of.ExposureTimePercent));
        yield return ("turnover a year", ReportParts.Plain(of.TurnoverPerYear));
        yield return ("final equity", Money(of.EquityFinal));
        yield return ("highest equity", Money(of.EquityPeak));
        yield return ("commissions", Money(of.Commissions));
        yield return ("funding", Money(of.Funding));
        yield return ("trades", of.Trades.ToString(CultureInfo.InvariantCulture));
        yield return ("win rate", ReportParts.Percent(of.WinRatePercent));
        yield return ("best trade", ReportParts.Percent(of.BestTradePercent));
        yield return ("worst trade", ReportParts.Percent(of.WorstTradePercent));
        yield return ("mean trade", ReportParts.Percent(of.AverageTradePercent));
        yield return ("expectancy", ReportParts.Percent(of.ExpectancyPercent));
        yield return ("profit factor", ReportParts.Plain(of.ProfitFactor));
        yield return ("SQN", ReportParts.Plain(of.Sqn));
        yield return ("Kelly criterion", ReportParts.Plain(of.KellyCriterion));
        yield return ("longest trade", DaysOf(of.MaxTradeDays));
        yield return ("mean trade length", DaysOf(of.AverageTradeDays));
    }

    private static string Money(decimal value) => value.ToString(Math.Abs(value) is > 0 and < 100 ? "0.00######" : "0.00", CultureInfo.InvariantCulture);

    private static string Exact(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string DaysOf(double? value) => value is { } number ? number.ToString("0.##", CultureInfo.InvariantCulture) + " days" : "-";

    /// <summary>Writes statistics as an object.</summary>
    public static void WriteStatistics(Utf8JsonWriter json, BacktestStatistics statistics)
    {
        json.WriteStartObject();
        json.WriteString("start", Time(statistics.Start.ToUnixTimeMilliseconds()));
        json.WriteString("end", Time(statistics.End.ToUnixTimeMilliseconds()));
        foreach (var (name, value) in Numbers(statistics))
        {
            json.WriteNumberOrNull(name, value);
        }

        json.WriteNumber("equityFinal", statistics.EquityFinal);
        json.WriteNumber("equityPeak", statistics.EquityPeak);
        json.WriteNumber("commissions", statistics.Commissions);
        json.WriteNumber("funding", statistics.Funding);
        json.WriteNumber("trades", statistics.Trades);
        json.WriteEndObject();
    }

    private static IEnumerable<(string Name, double? Value)> Numbers(BacktestStatistics of) =>
    [
        ("durationDays", of.DurationDays), ("exposureTimePercent", of.ExposureTimePercent), ("returnPercent", of.ReturnPercent),
        ("buyAndHoldReturnPercent", of.BuyAndHoldReturnPercent), ("annualReturnPercent", of.AnnualReturnPercent),
        ("annualVolatilityPercent", of.AnnualVolatilityPercent), ("cagrPercent", of.CagrPercent), ("sharpeRatio", of.SharpeRatio),
        ("sortinoRatio", of.SortinoRatio), ("calmarRatio", of.CalmarRatio), ("alphaPercent", of.AlphaPercent), ("beta", of.Beta),
        ("maxDrawdownPercent", of.MaxDrawdownPercent), ("averageDrawdownPercent", of.AverageDrawdownPercent), ("maxDrawdownDays", of.MaxDrawdownDays),
        ("averageDrawdownDays", of.AverageDrawdownDays), ("winRatePercent", of.WinRatePercent), ("bestTradePercent", of.BestTradePercent),
        ("worstTradePercent", of.WorstTradePercent), ("averageTradePercent", of.AverageTradePercent), ("maxTradeDays", of.MaxTradeDays),
        ("averageTradeDays", of.AverageTradeDays), ("profitFactor", of.ProfitFactor), ("expectancyPercent", of.ExpectancyPercent), ("sqn", of.Sqn),
        ("kellyCriterion", of.KellyCriterion), ("turnoverPerYear", of.TurnoverPerYear),
    ];

    private static void WriteTrades(Utf8JsonWriter json, BacktestResult result)
    {
        json.WriteStartArray("trades");
        foreach (var trade in result.Trades)
        {
            json.WriteStartObject();
            json.WriteString("series", trade.Series.Name);
            json.WriteString("side", Name(trade.Side));
            json.WriteNumber("quantity", Math.Abs(trade.Quantity));
            json.WriteString("entryTime", Time(trade.EntryMs));
            json.WriteNumber("entryPrice", trade.EntryPrice);
            json.WriteString("exitTime", Time(trade.ExitMs));
            json.WriteNumber("exitPrice", trade.ExitPrice);
            json.WriteNumber("fees", trade.Fees);
            json.WriteNumber("profit", trade.Profit);
            json.WriteNumber("returnPercent", trade.Return * 100);
            json.WriteNumber("worstPercent", trade.WorstReturn * 100);
            json.WriteNumber("bestPercent", trade.BestReturn * 100);
            json.WriteString("reason", Name(trade.Reason));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
