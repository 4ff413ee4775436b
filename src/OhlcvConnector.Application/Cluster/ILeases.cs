using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>
/// Leases: each is held by one at a time, and ends by itself when it is not renewed. The engine's clock alone measures that; what time it is for who holds one
/// does not matter. One object is one holder. They save double work, and are no guard: who was suspended does not know yet that its lease is over, and what it
/// writes then is refused by the store it writes to.
/// </summary>
public interface ILeases : IAsyncDisposable
{
    /// <summary>How long a lease holds without being renewed.</summary>
    TimeSpan Duration { get; }

    /// <summary>Where they are, for people: without a password.</summary>
    string Location { get; }

    /// <summary>Takes a lease that nobody holds.</summary>
    /// <param name="name">The name: letters, digits, <c>-</c>, <c>_</c> and dots.</param>
    /// <param name="note">What others are to read of it, such as who holds it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The lease; null when somebody holds it.</returns>
    /// <exception cref="ClusterException">The engine does not answer, or refuses.</exception>
    Task<Lease?> TryAcquireAsync(string name, string note, CancellationToken cancellationToken = default);

    /// <summary>Takes a lease whose holder is known to live no more, though its time is not over.</summary>
    /// <param name="name">The name.</param>
    /// <param name="note">What others are to read of it from now on.</param>
    /// <param name="dead">The notes of holders that live no more.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The lease; null when nobody holds it, or somebody else.</returns>
    /// <exception cref="ClusterException">The engine does not answer, or refuses.</exception>
    Task<Lease?> TryInheritAsync(string name, string note, IReadOnlyCollection<string> dead, CancellationToken cancellationToken = default);

    /// <summary>Holds a lease for another <see cref="Duration"/>.</summary>
    /// <param name="lease">The lease as it was taken or renewed last.</param>
    /// <param name="note">What others are to read of it from now on.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The lease that is held now; null when it was lost.</returns>
    /// <exception cref="ClusterException">The engine does not answer, or refuses.</exception>
    Task<Lease?> TryRenewAsync(Lease lease, string note, CancellationToken cancellationToken = default);

    /// <summary>Gives a lease back, so that another can have it at once. Nothing happens when it was lost.</summary>
    /// <param name="lease">The lease as it was taken or renewed last.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">The engine does not answer, or refuses.</exception>
    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken = default);

    /// <summary>Lists the leases that are held now.</summary>
    /// <param name="prefix">What their names begin with, up to a dot and with it, such as <c>node.</c>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">The engine does not answer, or refuses.</exception>
    Task<IReadOnlyList<Lease>> ListAsync(string prefix, CancellationToken cancellationToken = default);
}

/// <summary>A lease.</summary>
/// <param name="Name">The name.</param>
/// <param name="Note">What its holder lets others read.</param>
/// <param name="Token">The engine's number for it, another whenever it was taken anew: who holds an older one has lost it.</param>
public sealed record Lease(string Name, string Note, long Token)
{
    /// <summary>How long a listed lease holds yet, unless it is renewed, as far as who listed it can know; zero for one that was not listed.</summary>
    public TimeSpan Left { get; init; }
}
