namespace OhlcvConnector.Application.Keys;

/// <summary>
/// Where API keys are kept. Several programs may use one at a time. What it throws is an <see cref="IOException"/>, an <see cref="InvalidDataException"/>, an
/// <see cref="UnauthorizedAccessException"/> or an <see cref="Domain.OhlcvConnectorException"/>, which says what is wrong.
/// </summary>
public interface IKeyStore
{
    /// <summary>All keys, revoked ones too, in the order in which they were made.</summary>
    /// <param name="stamp">The stamp of what was read last; null for nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<KeyList> ReadAsync(string? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a key, or puts one in the place of that with its id.</summary>
    ValueTask PutAsync(ApiKey key, CancellationToken cancellationToken = default);

    /// <summary>Writes when keys were used last.</summary>
    /// <param name="used">By the keys' ids, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask UseAsync(IReadOnlyDictionary<string, DateTimeOffset> used, CancellationToken cancellationToken = default);

    /// <summary>Reserves permits of a minute for a key, so that it gets no more of them elsewhere, nor after a restart.</summary>
    /// <param name="id">The key's id.</param>
    /// <param name="minute">The minute: minutes since 1970, UTC.</param>
    /// <param name="permits">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many are reserved of this minute, these included.</returns>
    ValueTask<int> ReserveAsync(string id, long minute, int permits, CancellationToken cancellationToken = default);
}

/// <summary>What was read of a store of keys.</summary>
/// <param name="Stamp">Changes with the keys.</param>
/// <param name="Keys">The keys; null when they are as they were.</param>
public sealed record KeyList(string Stamp, IReadOnlyList<ApiKey>? Keys);
