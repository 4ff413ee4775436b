using System.Diagnostics;
using System.Globalization;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Benchmarks.Backtesting;

/// <summary>What a backtest costs, beside a bare loop of the same rules: running sums, a cross, a fill at the next open, equity at each close.</summary>
internal static class BacktestRounds
{
    private const int Rounds = 5;
    private const int BytesOfEquity = sizeof(long) + sizeof(decimal);
    private const long YearMs = 525_600 * 60_000L;

    public static int Run()
    {
        var minutes = Candles(seed: 1, count: 525_600, stepMs: 60_000);
        var year = Enumerable.Range(0, 100)
            .Select(seed => new BacktestSeries($"hours {seed}", Candles(seed, count: 8_760, stepMs: 3_600_000), InstrumentRules.None))
            .ToList();
        var one = new[] { new BacktestSeries("minutes", minutes, InstrumentRules.None) };
        var options = new BrokerOptions { Cash = 1_000_000 };
        Console.WriteLine("| what | took, least of 5 | bare loop | |");
        Console.WriteLine("|---|---|---|---|");
        var (bare, bareEquity) = Least(() => Bare(minutes, fast: 10, slow: 30, 1_000_000, fee: 0));
        var (ours, equity) = Least(() => Backtest.Run(StrategyCatalog.Find("sma-cross").Create(), one, options).Equity.Values[^1]);
        Row("sma-cross over 525,600 minutes of one series", ours, bare, $"final equity {equity:0.00} and {bareEquity:0.00}");
        var (many, _) = Least(() => Backtest.Run(new ThreeIndicators(), year, options).Equity.Values[^1]);
        Row("three indicators over a year of hours of 100 series", many, null, "876,000 candles");
        Optimise(year[0]);
        var later = minutes.Select(candle => candle with { OpenMs = candle.OpenMs + YearMs, CloseMs = candle.CloseMs + YearMs });
        var twice = new[] { one[0] with { Candles = [.. minutes, .. later] } };
        var (once, both) = (Allocated(one, options), Allocated(twice, options));
        Console.WriteLine(FormattableString.Invariant(
            $"bytes allocated a candle, of a strategy that only looks: {((both - once) / 525_600.0) - BytesOfEquity:0.00} in the loop, and {BytesOfEquity} of the equity's curve, at once before it"));
        return 0;
    }

    /// <summary>400 variants over a year of hours, by one worker and by two.</summary>
    private static void Optimise(BacktestSeries hours)
    {
        var kind = StrategyCatalog.Find("sma-cross");
        var variants = ParameterRange.Grid([ParameterRange.Of("fast", 2, 40, 2), ParameterRange.Of("slow", 45, 140, 5)]);
        var (one, _) = Least(() => Search(1));
        var (two, _) = Least(() => Search(2));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {variants.Count} variants over 8,760 hours: one worker, two | {one * 1000:0} ms, {two * 1000:0} ms | | {one / two:0.00} x |"));

        decimal Search(int workers) => StrategySearch.Run(kind, variants, [hours], new SearchOptions { Workers = workers })[0].Statistics!.EquityFinal;
    }

    private static long Allocated(IReadOnlyList<BacktestSeries> data, BrokerOptions options)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Backtest.Run(new Idle(), data, options, CloseAt.Never);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Row(string what, double ours, double? bare, string note) => Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {ours * 1000:0} ms | {(bare is { } floor ? $"{floor * 1000:0} ms" : "")} | {(bare is { } divisor ? $"{ours / divisor:0.0} x; " : "")}{note} |"));

    private static (double Seconds, decimal Result) Least(Func<decimal> run)
    {
        var (least, result) = (double.MaxValue, 0m);
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            result = run();
            least = Math.Min(least, watch.Elapsed.TotalSeconds);
        }

        return (least, result);
    }

    private static decimal Bare(List<Candle> candles, int fast, int slow, decimal cash, decimal fee)
    {
        var (sumFast, sumSlow, before, quantity, pending) = (0.0, 0.0, double.NaN, 0m, 0);
        var equity = new decimal[candles.Count];
        for (var i = 0; i < candles.Count; i++)
        {
            var candle = candles[i];
            if (pending != 0)
            {
                var worth = cash + (quantity * candle.Open) - (Math.Abs(quantity) * candle.Open * fee);
                var target = pending * Math.Round(worth / (1 + fee) / candle.Open, 12);
                var traded = target - quantity;
                cash -= (traded * candle.Open) + (Math.Abs(traded) * candle.Open * fee);
                (quantity, pending) = (target, 0);
            }

            sumFast += (double)candle.Close - (i >= fast ? (double)candles[i - fast].Close : 0);
            sumSlow += (double)candle.Close - (i >= slow ? (double)candles[i - slow].Close : 0);
            var now = i + 1 >= slow ? (sumFast / fast) - (sumSlow / slow) : double.NaN;
            pending = before < 0 && now > 0 ? 1 : before > 0 && now < 0 ? -1 : 0;
            before = now;
            equity[i] = cash + (quantity * candle.Close);
        }

        return equity[^1];
    }

    private static List<Candle> Candles(int seed, int count, long stepMs)
    {
        var random = new Random(seed);
        var price = 30_000m;
        var candles = new List<Candle>(count);
        for (var i = 0; i < count; i++)
        {
            var open = price;
            price = Math.Round(price * (1 + (random.Next(-100, 101) / 100_000m)), 2);
            candles.Add(new Candle(i * stepMs, (i + 1) * stepMs, open, Math.Max(open, price) + 1, Math.Min(open, price) - 1, price, 100));
        }

        return candles;
    }

    private sealed class Idle : IStrategy
    {
        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            // only looks
        }
    }

    private sealed class ThreeIndicators : IStrategy
    {
        private readonly Dictionary<TradedSeries, OhlcvConnector.Indicators.Indicator[]> _indicators = [];

        public void OnStart(StrategyContext context)
        {
            foreach (var series in context.Series)
            {
                _indicators.Add(series, [context.Indicator(series, "ema:20"), context.Indicator(series, "rsi:14"), context.Indicator(series, "atr:14")]);
            }
        }

        public void OnCandle(TradedSeries series, StrategyContext context)
        {
            var indicators = _indicators[series];
            if (series.Quantity == 0 && (double)series.Last.Close > indicators[0].Value && indicators[1].Value < 40)
            {
                context.Place(
                    series,
                    new OrderRequest { Side = Side.Buy, Size = OrderSize.Cash(5_000), StopLoss = series.Last.Close - (2 * (decimal)indicators[2].Value) });
            }
            else if (series.Quantity > 0 && indicators[1].Value > 60)
            {
                context.CancelAll(series);
                context.Close(series);
            }
        }
    }
}
