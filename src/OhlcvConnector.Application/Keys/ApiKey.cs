namespace OhlcvConnector.Application.Keys;

/// <summary>An API key as it is stored: never the key itself, only its hash.</summary>
/// <param name="Id">Names the key in lists and limits; not secret.</param>
/// <param name="Name">Whose it is, for people.</param>
/// <param name="Hash">SHA-256 of the key, in hexadecimal. A key has 256 random bits, so that no slower hash is needed.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="RevokedAt">When it was revoked for good, UTC; null while it is not.</param>
public sealed record ApiKey(string Id, string Name, string Hash, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt = null)
{
    /// <summary>Whether it is enabled; one that is not can be enabled again.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>What it allows.</summary>
    public KeyRole Role { get; init; }

    /// <summary>Requests a minute for prices with it; 0 for any number, null for the server's own figure.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>When it was used last, UTC, written now and then; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Whether somebody who shows it is let in.</summary>
    public bool IsValid => IsEnabled && RevokedAt is null;
}
