using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>Keeps the newest forecasts in memory, where there is no file to keep them in: a restart forgets them.</summary>
/// <param name="clock">Dates what is kept.</param>
/// <param name="most">The number of forecasts that are kept.</param>
internal sealed class MemoryForecastStore(TimeProvider clock, int most = 10_000) : IForecastStore
{
    private readonly Lock _gate = new();
    private readonly SortedList<long, KeptForecast> _kept = [];
    private readonly Dictionary<(Series, string, string, long), long> _numbers = [];
    private long _last;

    /// <inheritdoc/>
    public string Location => "memory";

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptForecast>> KeepAsync(IReadOnlyList<SeriesForecast> forecasts, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<KeptForecast>>([.. forecasts.Select(Keep)]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptForecast>> ReadAsync(ForecastFilter filter, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var found = _kept.Values.Where(kept => filter.Matches(kept.Forecast) && !(kept.Number >= filter.Before) && !(kept.Number <= filter.After));
            var ordered = filter.IsAscending ? found : found.Reverse();
            return Task.FromResult<IReadOnlyList<KeptForecast>>([.. ordered.Take(Math.Clamp(filter.Limit, 1, ForecastFilter.MaxLimit))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static (Series, string, string, long) KeyOf(SeriesForecast forecast) => (forecast.Series, forecast.Model, forecast.Version, forecast.OpenMs);

    private KeptForecast Keep(SeriesForecast forecast)
    {
        if (_numbers.TryGetValue(KeyOf(forecast), out var number))
        {
            return _kept[number];
        }

        var kept = new KeptForecast(++_last, forecast, clock.GetUtcNow());
        _numbers.Add(KeyOf(forecast), _last);
        _kept.Add(_last, kept);
        if (_kept.Count > most)
        {
            _numbers.Remove(KeyOf(_kept.GetValueAtIndex(0).Forecast));
            _kept.RemoveAt(0);
        }

        return kept;
    }
}
