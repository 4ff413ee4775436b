namespace OhlcvConnector.Server.Keys;

/// <summary>An API key as it is stored: never the key itself, only its hash.</summary>
/// <param name="Id">Names the key in lists and limits; not secret.</param>
/// <param name="Name">Whose it is, for people.</param>
/// <param name="Hash">SHA-256 of the key, in hexadecimal. A key has 256 random bits, so that no slower hash is needed.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="RevokedAt">When it was revoked, UTC; null while it is valid.</param>
public sealed record ApiKey(string Id, string Name, string Hash, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt);
