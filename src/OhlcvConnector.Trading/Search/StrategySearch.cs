using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Figure that a search ranks variants by; more is better.</summary>
public enum SearchGoal
{
    /// <summary>Sharpe ratio.</summary>
    Sharpe,

    /// <summary>Return of the whole run.</summary>
    Return,

    /// <summary>Calmar ratio.</summary>
    Calmar,

    /// <summary>System quality number.</summary>
    Sqn,
}

/// <summary>Settings of a search.</summary>
public sealed record SearchOptions
{
    /// <summary>The broker.</summary>
    public BrokerOptions Broker { get; init; } = new();

    /// <summary>Figure that variants are ranked by.</summary>
    public SearchGoal Goal { get; init; }

    /// <summary>Trading days of a year.</summary>
    public int DaysPerYear { get; init; } = 365;

    /// <summary>Called after each variant with how many were tried, from any thread; null for nobody.</summary>
    public Action<int>? Tried { get; init; }
}

/// <summary>A variant of a strategy that was tried.</summary>
/// <param name="Settings">Its parameters.</param>
/// <param name="Result">What came of it; null when it failed.</param>
/// <param name="Statistics">Statistics of it; null when it failed.</param>
/// <param name="Score">Figure that it is ranked by; null where that cannot be calculated.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record TriedVariant(
    IReadOnlyDictionary<string, decimal> Settings, BacktestResult? Result, BacktestStatistics? Statistics, double? Score, string? Failure);

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
        Parallel.For(
            0, variants.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            i =>
            {
                results[i] = Try(kind, variants[i], data, options, cancellationToken);
                options.Tried?.Invoke(Interlocked.Increment(ref count));
            });
        return [.. results.OrderByDescending(one => one.Score ?? double.NegativeInfinity)];
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

    private static TriedVariant Try(
        StrategyKind kind, IReadOnlyDictionary<string, decimal> settings, IReadOnlyList<BacktestSeries> data, SearchOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            var result = Backtest.Run(kind.Create(settings), data, options.Broker, CloseAt.LastClose, cancellationToken: cancellationToken);
            var statistics = BacktestStatistics.Of(result, options.DaysPerYear, kind.BenchmarkFrom(settings));
            return new TriedVariant(settings, result, statistics, ScoreOf(statistics, options.Goal), null);
        }
        catch (Exception exception) when (exception is StrategyException or InvalidSettingException)
        {
            return new TriedVariant(settings, null, null, null, exception.Message);
        }
    }

    private static double? ScoreOf(BacktestStatistics statistics, SearchGoal goal) => statistics.Trades == 0 ? null : goal switch
    {
        SearchGoal.Return => statistics.ReturnPercent,
        SearchGoal.Calmar => statistics.CalmarRatio,
        SearchGoal.Sqn => statistics.Sqn,
        _ => statistics.SharpeRatio,
    };
}
