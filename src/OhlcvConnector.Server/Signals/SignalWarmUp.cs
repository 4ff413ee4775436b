using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>The past of a series, as its rules need it.</summary>
/// <param name="Evaluator">The rules, before their first candle.</param>
/// <param name="Candles">Closed candles, ascending.</param>
/// <param name="ToldMs">The end of the last candle that was told already, Unix epoch milliseconds UTC; null when none was.</param>
/// <param name="Last">The last signal of each rule.</param>
/// <param name="Awaited">Signals after which prices are still awaited.</param>
internal sealed record SignalPast(
    RuleEvaluator Evaluator, IReadOnlyList<PriceQuote> Candles, long? ToldMs, IReadOnlyList<KeptSignal> Last, IReadOnlyList<KeptSignal> Awaited);

/// <summary>
/// Reads the past that rules need before their first live candle: as far back as they look, or from where the last run left off, and so much that a picture of
/// the first signal shows more than its own candle.
/// </summary>
internal sealed partial class SignalWarmUp(Hub hub, ISignalStore store, TimeProvider clock, int mostShown, ILogger logger) : IDisposable
{
    /// <summary>Most candles that are read: a series that was away for longer begins later.</summary>
    public const int MostCandles = 20_000;

    private const int AtOnce = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>Reads it.</summary>
    /// <param name="channel">The channel of the series.</param>
    /// <param name="evaluator">The rules, before their first candle.</param>
    /// <param name="toldMs">The end of the last candle that this run told; null to ask the store.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<SignalPast> ReadAsync(SeriesChannel channel, RuleEvaluator evaluator, long? toldMs, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (told, last, awaited) = await RecallAsync(channel.Series, toldMs, cancellationToken).ConfigureAwait(false);
            return new SignalPast(evaluator, await CandlesAsync(channel, evaluator, told, cancellationToken).ConfigureAwait(false), told, last, awaited);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<(long? Told, IReadOnlyList<KeptSignal> Last, IReadOnlyList<KeptSignal> Awaited)> RecallAsync(
        Series series, long? toldMs, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var told = toldMs ?? await store.ProgressAsync(series, cancellationToken).ConfigureAwait(false);
                var own = new SignalFilter
                {
                    Exchange = series.Exchange,
                    Market = series.Market,
                    Symbol = series.VenueSymbol,
                    Interval = series.Interval,
                    Limit = SignalFilter.MaxLimit,
                };
                var last = await store.ReadAsync(own with { IsLatestOnly = true }, cancellationToken).ConfigureAwait(false);
                var awaited = told is not { } ms ? []
                    : await store.ReadAsync(own with { SinceMs = series.Interval.AddMs(ms, -SignalFate.Candles[^1]) }, cancellationToken).ConfigureAwait(false);
                return (told, last, awaited);
            }
            catch (ArchiveException trouble)
            {
                LogFailed(logger, series, trouble.Message);
                await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<IReadOnlyList<PriceQuote>> CandlesAsync(SeriesChannel channel, RuleEvaluator evaluator, long? told, CancellationToken cancellationToken)
    {
        var interval = channel.Series.Interval;
        var nowMs = interval.FloorMs(hub.Now.ToUnixTimeMilliseconds());
        var earliestMs = interval.AddMs(nowMs, -MostCandles);
        var firstMs = told is { } ms && ms < nowMs ? ms : nowMs; // the first candle that is to be told
        if (firstMs < earliestMs)
        {
            LogMissed(logger, channel.Series, MostCandles);
            firstMs = earliestMs;
        }

        var nextMs = Math.Max(Math.Min(evaluator.BeginMs(firstMs), interval.AddMs(firstMs, -mostShown)), earliestMs);
        var (candles, missing) = await hub.ReadWholeAsync(this, channel, nextMs, clock, cancellationToken).ConfigureAwait(false);
        if (missing is not null)
        {
            LogFailed(logger, channel.Series, missing);
        }

        return candles;
    }

    [LoggerMessage(ServerEventIds.SignalWarmUpFailed, LogLevel.Warning, "The past of {Series} could not be read whole for its rules; they begin with what there is: {Problem}")]
    private static partial void LogFailed(ILogger logger, Series series, string problem);

    [LoggerMessage(ServerEventIds.SignalsMissed, LogLevel.Warning, "{Series} was away for more than {Most} candles; what was before them is not evaluated")]
    private static partial void LogMissed(ILogger logger, Series series, int most);
}
