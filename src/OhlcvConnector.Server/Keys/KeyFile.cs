using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OhlcvConnector.Server.Keys;

/// <summary>The API keys in a file, one JSON object a line. The server sees a change without being started again.</summary>
/// <param name="path">The file; it need not exist yet.</param>
/// <param name="clock">Dates new and revoked keys.</param>
public sealed class KeyFile(string path, TimeProvider clock)
{
    private const string Prefix = "ohlcv_";
    private const int KeyBytes = 32;
    private const int IdBytes = 4;

    private readonly Lock _gate = new();
    private List<ApiKey> _keys = [];
    private (DateTime Written, long Length) _read;

    /// <summary>All keys, revoked ones too.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public IReadOnlyList<ApiKey> List()
    {
        lock (_gate)
        {
            Refresh();
            return [.. _keys];
        }
    }

    /// <summary>Makes a key. It can be shown once, now; only its hash is kept.</summary>
    /// <param name="name">Whose it is.</param>
    /// <returns>The key, and what is stored of it.</returns>
    public (string Key, ApiKey Stored) Add(string name)
    {
        var key = Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        var stored = new ApiKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), name, HashOf(key), clock.GetUtcNow(), RevokedAt: null);
        lock (_gate)
        {
            Refresh();
            _keys.Add(stored);
            Save();
        }

        return (key, stored);
    }

    /// <summary>Revokes a key, and says whether there is a valid one with this id.</summary>
    public bool Revoke(string id)
    {
        lock (_gate)
        {
            Refresh();
            var index = _keys.FindIndex(key => key.Id == id && key.RevokedAt is null);
            if (index < 0)
            {
                return false;
            }

            _keys[index] = _keys[index] with { RevokedAt = clock.GetUtcNow() };
            Save();
            return true;
        }
    }

    /// <summary>The valid key with this text; null when there is none.</summary>
    public ApiKey? Verify(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        var hash = Encoding.ASCII.GetBytes(HashOf(key));
        ApiKey? found = null;
        foreach (var candidate in List())
        {
            if (CryptographicOperations.FixedTimeEquals(hash, Encoding.ASCII.GetBytes(candidate.Hash)) && candidate.RevokedAt is null)
            {
                found = candidate;
            }
        }

        return found;
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private void Refresh()
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            (_keys, _read) = ([], default);
            return;
        }

        var state = (file.LastWriteTimeUtc, file.Length);
        if (state != _read)
        {
            _keys = [.. File.ReadLines(path).Where(line => line.Length > 0).Select(Read)];
            _read = state;
        }
    }

    private ApiKey Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new ApiKey(
                root.GetProperty("id").GetString()!,
                root.GetProperty("name").GetString()!,
                root.GetProperty("sha256").GetString()!,
                root.GetProperty("created").GetDateTimeOffset(),
                root.TryGetProperty("revoked", out var revoked) && revoked.ValueKind == JsonValueKind.String ? revoked.GetDateTimeOffset() : null);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} is no file of API keys: {exception.Message}", exception);
        }
    }

    /// <summary>Writes beside the file and moves: whoever reads sees the old file or the new one, never half of one.</summary>
    private void Save()
    {
        var fresh = path + ".new";
        using (var file = OpenPrivate(fresh))
        {
            foreach (var key in _keys)
            {
                using var json = new Utf8JsonWriter(file);
                json.WriteStartObject();
                json.WriteString("id", key.Id);
                json.WriteString("name", key.Name);
                json.WriteString("sha256", key.Hash);
                json.WriteString("created", key.CreatedAt);
                if (key.RevokedAt is { } revoked)
                {
                    json.WriteString("revoked", revoked);
                }

                json.WriteEndObject();
                json.Flush();
                file.WriteByte((byte)'\n');
            }
        }

        File.Move(fresh, path, overwrite: true);
        var written = new FileInfo(path);
        _read = (written.LastWriteTimeUtc, written.Length);
    }

    private static FileStream OpenPrivate(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(file, options);
    }
}
