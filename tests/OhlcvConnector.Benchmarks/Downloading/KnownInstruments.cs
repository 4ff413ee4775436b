using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks.Downloading;

/// <summary>Listings that are known beforehand, so that what is measured is something else alone.</summary>
internal sealed class KnownInstruments(IInstrumentRepository real, IReadOnlyCollection<Instrument> known) : IInstrumentRepository
{
    public IReadOnlyList<ExchangeProfile> Exchanges => real.Exchanges;

    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Instrument>>([.. known.Where(one => one.Exchange == exchange && one.Market == market)]);
}
