using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Prices;

/// <summary>A source of prices of assets. Which assets it knows, its answers say.</summary>
public interface IPriceProvider
{
    /// <summary>Its name, as settings and answers say it.</summary>
    string Name { get; }

    /// <summary>How prices come.</summary>
    PriceDelivery Delivery { get; }

    /// <summary>What it gives beside the price.</summary>
    PriceFields Gives { get; }

    /// <summary>
    /// The newest prices. A source that streams goes on with what was asked for, and tells of it by <see cref="ChangesAsync"/>, for an hour after the last
    /// who asked.
    /// </summary>
    /// <param name="requests">What is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>By request: the price, or null for what it does not know; what it could not find out in time is absent.</returns>
    /// <exception cref="PriceProviderException">It could not be asked at all.</exception>
    Task<IReadOnlyDictionary<PriceRequest, AssetPrice?>> ReadAsync(
        IReadOnlyCollection<PriceRequest> requests, CancellationToken cancellationToken = default);

    /// <summary>Prices of what was asked for, as they change; never ends by itself. Of a source that is polled none.</summary>
    IAsyncEnumerable<AssetPrice> ChangesAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<AssetPrice>();
}

/// <summary>How prices come from a source.</summary>
public enum PriceDelivery
{
    /// <summary>By themselves, as they change.</summary>
    Stream,

    /// <summary>When they are asked for.</summary>
    Poll,
}

/// <summary>What a source can give beside the price.</summary>
[Flags]
public enum PriceFields
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Names for people.</summary>
    Name = 1,

    /// <summary>The market capitalization.</summary>
    MarketCap = 2,

    /// <summary>Change, highest and lowest price of 24 hours.</summary>
    Day = 4,

    /// <summary>The volume of 24 hours.</summary>
    Volume = 8,

    /// <summary>Prices of the last hours.</summary>
    Hours = 16,
}
