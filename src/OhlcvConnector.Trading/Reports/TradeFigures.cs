namespace OhlcvConnector.Trading;

/// <summary>Figures of a run's closed trades; null where there are none of the kind.</summary>
internal sealed class TradeFigures
{
    public TradeFigures(BacktestResult result)
    {
        var trades = result.Trades;
        Count = trades.Count;
        ExposurePercent = Exposure(result);
        if (Count == 0)
        {
            return;
        }

        var returns = trades.Select(trade => (double)trade.Return).ToList();
        var profits = trades.Select(trade => (double)trade.Profit).ToList();
        var candleMs = result.Data.Min(one => one.Candles[0].CloseMs - one.Candles[0].OpenMs);
        var (winners, losers) = (profits.Where(profit => profit > 0).ToList(), profits.Where(profit => profit < 0).ToList());
        Best = returns.Max();
        Worst = returns.Min();
        Mean = returns.Average();
        GeometricMean = Worst > -1 ? Math.Exp(returns.Average(value => Math.Log(1 + value))) - 1 : null;
        WinRate = (double)winners.Count / Count;
        MeanWorst = trades.Average(trade => (double)trade.WorstReturn);
        MeanBest = trades.Average(trade => (double)trade.BestReturn);
        MaxDays = Days(trades.Max(trade => trade.ExitMs - trade.EntryMs), candleMs);
        AverageDays = Days(trades.Average(trade => (double)(trade.ExitMs - trade.EntryMs)), candleMs);
        var lost = returns.Where(value => value < 0).Sum();
        ProfitFactor = lost < 0 ? returns.Where(value => value > 0).Sum() / -lost : null;
        if (Count > 1)
        {
            var mean = profits.Average();
            var deviation = Math.Sqrt(profits.Sum(profit => (profit - mean) * (profit - mean)) / (Count - 1));
            Sqn = deviation > 0 ? Math.Sqrt(Count) * mean / deviation : null;
        }

        Kelly = winners.Count > 0 && losers.Count > 0 ? WinRate - ((1 - WinRate) / (winners.Average() / -losers.Average())) : null;
    }

    public int Count { get; }

    public double ExposurePercent { get; }

    public double? Best { get; }

    public double? Worst { get; }

    public double? Mean { get; }

    public double? GeometricMean { get; }

    public double? WinRate { get; }

    public double? MeanWorst { get; }

    public double? MeanBest { get; }

    public double? MaxDays { get; }

    public double? AverageDays { get; }

    public double? ProfitFactor { get; }

    public double? Sqn { get; }

    public double? Kelly { get; }

    /// <summary>Days of a length, rounded up to whole candles, or to whole days where candles are longer than a day.</summary>
    public static double Days(double lengthMs, long candleMs)
    {
        var step = Math.Min(candleMs, 86_400_000);
        return Math.Ceiling(lengthMs / step) * step / 86_400_000;
    }

    private static double Exposure(BacktestResult result)
    {
        var (held, all) = (0L, 0L);
        for (var i = 0; i < result.Data.Count; i++)
        {
            var isHeld = new bool[result.Data[i].Candles.Count];
            foreach (var trade in result.Trades.Where(trade => trade.Series == result.Series[i]))
            {
                Array.Fill(isHeld, true, trade.EntryBar, trade.ExitBar - trade.EntryBar + 1);
            }

            foreach (var lot in result.Series[i].Lots)
            {
                Array.Fill(isHeld, true, lot.Bar, isHeld.Length - lot.Bar);
            }

            for (var bar = 0; bar < isHeld.Length; bar++)
            {
                var counts = result.Data[i].Candles[bar].OpenMs >= result.FromMs;
                held += counts && isHeld[bar] ? 1 : 0;
                all += counts ? 1 : 0;
            }
        }

        return all > 0 ? held * 100.0 / all : 0;
    }
}
