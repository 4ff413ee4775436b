using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>Keeps forecasts, and reads those that are kept, however long that takes.</summary>
internal sealed partial class ForecastMonitor
{
    /// <summary>Reads what is kept of a series, however long that takes.</summary>
    private async Task ReadKnownAsync(Series series, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await known.ReadAsync(store, series, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ArchiveException trouble)
            {
                await TroubledAsync(failures, trouble, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TroubledAsync(int failures, ArchiveException trouble, CancellationToken cancellationToken)
    {
        metrics.StoreFailures.Inc();
        if (failures == 0)
        {
            LogStore(logger, store.Location, trouble.Message);
        }

        await Task.Delay(RetryEvery, options.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps forecasts, however long that takes: candles wait meanwhile, and none is lost.</summary>
    private async Task<IReadOnlyList<KeptForecast>> KeepAsync(IReadOnlyList<SeriesForecast> made)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await store.KeepAsync(made, _stopping).ConfigureAwait(false);
            }
            catch (ArchiveException trouble)
            {
                await TroubledAsync(failures, trouble, _stopping).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(ServerEventIds.ForecastsForgotten, LogLevel.Warning, "Forecasts are kept in memory alone, and a restart forgets them: name an archive, or ForecastStore")]
    private static partial void LogForgetful(ILogger logger);

    [LoggerMessage(ServerEventIds.ForecastStoreTroubled, LogLevel.Error, "Forecasts cannot be kept in {Location}; candles wait, and it is tried again: {Problem}")]
    private static partial void LogStore(ILogger logger, string location, string problem);

    [LoggerMessage(ServerEventIds.ForecastWarmUpFailed, LogLevel.Warning, "The past of {Series} could not be read whole for its forecasts; they begin with what there is: {Problem}")]
    private static partial void LogWarmUp(ILogger logger, Series series, string problem);

    [LoggerMessage(ServerEventIds.ForecastLate, LogLevel.Information, "{Series}: the candle that closed at {CloseTime} came too late to be forecast")]
    private static partial void LogLate(ILogger logger, Series series, DateTimeOffset closeTime);

    [LoggerMessage(ServerEventIds.ForecastFaulted, LogLevel.Error, "A candle could not be forecast")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
