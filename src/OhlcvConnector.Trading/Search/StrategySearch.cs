using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Fold of a walk-forward: what was best on the candles before was run on those after, which it had not seen.</summary>
/// <param name="From">Begin of the candles that were not seen, UTC.</param>
/// <param name="To">Their end.</param>
/// <param name="Settings">Parameters that were best before.</param>
/// <param name="Trained">Statistics of these on the candles before.</param>
/// <param name="Tested">Statistics of these on the candles after.</param>
public sealed record WalkForwardFold(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyDictionary<string, decimal> Settings, BacktestStatistics Trained, BacktestStatistics Tested);

/// <summary>Searches for the parameters of a strategy, on all cores, and shows beside the best what it does on candles that the search has not seen.</summary>
public static class StrategySearch
{
    private const int FirstParts = 8;

    /// <summary>
    /// Tries variants, and ranks them, the best first; those that failed or cannot be ranked last. The order is the same however many cores there are.
    /// </summary>
    /// <param name="kind">The strategy.</param>
    /// <param name="variants">Parameters of each variant; see <see cref="ParameterRange"/>.</param>
    /// <param name="data">The candles.</param>
    /// <param name="options">Broker and goal.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static IReadOnlyList<TriedVariant> Run(
        StrategyKind kind, IReadOnlyList<IReadOnlyDictionary<string, decimal>> variants, IReadOnlyList<BacktestSeries> data, SearchOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(options);
        var results = new TriedVariant[variants.Count];
        var count = 0;
        var part = options.Journal is null ? "" : SearchJournal.PartOf(kind, data, options.Broker, options.DaysPerYear);
        Parallel.For(
            0, variants.Count,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = options.Workers ?? Environment.ProcessorCount },
            i =>
            {
                var tried = options.Journal?.Find(part, variants[i]);
                if (tried is null)
                {
                    tried = Try(kind, variants[i], data, options, cancellationToken);
                    options.Journal?.Add(part, tried);
                }

                results[i] = tried with { Settings = variants[i], Score = ScoreOf(tried.Statistics, options.Goal) };
                options.Tried?.Invoke(Interlocked.Increment(ref count));
            });
        return [.. results.OrderByDescending(one => one.Score ?? double.NegativeInfinity)];
    }

    /// <summary>
    /// Tries many variants on little of the time, and fewer of them on more: on the last eighth of the time all, on the last quarter the better half, on the
    /// last half the better half of these, and on all of it what is left (successive halving; Jamieson and Talwalkar 2016). About a third of the work, and a
    /// variant that begins badly is lost.
    /// </summary>
    /// <param name="kind">The strategy.</param>
    /// <param name="variants">Parameters of each variant; see <see cref="ParameterRange"/>.</param>
    /// <param name="data">The candles.</param>
    /// <param name="options">Broker and goal.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Those that were tried on all of the time, the best first; then those that were left behind, without a score, the last ones first.</returns>
    public static IReadOnlyList<TriedVariant> Halve(
        StrategyKind kind, IReadOnlyList<IReadOnlyDictionary<string, decimal>> variants, IReadOnlyList<BacktestSeries> data, SearchOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var (left, behind, before) = (variants, new List<TriedVariant>(), 0);
        for (var parts = FirstParts; parts > 1; parts /= 2)
        {
            if (left.Count < 4)
            {
                continue;
            }

            var start = before;
            var told = options with { Tried = options.Tried is { } tried ? count => tried(start + count) : null };
            var found = Run(kind, left, LastPart(data, parts), told, cancellationToken);
            var kept = (found.Count + 1) / 2;
            var words = $"left behind on the last {(parts == 2 ? "half" : parts == 4 ? "quarter" : "eighth")} of the time";
            behind.InsertRange(0, found.Skip(kept).Select(one => one with { Score = null, Failure = one.Failure ?? words }));
            before += left.Count;
            left = [.. found.Take(kept).Select(one => one.Settings)];
        }

        var last = options with { Tried = options.Tried is { } end ? count => end(before + count) : null };
        return [.. Run(kind, left, data, last, cancellationToken), .. behind];
    }

    /// <summary>How many runs <see cref="Halve"/> makes of so many variants.</summary>
    public static int HalvingRuns(int variants)
    {
        var (left, runs) = (variants, 0);
        for (var parts = FirstParts; parts > 1; parts /= 2)
        {
            if (left >= 4)
            {
                runs += left;
                left = (left + 1) / 2;
            }
        }

        return runs + left;
    }

    /// <summary>
    /// Walks forward: the candles are cut into as many parts and one more; before each part but the first, the variants are tried on all candles before it, and
    /// the best is run on the part.
    /// </summary>
    /// <param name="kind">The strategy.</param>
    /// <param name="variants">Parameters of each variant; see <see cref="ParameterRange"/>.</param>
    /// <param name="data">The candles.</param>
    /// <param name="folds">Number of parts that are tested.</param>
    /// <param name="options">Broker and goal.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidSettingException">There are too few candles for so many parts.</exception>
    public static IReadOnlyList<WalkForwardFold> WalkForward(
        StrategyKind kind, IReadOnlyList<IReadOnlyDictionary<string, decimal>> variants, IReadOnlyList<BacktestSeries> data, int folds, SearchOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var times = data[0].Candles;
        if (folds < 1 || times.Count < (folds + 1) * 10)
        {
            throw new InvalidSettingException($"{times.Count} candles are too few for {folds} parts and one more; each needs ten.");
        }

        var found = new List<WalkForwardFold>();
        for (var fold = 1; fold <= folds; fold++)
        {
            var fromMs = times[(int)((long)times.Count * fold / (folds + 1))].OpenMs;
            var toMs = times[(int)((long)times.Count * (fold + 1) / (folds + 1)) - 1].CloseMs;
            var before = (fold - 1) * variants.Count;
            var told = options with { Tried = options.Tried is { } tried ? count => tried(before + count) : null };
            var best = Run(kind, variants, Cut(data, fromMs), told, cancellationToken).FirstOrDefault(one => one.Score is not null);
            if (best is not null)
            {
                found.Add(
                    new WalkForwardFold(
                        DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs), best.Settings, best.Statistics!,
                        Unseen(kind, best.Settings, data, fromMs, toMs, options, cancellationToken)));
            }
        }

        return found;
    }

    /// <summary>Runs parameters on candles from a moment on, with those before only to warm up.</summary>
    /// <param name="kind">The strategy.</param>
    /// <param name="settings">The parameters.</param>
    /// <param name="data">The candles.</param>
    /// <param name="fromMs">Begin of the candles that are traded, Unix epoch milliseconds UTC.</param>
    /// <param name="toMs">Their end.</param>
    /// <param name="options">Broker and days.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static BacktestStatistics Unseen(
        StrategyKind kind, IReadOnlyDictionary<string, decimal> settings, IReadOnlyList<BacktestSeries> data, long fromMs, long toMs, SearchOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(options);
        var result = Backtest.Run(kind.Create(settings), Cut(data, toMs), options.Broker, CloseAt.LastClose, fromMs, cancellationToken);
        return BacktestStatistics.Of(result, options.DaysPerYear);
    }

    /// <summary>Returns the candles that close by a moment.</summary>
    /// <param name="data">The candles.</param>
    /// <param name="untilMs">The moment, Unix epoch milliseconds UTC.</param>
    public static IReadOnlyList<BacktestSeries> Cut(IReadOnlyList<BacktestSeries> data, long untilMs)
    {
        ArgumentNullException.ThrowIfNull(data);
        return
        [
            .. data.Select(one => one with { Candles = [.. one.Candles.TakeWhile(candle => candle.CloseMs <= untilMs)] }).Where(one => one.Candles.Count > 0),
        ];
    }

    /// <summary>Returns the candles of the last part of the time, by the first series' candles.</summary>
    private static IReadOnlyList<BacktestSeries> LastPart(IReadOnlyList<BacktestSeries> data, int parts)
    {
        var fromMs = data[0].Candles[data[0].Candles.Count * (parts - 1) / parts].OpenMs;
        return [.. data.Select(one => one with { Candles = [.. one.Candles.SkipWhile(candle => candle.OpenMs < fromMs)] }).Where(one => one.Candles.Count > 0)];
    }

    private static TriedVariant Try(
        StrategyKind kind, IReadOnlyDictionary<string, decimal> settings, IReadOnlyList<BacktestSeries> data, SearchOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            var result = Backtest.Run(kind.Create(settings), data, options.Broker, CloseAt.LastClose, cancellationToken: cancellationToken);
            var statistics = BacktestStatistics.Of(result, options.DaysPerYear, kind.BenchmarkFrom(settings));
            return new TriedVariant(settings, statistics, null, null) { DailySharpe = SharpeLuck.Ratio(DailyReturns.Of(result.Equity)) };
        }
        catch (Exception exception) when (exception is StrategyException or InvalidSettingException)
        {
            return new TriedVariant(settings, null, null, exception.Message);
        }
    }

    private static double? ScoreOf(BacktestStatistics? statistics, SearchGoal goal) => statistics is null or { Trades: 0 } ? null : goal switch
    {
        SearchGoal.Return => statistics.ReturnPercent,
        SearchGoal.Calmar => statistics.CalmarRatio,
        SearchGoal.Sqn => statistics.Sqn,
        _ => statistics.SharpeRatio,
    };
}
