using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Reports;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Writes what came of a backtest: for people, and as JSON without rounding.</summary>
internal static class BacktestReport
{
    private const int FewDays = 30;

    /// <summary>Writes the report for people.</summary>
    public static void WriteText(TextWriter writer, ReportSubject subject)
    {
        var (result, statistics) = (subject.Result, subject.Statistics);
        ReportParts.WriteHead(writer, subject.Strategy, result.Data, subject.IsSandbox);
        foreach (var figure in Figures.Of(subject))
        {
            writer.WriteLine($"  {figure.Label,-26}{figure.Value,16}");
        }

        if ((statistics.End - statistics.Start).TotalDays < FewDays)
        {
            writer.WriteLine($"Figures of a year, drawn from less than {FewDays} days, say little.");
        }

        if (result.FilledByFine + result.LackingFine > 0)
        {
            writer.WriteLine($"{result.FilledByFine} candles were filled by finer ones, {result.LackingFine} by themselves: their finer ones do not make them up.");
        }

        var rejected = result.Orders.Where(order => order.State == OrderState.Rejected).ToList();
        if (rejected.Count > 0)
        {
            writer.WriteLine($"{rejected.Count} orders were rejected, the first because {rejected[0].Reason}.");
        }
    }

    /// <summary>Writes the report as JSON, numbers as they were calculated.</summary>
    public static void WriteJson(Stream output, ReportSubject subject, string? lookAhead) =>
        ReportParts.WriteJson(output, "backtest", subject.Strategy, subject.IsSandbox, json =>
    {
        var result = subject.Result;
        ReportParts.WriteParameters(json, subject.Settings);
        json.WriteStartArray("series");
        foreach (var one in result.Data)
        {
            json.WriteStringValue(one.Name);
        }

        json.WriteEndArray();
        json.WritePropertyName("statistics");
        WriteStatistics(json, subject.Statistics);
        var interval = SharpeLuck.Interval(result, subject.DaysPerYear);
        json.WriteNumberOrNull("sharpeLow", interval?.Low);
        json.WriteNumberOrNull("sharpeHigh", interval?.High);
        json.WriteNumber("filledByFine", result.FilledByFine);
        json.WriteNumber("lackingFine", result.LackingFine);
        WriteTrades(json, result);
        json.WriteNumber("rejectedOrders", result.Orders.Count(order => order.State == OrderState.Rejected));
        if (lookAhead is not null)
        {
            json.WriteString("lookAhead", lookAhead);
        }
    });

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

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
        json.WriteNumber("slippage", statistics.Slippage);
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
        ("kellyCriterion", of.KellyCriterion), ("averageWorstPercent", of.AverageWorstPercent), ("averageBestPercent", of.AverageBestPercent), ("turnoverPerYear", of.TurnoverPerYear),
    ];

    private static void WriteTrades(Utf8JsonWriter json, BacktestResult result)
    {
        json.WriteStartArray("trades");
        foreach (var trade in result.Trades)
        {
            json.WriteStartObject();
            json.WriteString("series", trade.Series.Name);
            json.WriteString("side", TradeFile.Name(trade.Side));
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
            json.WriteString("reason", TradeFile.Name(trade.Reason));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
