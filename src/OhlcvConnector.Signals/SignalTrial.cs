using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Signals;

/// <summary>What rules would have said of candles of the past, and what came after.</summary>
public static class SignalTrial
{
    /// <summary>Runs rules over candles.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="series">The series.</param>
    /// <param name="candles">Closed candles, ascending; those before <paramref name="from"/> are for the rules' beginnings alone.</param>
    /// <param name="from">Signals of candles that open at this time or later are given, UTC.</param>
    /// <param name="omitsQuietCandles">True when the exchange publishes nothing for a candle without trades.</param>
    /// <param name="forecasts">Gives forecasts, as <see cref="RuleEvaluator"/> says; null for none.</param>
    /// <param name="cancellationToken">Ends it between two candles: slow rules over many take long.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static SignalTrialResult Run(
        RuleSet rules, Series series, IEnumerable<PriceQuote> candles, DateTimeOffset from, bool omitsQuietCandles = false,
        Func<string, long, RuleForecast?>? forecasts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candles);
        var evaluator = new RuleEvaluator(series, rules, omitsQuietCandles, forecasts);
        var closes = new List<decimal>();
        var found = new List<(Signal Signal, int Candle)>();
        foreach (var candle in candles)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var signals = evaluator.Add(candle);
            if (candle.OpenTime >= from)
            {
                found.AddRange(signals.Select(signal => (signal, closes.Count)));
                closes.Add(candle.Close);
            }
        }

        return new SignalTrialResult(
            [.. found.Select(one => (one.Signal, new SignalFate(After(one.Candle, 1), After(one.Candle, 4), After(one.Candle, 24))))],
            closes.Count, [.. rules.ProblemsOf(series), .. evaluator.TakeTroubles()]);

        decimal? After(int candle, int candles) => candle + candles < closes.Count ? closes[candle + candles] : null;
    }
}

/// <summary>What rules would have said.</summary>
/// <param name="Signals">The signals, each with the prices after it, counted in candles that there are.</param>
/// <param name="Candles">Number of candles that were judged.</param>
/// <param name="Troubles">What was wrong with the rules.</param>
public sealed record SignalTrialResult(IReadOnlyList<(Signal Signal, SignalFate Fate)> Signals, int Candles, IReadOnlyList<RuleTrouble> Troubles);
