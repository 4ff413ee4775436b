using System.Collections.Concurrent;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>Listings as the exchanges give them; each reading is kept in an archive, so that later it can be told what was listed when.</summary>
/// <param name="archive">The archive.</param>
/// <param name="exchanges">The exchanges' listings.</param>
/// <param name="clock">The clock that says when a listing was read.</param>
/// <param name="trouble">Told when one could not be kept, which the next reading makes good; null for nobody.</param>
public sealed class ListingsToArchive(ICandleArchive archive, IInstrumentRepository exchanges, TimeProvider clock, Action<ArchiveException>? trouble = null)
    : IInstrumentRepository
{
    private readonly ConcurrentDictionary<(string Exchange, Market Market), IReadOnlyList<Instrument>> _kept = [];

    /// <inheritdoc/>
    public IReadOnlyList<ExchangeProfile> Exchanges => exchanges.Exchanges;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        await KeepAsync(exchange, market, await exchanges.ListAsync(exchange, market, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        await KeepAsync(exchange, market, await exchanges.ListAgainAsync(exchange, market, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<Instrument?> FindAsync(string exchange, Market market, string venueSymbol, CancellationToken cancellationToken = default) =>
        exchanges.FindAsync(exchange, market, venueSymbol, cancellationToken);

    /// <summary>Reads the listings of all markets that series are of, where they are not as recent as the exchanges' repository keeps them.</summary>
    /// <exception cref="ExchangeUnavailableException">A venue did not answer usably.</exception>
    public async Task ListAllAsync(IEnumerable<Series> series, CancellationToken cancellationToken = default)
    {
        foreach (var (exchange, market) in series.Select(one => (one.Exchange, one.Market)).Distinct().ToList())
        {
            await ListAsync(exchange, market, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps a listing once: the same list again is the same reading.</summary>
    private async Task<IReadOnlyList<Instrument>> KeepAsync(string exchange, Market market, IReadOnlyList<Instrument> listed)
    {
        if (_kept.TryGetValue((exchange, market), out var before) && ReferenceEquals(before, listed))
        {
            return listed;
        }

        _kept[(exchange, market)] = listed; // before it is written: an archive that cannot be written delays one who asks, not all
        try
        {
            await archive.KeepListingAsync(listed, clock.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (ArchiveException exception)
        {
            trouble?.Invoke(exception);
        }

        return listed;
    }
}
