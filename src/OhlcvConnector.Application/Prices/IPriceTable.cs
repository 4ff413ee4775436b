namespace OhlcvConnector.Application.Prices;

/// <summary>
/// The newest price of each asset, kept over restarts, for several programs at a time. What it throws is an
/// <see cref="Domain.OhlcvConnectorException"/> or an <see cref="IOException"/>, which says what is wrong.
/// </summary>
public interface IPriceTable
{
    /// <summary>All prices that are kept, one for each asset.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<AssetPrice>> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>How often what changed is to be kept: what a program that is killed loses at most.</summary>
    TimeSpan BetweenWrites => TimeSpan.FromSeconds(30);

    /// <summary>Keeps prices; one that is older than what is kept of its asset changes nothing.</summary>
    /// <param name="prices">The prices, each asset once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many took the place of an older one, or of none.</returns>
    Task<int> StoreAsync(IReadOnlyList<AssetPrice> prices, CancellationToken cancellationToken = default);

    /// <summary>Takes or keeps a lease, so that one program at a time does what it is for.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="owner">Who wants it.</param>
    /// <param name="time">For how long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the owner has it; false while another has.</returns>
    Task<bool> TryLeaseAsync(string name, string owner, TimeSpan time, CancellationToken cancellationToken = default);
}
