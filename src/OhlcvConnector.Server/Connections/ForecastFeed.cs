using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>Hands forecasts to the clients that want them.</summary>
/// <param name="store">Where forecasts are kept.</param>
internal sealed class ForecastFeed(IForecastStore store) : KeptFeed<ForecastFilter, KeptForecast>
{
    /// <inheritdoc/>
    protected override int MaxLimit => ForecastFilter.MaxLimit;

    /// <inheritdoc/>
    protected override long NumberOf(KeptForecast kept) => kept.Number;

    /// <inheritdoc/>
    protected override byte[] FrameOf(KeptForecast kept) => V1Forecasts.Frame(kept);

    /// <inheritdoc/>
    protected override bool Matches(ForecastFilter filter, KeptForecast kept) => filter.Matches(kept.Forecast);

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<KeptForecast>> ReadAsync(ForecastFilter filter, long? after, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(filter with { After = after, IsAscending = after is not null, Limit = limit }, cancellationToken);
}
