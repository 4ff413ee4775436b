using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Backtests;

/// <summary>Does what a backtest is to do: reads all its candles, so that nothing changes under it, then runs.</summary>
internal sealed class BacktestWork(IInstrumentRepository instruments, HistoryDesk history, MarketClock clock, Hub hub)
{
    private const double ReadingShare = 0.5;

    /// <summary>Reads and runs.</summary>
    /// <exception cref="InvalidSettingException">It cannot be run as it is; the message says why.</exception>
    public async Task<BacktestOutcome> DoAsync(BacktestRun run, CancellationToken cancellationToken)
    {
        run.GoOn(BacktestState.Reading);
        var data = new List<BacktestSeries>();
        foreach (var (series, request) in run.Plan.Series)
        {
            data.Add(await ReadAsync(run, series, request, data.Sum(one => one.Candles.Count), cancellationToken).ConfigureAwait(false));
        }

        run.Candles = data.Sum(one => one.Candles.Count);
        run.Progress = ReadingShare;
        run.GoOn(BacktestState.Running);
        return Run(run, data, cancellationToken);
    }

    private async Task<BacktestSeries> ReadAsync(BacktestRun run, Series series, HistoryRequest request, int before, CancellationToken cancellationToken)
    {
        var gaps = new List<MissingCandles>();
        var fetch = new FetchHistory(instruments, history.For(run.Plan.Asker), clock.Clock);
        var asked = request with { OnMissing = missing => gaps.AddRange(missing.Kind == MissingKind.Gap ? [missing] : []) };
        var candles = new List<Candle>();
        await foreach (var quote in fetch.ReadAsync(asked, cancellationToken).ConfigureAwait(false))
        {
            candles.Add(new Candle(quote));
            run.Progress = ReadingShare * (before + candles.Count) / run.Plan.Candles;
        }

        run.Gaps += gaps.Count;
        return gaps.Count > 0 && !run.Plan.AllowsGaps
            ? throw new InvalidSettingException(
                $"{series} lacks candles, the first from {gaps[0].From:u} to {gaps[0].To:u}; a run over gaps would not be what trading was. allowGaps runs all the same.")
            : candles.Count == 0 ? throw new InvalidSettingException($"{series} has no candles in that time.")
            : new BacktestSeries($"{series}", candles.ToArray(), RulesOf(run.Plan, series), hub.OmitsQuiet(series)) { Source = series };
    }

    private static InstrumentRules RulesOf(BacktestPlan plan, Series series)
    {
        var fees = VenueFees.Of(series.Exchange, series.Market);
        return InstrumentRules.Of(series.Instrument) with
        {
            TakerFee = plan.VenueFees.Taker ? fees?.Taker : null,
            MakerFee = plan.VenueFees.Maker ? fees?.Maker : null,
        };
    }

    private static BacktestOutcome Run(BacktestRun run, IReadOnlyList<BacktestSeries> data, CancellationToken cancellationToken)
    {
        var (plan, candles) = (run.Plan, run.Candles!.Value);
        var tries = plan.Variants.Count * plan.Folds;
        var strategy = new CountedStrategy(plan.Kind.Create(plan.Parameters), count => Tell(count / (double)candles));
        var result = Backtest.Run(strategy, data, plan.Broker, cancellationToken: cancellationToken);
        var statistics = BacktestStatistics.Of(result, benchmarkFrom: plan.Kind.BenchmarkFrom(plan.Parameters));
        var search = new SearchOptions
        {
            Broker = plan.Broker,
            Goal = plan.Goal,
            Workers = 1, // the other cores have candles to deliver
            Tried = count => Tell(1 + count),
        };
        var folds = plan.Folds == 0 ? [] : StrategySearch.WalkForward(plan.Kind, plan.Variants, data, plan.Folds, search, cancellationToken);
        var rejected = result.Orders.Where(order => order.State == OrderState.Rejected).ToList();
        var first = Math.Max(0, result.Trades.Count - BacktestLimits.Trades);
        return new BacktestOutcome(
            statistics, EquityPoints.Thin(result.Equity.Times, result.Equity.Values, BacktestLimits.Points), [.. result.Trades.Skip(first)], first,
            rejected.Count, rejected.Count == 0 ? null : rejected[0].Reason, folds);

        void Tell(double done) => run.Progress = ReadingShare + ((1 - ReadingShare) * done / (1 + tries));
    }
}
