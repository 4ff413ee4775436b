using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>
/// Statistics of a backtest. Shares are in per cent; null stands for what cannot be calculated, such as a ratio without a trade. Definitions are those of the
/// <c>backtesting</c> package for Python, named beside each where others are usual.
/// </summary>
public sealed record BacktestStatistics
{
    /// <summary>Close time less the interval: open time of the first candle, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Open time of the last candle, UTC.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Days between <see cref="Start"/> and <see cref="End"/>.</summary>
    public required double DurationDays { get; init; }

    /// <summary>Share of candles with a position, entries' and exits' candles included.</summary>
    public required double ExposureTimePercent { get; init; }

    /// <summary>Equity at the end.</summary>
    public required decimal EquityFinal { get; init; }

    /// <summary>Highest equity.</summary>
    public required decimal EquityPeak { get; init; }

    /// <summary>Commissions of all fills.</summary>
    public required decimal Commissions { get; init; }

    /// <summary>What spread and slippage took; it is in the fills' prices.</summary>
    public required decimal Slippage { get; init; }

    /// <summary>Funding that was paid, less what was received.</summary>
    public required decimal Funding { get; init; }

    /// <summary>Return of the whole run.</summary>
    public required double ReturnPercent { get; init; }

    /// <summary>Return of buying the first series at a close and holding it, without costs.</summary>
    public required double BuyAndHoldReturnPercent { get; init; }

    /// <summary>Return of a year: the geometric mean of the daily returns, to the power of the trading days of a year.</summary>
    public required double? AnnualReturnPercent { get; init; }

    /// <summary>Volatility of a year, compounded: sqrt((s² + (1+g)²)^d - (1+g)^2d), s the sample deviation and g the geometric mean of daily returns.</summary>
    public required double? AnnualVolatilityPercent { get; init; }

    /// <summary>Compound annual growth rate, by calendar days and years of 365.25.</summary>
    public required double? CagrPercent { get; init; }

    /// <summary>Sharpe ratio: <see cref="AnnualReturnPercent"/> over <see cref="AnnualVolatilityPercent"/>; a risk-free rate of 0.</summary>
    public required double? SharpeRatio { get; init; }

    /// <summary>Sortino ratio: annual return over sqrt(mean(min(daily return, 0)²)) × sqrt(trading days of a year).</summary>
    public required double? SortinoRatio { get; init; }

    /// <summary>Calmar ratio: annual return over the deepest drawdown.</summary>
    public required double? CalmarRatio { get; init; }

    /// <summary>Return less what its beta explains of buying and holding.</summary>
    public required double? AlphaPercent { get; init; }

    /// <summary>Beta: covariance of the logarithmic returns of equity and first series, over the variance of the series'.</summary>
    public required double? Beta { get; init; }

    /// <summary>Deepest drawdown, below zero.</summary>
    public required double MaxDrawdownPercent { get; init; }

    /// <summary>Mean of the deepest points of all drawdowns, below zero; null without any.</summary>
    public required double? AverageDrawdownPercent { get; init; }

    /// <summary>Longest drawdown in days, rounded up to whole candles.</summary>
    public required double? MaxDrawdownDays { get; init; }

    /// <summary>Mean length of drawdowns in days, rounded up to whole candles.</summary>
    public required double? AverageDrawdownDays { get; init; }

    /// <summary>Number of closed trades.</summary>
    public required int Trades { get; init; }

    /// <summary>Share of trades with a profit.</summary>
    public required double? WinRatePercent { get; init; }

    /// <summary>Best return of a trade.</summary>
    public required double? BestTradePercent { get; init; }

    /// <summary>Worst return of a trade.</summary>
    public required double? WorstTradePercent { get; init; }

    /// <summary>Geometric mean of the trades' returns.</summary>
    public required double? AverageTradePercent { get; init; }

    /// <summary>Longest trade in days.</summary>
    public required double? MaxTradeDays { get; init; }

    /// <summary>Mean length of trades in days, rounded up to whole candles.</summary>
    public required double? AverageTradeDays { get; init; }

    /// <summary>Sum of the winners' returns over that of the losers'.</summary>
    public required double? ProfitFactor { get; init; }

    /// <summary>Arithmetic mean of the trades' returns.</summary>
    public required double? ExpectancyPercent { get; init; }

    /// <summary>System quality number: sqrt(trades) × mean profit / sample deviation of profits, in money.</summary>
    public required double? Sqn { get; init; }

    /// <summary>Kelly criterion: share of winners less that of losers over the ratio of mean winner to mean loser.</summary>
    public required double? KellyCriterion { get; init; }

    /// <summary>Mean of the worst returns that trades showed (maximum adverse excursion), before fees.</summary>
    public required double? AverageWorstPercent { get; init; }

    /// <summary>Mean of the best returns that trades showed (maximum favourable excursion), before fees.</summary>
    public required double? AverageBestPercent { get; init; }

    /// <summary>Value of all fills over the mean equity, a year.</summary>
    public required double? TurnoverPerYear { get; init; }

    /// <summary>Calculates the statistics of a run.</summary>
    /// <param name="result">The run.</param>
    /// <param name="daysPerYear">
    /// Trading days of a year: 365 where markets never close, 252 for stocks. Of candles that are longer than a day their number counts: 52 weeks, 12 months.
    /// </param>
    /// <param name="benchmarkFrom">
    /// Number of the first series' candle from whose close buying and holding is counted; see <see cref="StrategyKind.BenchmarkFrom"/>.
    /// </param>
    /// <exception cref="InvalidSettingException">A year cannot have so many days.</exception>
    public static BacktestStatistics Of(BacktestResult result, int daysPerYear = 365, int benchmarkFrom = 0)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (daysPerYear is < 1 or > 366)
        {
            throw new InvalidSettingException($"A year has 1 to 366 trading days, and not {daysPerYear}.");
        }

        var candles = TradedCandles(result);
        if (result.Equity.Values.Count == 0 || candles.Count == 0)
        {
            throw new ArgumentException("The run traded no candle.", nameof(result));
        }

        var (start, end) = (Math.Max(result.FromMs, result.Data.Min(one => one.Candles[0].OpenMs)), result.Data.Max(one => one.Candles[^1].OpenMs));
        var equity = result.Equity.Values;
        var days = (end - start) / 86_400_000.0;
        var total = (double)(equity[^1] / result.Portfolio.InitialCash) - 1;
        var first = candles[Math.Clamp(benchmarkFrom, 0, candles.Count - 1)].Close;
        var hold = (double)(candles[^1].Close / first) - 1;
        var daily = new DailyReturns(result, daysPerYear);
        var drawdowns = Drawdowns.Of(result.Equity, start);
        var beta = BetaOf(result);
        var trades = new TradeFigures(result);
        return new BacktestStatistics
        {
            Start = DateTimeOffset.FromUnixTimeMilliseconds(start),
            End = DateTimeOffset.FromUnixTimeMilliseconds(end),
            DurationDays = days,
            ExposureTimePercent = trades.ExposurePercent,
            EquityFinal = equity[^1],
            EquityPeak = equity.Max(),
            Commissions = result.Portfolio.Fees,
            Slippage = result.Portfolio.Slippage,
            Funding = result.Portfolio.Funding,
            ReturnPercent = total * 100,
            BuyAndHoldReturnPercent = hold * 100,
            AnnualReturnPercent = daily.Annual * 100,
            AnnualVolatilityPercent = daily.Volatility * 100,
            CagrPercent = days > 0 && total > -1 ? (Math.Pow(1 + total, 365.25 / days) - 1) * 100 : null,
            SharpeRatio = Ratio(daily.Annual, daily.Volatility),
            SortinoRatio = Ratio(daily.Annual, daily.Downside),
            CalmarRatio = Ratio(daily.Annual, drawdowns.Max),
            AlphaPercent = beta is { } slope ? (total - (slope * hold)) * 100 : null,
            Beta = beta,
            MaxDrawdownPercent = -drawdowns.Max * 100,
            AverageDrawdownPercent = -drawdowns.Average * 100,
            MaxDrawdownDays = drawdowns.MaxDays,
            AverageDrawdownDays = drawdowns.AverageDays,
            Trades = trades.Count,
            WinRatePercent = trades.WinRate * 100,
            BestTradePercent = trades.Best * 100,
            WorstTradePercent = trades.Worst * 100,
            AverageTradePercent = trades.GeometricMean * 100,
            MaxTradeDays = trades.MaxDays,
            AverageTradeDays = trades.AverageDays,
            ProfitFactor = trades.ProfitFactor,
            ExpectancyPercent = trades.Mean * 100,
            Sqn = trades.Sqn,
            KellyCriterion = trades.Kelly,
            AverageWorstPercent = trades.MeanWorst * 100,
            AverageBestPercent = trades.MeanBest * 100,
            TurnoverPerYear = days > 0
                ? result.Fills.Sum(fill => (double)fill.Series.Rules.Notional(fill.Quantity, fill.Price)) / (double)equity.Average() * 365.25 / days
                : null,
        };
    }

    private static double? Ratio(double? above, double? below) => above is { } numerator && below is > 0 and var divisor ? numerator / divisor : null;

    private static IReadOnlyList<Candle> TradedCandles(BacktestResult result) =>
        result.FromMs == long.MinValue ? result.Data[0].Candles : [.. result.Data[0].Candles.Where(candle => candle.OpenMs >= result.FromMs)];

    private static double? BetaOf(BacktestResult result)
    {
        var (candles, equity) = (TradedCandles(result), result.Equity.Values);
        if (result.Data.Count > 1 || equity.Count != candles.Count || equity.Count < 3 || equity.Any(value => value <= 0))
        {
            return null; // of several series there is no one market
        }

        var count = equity.Count - 1;
        var (ours, market) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            ours[i] = Math.Log((double)(equity[i + 1] / equity[i]));
            market[i] = Math.Log((double)(candles[i + 1].Close / candles[i].Close));
        }

        var (meanOurs, meanMarket) = (ours.Average(), market.Average());
        var (covariance, variance) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            covariance += (ours[i] - meanOurs) * (market[i] - meanMarket);
            variance += (market[i] - meanMarket) * (market[i] - meanMarket);
        }

        return variance > 0 ? covariance / variance : null;
    }
}
