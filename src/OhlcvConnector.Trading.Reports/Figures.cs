using System.Globalization;

namespace OhlcvConnector.Trading.Reports;

/// <summary>A figure of a report: what it is called, what it is, and what it means.</summary>
/// <param name="Group">Heading that it stands under.</param>
/// <param name="Label">Name.</param>
/// <param name="Value">Value, rounded for people; a dash for none.</param>
/// <param name="Meaning">What it means, in a sentence.</param>
public sealed record Figure(string Group, string Label, string Value, string Meaning);

/// <summary>Says the statistics of a run for people.</summary>
public static class Figures
{
    /// <summary>Returns all figures, in the order of a report.</summary>
    public static IReadOnlyList<Figure> Of(BacktestStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return [.. Run(statistics), .. Risk(statistics), .. Account(statistics), .. Trades(statistics)];
    }

    /// <summary>Returns all figures of a run, with the interval of its Sharpe ratio.</summary>
    public static IReadOnlyList<Figure> Of(ReportSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var interval = SharpeLuck.Interval(subject.Result, subject.DaysPerYear);
        List<Figure> figures = [.. Of(subject.Statistics)];
        figures.Insert(
            figures.FindIndex(figure => figure.Label == "Sharpe ratio") + 1,
            new Figure(
                "Risk", "Sharpe, 95 of 100", interval is { } range ? $"{Plain(range.Low)} to {Plain(range.High)}" : "-",
                "Interval of the Sharpe ratios of runs whose days are drawn anew from this one: how much of it may be luck."));
        return figures;
    }

    /// <summary>A share in per cent for people; a dash for none.</summary>
    public static string Percent(double? value) => value is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) + " %" : "-";

    /// <summary>A number for people; a dash for none.</summary>
    public static string Plain(double? value) => value is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) : "-";

    /// <summary>An amount of money for people; small ones, as of coins, with more digits.</summary>
    public static string Money(decimal value) => value.ToString(Math.Abs(value) is > 0 and < 100 ? "0.00######" : "0.00", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Days(double? value) => value is { } number ? number.ToString("0.##", CultureInfo.InvariantCulture) + " days" : "-";

    private static IEnumerable<Figure> Run(BacktestStatistics of)
    {
        const string Group = "Return";
        yield return new(Group, "start", Day(of.Start), "Open time of the first candle that was traded, UTC.");
        yield return new(Group, "end", Day(of.End), "Open time of the last candle, UTC.");
        yield return new(Group, "return", Percent(of.ReturnPercent), "What the money became, all costs paid.");
        yield return new(Group, "buy and hold", Percent(of.BuyAndHoldReturnPercent), "What buying at the beginning and holding would have brought, without costs.");
        yield return new(Group, "return a year", Percent(of.AnnualReturnPercent), "Geometric mean of the daily returns, to the power of a year's days.");
        yield return new(Group, "CAGR", Percent(of.CagrPercent), "Compound annual growth rate by calendar days.");
        yield return new(Group, "alpha", Percent(of.AlphaPercent), "Return less beta times that of buying and holding.");
        yield return new(Group, "beta", Plain(of.Beta), "How much the equity moves with the market: 1 as the market, 0 apart from it.");
    }

    private static IEnumerable<Figure> Risk(BacktestStatistics of)
    {
        const string Group = "Risk";
        yield return new(Group, "volatility a year", Percent(of.AnnualVolatilityPercent), "Deviation of the daily returns, compounded to a year.");
        yield return new(Group, "Sharpe ratio", Plain(of.SharpeRatio), "Return a year over volatility a year, with a risk-free rate of 0.");
        yield return new(Group, "Sortino ratio", Plain(of.SortinoRatio), "Return a year over the deviation of days with a loss.");
        yield return new(Group, "Calmar ratio", Plain(of.CalmarRatio), "Return a year over the deepest drawdown.");
        yield return new(Group, "deepest drawdown", Percent(of.MaxDrawdownPercent), "Largest fall from a highest equity.");
        yield return new(Group, "mean drawdown", Percent(of.AverageDrawdownPercent), "Mean of the deepest points of all drawdowns.");
        yield return new(Group, "longest drawdown", Days(of.MaxDrawdownDays), "Longest time until a highest equity was reached again, or to the end.");
        yield return new(Group, "mean drawdown length", Days(of.AverageDrawdownDays), "Mean of these times.");
    }

    private static IEnumerable<Figure> Account(BacktestStatistics of)
    {
        const string Group = "Account and costs";
        yield return new(Group, "exposure", Percent(of.ExposureTimePercent), "Share of candles with a position.");
        yield return new(Group, "turnover a year", Plain(of.TurnoverPerYear), "Value of all fills over the mean equity, a year.");
        yield return new(Group, "final equity", Money(of.EquityFinal), "Cash and positions at the end.");
        yield return new(Group, "highest equity", Money(of.EquityPeak), "Most that it was.");
        yield return new(Group, "commissions", Money(of.Commissions), "Fees of all fills.");
        yield return new(Group, "spread and slippage", Money(of.Slippage), "What they took; it is in the fills' prices.");
        yield return new(Group, "funding", Money(of.Funding), "Funding paid, less what was received.");
    }

    private static IEnumerable<Figure> Trades(BacktestStatistics of)
    {
        const string Group = "Trades";
        yield return new(Group, "trades", of.Trades.ToString(CultureInfo.InvariantCulture), "Round trips that were closed. Their figures are after fees.");
        yield return new(Group, "win rate", Percent(of.WinRatePercent), "Share of trades with a profit.");
        yield return new(Group, "best trade", Percent(of.BestTradePercent), "Highest return of a trade.");
        yield return new(Group, "worst trade", Percent(of.WorstTradePercent), "Lowest return of a trade.");
        yield return new(Group, "mean trade", Percent(of.AverageTradePercent), "Geometric mean of the trades' returns.");
        yield return new(Group, "expectancy", Percent(of.ExpectancyPercent), "Arithmetic mean of the trades' returns.");
        yield return new(Group, "profit factor", Plain(of.ProfitFactor), "Sum of the winners' returns over that of the losers'.");
        yield return new(Group, "SQN", Plain(of.Sqn), "System quality number: root of the trades' count times mean profit over its deviation.");
        yield return new(Group, "Kelly criterion", Plain(of.KellyCriterion), "Share of winners less that of losers over the ratio of mean winner to mean loser.");
        yield return new(Group, "mean worst (MAE)", Percent(of.AverageWorstPercent), "Mean of how far trades went against themselves, before fees.");
        yield return new(Group, "mean best (MFE)", Percent(of.AverageBestPercent), "Mean of how far trades went for themselves, before fees.");
        yield return new(Group, "longest trade", Days(of.MaxTradeDays), "Longest time between entry and exit.");
        yield return new(Group, "mean trade length", Days(of.AverageTradeDays), "Mean time between entry and exit.");
    }
}
