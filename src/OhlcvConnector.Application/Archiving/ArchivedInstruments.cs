using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>The listings that an archive knows: the instruments and intervals of its series, so that it is read as an exchange is, without one.</summary>
/// <param name="series">The archive's series.</param>
public sealed class ArchivedInstruments(IReadOnlyList<Series> series) : IInstrumentRepository
{
    /// <inheritdoc/>
    public IReadOnlyList<ExchangeProfile> Exchanges { get; } =
    [
        .. series.GroupBy(one => one.Exchange).Select(exchange => new ExchangeProfile(
            exchange.Key,
            [.. exchange.GroupBy(one => one.Market).OrderBy(market => market.Key).Select(market =>
                Profile(market.Key, [.. market.Select(one => one.Interval).Distinct().Order()]))],
            DefaultMarket: null)),
    ];

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Instrument>>(
        [.. series.Where(one => one.Exchange == exchange && one.Market == market).Select(one => one.Instrument).DistinctBy(one => one.VenueSymbol)]);

    private static MarketProfile Profile(Market market, IReadOnlyList<Interval> intervals) => new(market, intervals, intervals);
}
