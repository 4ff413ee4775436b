using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Forecasts;

/// <summary>
/// Keeps forecasts as they were made: of a series, a candle and a version of a model one, and never another. One can be used by several threads, and a store
/// by several programs: whoever keeps a forecast first has made it.
/// </summary>
public interface IForecastStore : IAsyncDisposable
{
    /// <summary>Where it is, for people: a file, an address without its password, or memory.</summary>
    string Location { get; }

    /// <summary>Keeps all of them in one transaction, or nothing. One that is kept already changes nothing.</summary>
    /// <param name="forecasts">What is to be kept.</param>
    /// <param name="cancellationToken">Ends the wait for others' writing.</param>
    /// <returns>For each, in their order, what is kept: it, or what was kept before.</returns>
    /// <exception cref="ArchiveException">Nothing was kept.</exception>
    Task<IReadOnlyList<KeptForecast>> KeepAsync(IReadOnlyList<SeriesForecast> forecasts, CancellationToken cancellationToken = default);

    /// <summary>Reads forecasts.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>At most as many as the filter says, in its order.</returns>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<IReadOnlyList<KeptForecast>> ReadAsync(ForecastFilter filter, CancellationToken cancellationToken = default);
}

/// <summary>Which forecasts are wanted; what is null narrows nothing.</summary>
public sealed record ForecastFilter
{
    /// <summary>Largest number of forecasts in one reading.</summary>
    public const int MaxLimit = 1_000;

    /// <summary>Name of the exchange.</summary>
    public string? Exchange { get; init; }

    /// <summary>The market.</summary>
    public Market? Market { get; init; }

    /// <summary>The symbol, in the exchange's spelling or the common one, in any case.</summary>
    public string? Symbol { get; init; }

    /// <summary>The length of the candles.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Name of the model.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the model.</summary>
    public string? Version { get; init; }

    /// <summary>Forecasts whose last known candle opened at this time or later, Unix epoch milliseconds UTC.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Forecasts with smaller numbers.</summary>
    public long? Before { get; init; }

    /// <summary>Forecasts with larger numbers.</summary>
    public long? After { get; init; }

    /// <summary>True for the oldest first; else the newest come first.</summary>
    public bool IsAscending { get; init; }

    /// <summary>At most so many, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Returns true when a forecast is one of them, its number and the limit aside.</summary>
    /// <param name="forecast">The forecast.</param>
    public bool Matches(SeriesForecast forecast)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        var series = forecast.Series;
        return (Exchange is null || Exchange.Equals(series.Exchange, StringComparison.OrdinalIgnoreCase))
            && (Market is not { } market || market == series.Market)
            && (Symbol is null || Symbol.Equals(series.VenueSymbol, StringComparison.OrdinalIgnoreCase)
                || Symbol.Equals(series.Instrument.Symbol, StringComparison.OrdinalIgnoreCase))
            && (Interval is not { } interval || interval == series.Interval)
            && (Model is null || Model == forecast.Model)
            && (Version is null || Version == forecast.Version)
            && (SinceMs is not { } since || forecast.OpenMs >= since);
    }
}
