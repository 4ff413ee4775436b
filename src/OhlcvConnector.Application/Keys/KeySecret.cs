using System.Security.Cryptography;
using System.Text;

namespace OhlcvConnector.Application.Keys;

/// <summary>Makes keys, and knows them again.</summary>
public static class KeySecret
{
    private const string Prefix = "ohlcv_";
    private const int KeyBytes = 32;
    private const int IdBytes = 4;

    /// <summary>Makes a key. It can be shown once, now; only its hash is kept.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="now">When, UTC.</param>
    /// <returns>The key, and what is stored of it.</returns>
    public static (string Key, ApiKey Stored) New(string name, DateTimeOffset now)
    {
        var key = NewText();
        return (key, new ApiKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), name, HashOf(key), now));
    }

    /// <summary>Makes another key with the same id, name, role and limit; the one before is not valid any more.</summary>
    /// <param name="stored">What is stored of the one before.</param>
    public static (string Key, ApiKey Stored) Rotate(ApiKey stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var key = NewText();
        return (key, stored with { Hash = HashOf(key) });
    }

    /// <summary>The hash by which a key is known.</summary>
    /// <param name="key">The key.</param>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string NewText() =>
        Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)).Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
