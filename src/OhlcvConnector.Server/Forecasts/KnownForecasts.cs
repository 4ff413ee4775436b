using System.Collections.Concurrent;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>Forecasts that are kept, as rules ask for them: of a candle the one that was made first, whatever was promoted later.</summary>
internal sealed class KnownForecasts
{
    private const int Most = 20_000; // of a series

    private readonly ConcurrentDictionary<Series, SortedList<long, Dictionary<string, SeriesForecast>>> _series = new();

    /// <summary>Adds a forecast.</summary>
    public void Add(SeriesForecast forecast)
    {
        var all = _series.GetOrAdd(forecast.Series, _ => []);
        lock (all)
        {
            if (!all.TryGetValue(forecast.OpenMs, out var models))
            {
                all.Add(forecast.OpenMs, models = []);
                if (all.Count > Most)
                {
                    all.RemoveAt(0);
                }
            }

            models.TryAdd(forecast.Model, forecast);
        }
    }

    /// <summary>The forecast of a model at a candle; null where none was made in time.</summary>
    /// <param name="series">The series.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="openMs">Open time of the candle, Unix epoch milliseconds UTC.</param>
    public SeriesForecast? Of(Series series, string model, long openMs)
    {
        if (!_series.TryGetValue(series, out var all))
        {
            return null;
        }

        lock (all)
        {
            return all.TryGetValue(openMs, out var models) ? models.GetValueOrDefault(model) : null;
        }
    }

    /// <summary>Reads the newest of a series from the store.</summary>
    /// <exception cref="ArchiveException">They could not be read.</exception>
    public async Task ReadAsync(IForecastStore store, Series series, CancellationToken cancellationToken)
    {
        var filter = new ForecastFilter
        {
            Exchange = series.Exchange,
            Market = series.Market,
            Symbol = series.VenueSymbol,
            Interval = series.Interval,
            Limit = ForecastFilter.MaxLimit,
        };
        var found = new List<KeptForecast>();
        while (found.Count < Most)
        {
            var part = await store.ReadAsync(filter with { Before = found.Count > 0 ? found[^1].Number : null }, cancellationToken).ConfigureAwait(false);
            found.AddRange(part);
            if (part.Count < ForecastFilter.MaxLimit)
            {
                break;
            }
        }

        foreach (var kept in found.OrderBy(one => one.Number))
        {
            Add(kept.Forecast);
        }
    }
}
