using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using OhlcvConnector.Application.Keys;

namespace OhlcvConnector.Server.Keys;

/// <summary>
/// The API keys in a file, one JSON object a line, as <c>connector-cli keys</c> keeps them. What the server itself writes, when keys were used last and what
/// is reserved of their limits, is in a file beside it.
/// </summary>
/// <param name="path">The file; it need not exist yet.</param>
/// <param name="clock">Dates new and revoked keys.</param>
public sealed class KeyFile(string path, TimeProvider clock) : IKeyStore
{
    private const int HashCharacters = 2 * SHA256.HashSizeInBytes;
    private const long MaxFile = 64 * 1024 * 1024;

    // The server runs as another user than the one who makes keys. What the file holds opens no door: hashes of 256 random bits.
    private const UnixFileMode NewFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly Lock _gate = new();
    private readonly KeyUseFile _use = new(path + ".use");

    /// <summary>Returns all keys, revoked ones too; none while there is no file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else, or is none.</exception>
    public IReadOnlyList<ApiKey> List() => File.Exists(path) || Directory.Exists(path) ? Read(known: null).Keys! : [];

    /// <summary>Makes a key. It can be shown once, now; only its hash is kept.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="role">What it allows.</param>
    /// <returns>The key, and what is stored of it.</returns>
    /// <exception cref="IOException">Somebody else is changing the file.</exception>
    public (string Key, ApiKey Stored) Add(string name, KeyRole role = KeyRole.Read)
    {
        var (key, stored) = KeySecret.New(name, clock.GetUtcNow());
        stored = stored with { Role = role };
        Change(keys =>
        {
            keys.Add(stored);
            return true;
        });
        return (key, stored);
    }

    /// <summary>Revokes a key, and says whether there is a valid one with this id.</summary>
    /// <exception cref="IOException">Somebody else is changing the file.</exception>
    public bool Revoke(string id) => Change(keys =>
    {
        var index = keys.FindIndex(key => key.Id == id && key.RevokedAt is null);
        if (index < 0)
        {
            return false;
        }

        keys[index] = keys[index] with { RevokedAt = clock.GetUtcNow() };
        return true;
    });

    /// <inheritdoc/>
    public ValueTask<KeyList> ReadAsync(string? stamp = null, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(stamp));

    /// <inheritdoc/>
    public ValueTask PutAsync(ApiKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        Change(keys =>
        {
            var index = keys.FindIndex(known => known.Id == key.Id);
            if (index < 0)
            {
                keys.Add(key);
            }
            else
            {
                keys[index] = key;
            }

            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask UseAsync(IReadOnlyDictionary<string, DateTimeOffset> used, CancellationToken cancellationToken = default)
    {
        _use.Use(used);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReserveAsync(string id, long minute, int permits, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_use.Reserve(id, minute, permits));

    /// <summary>Reads the file, unless it is as it was.</summary>
    private KeyList Read(string? known)
    {
        if (Directory.Exists(path))
        {
            throw new InvalidDataException($"{path} is a directory, not a file of API keys.");
        }

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var stamp = string.Create(CultureInfo.InvariantCulture, $"{File.GetLastWriteTimeUtc(handle).Ticks} {Length(path, handle)}");
        if (stamp == known)
        {
            return new KeyList(stamp, Keys: null);
        }

        var (keys, used) = (new List<ApiKey>(), _use.Used());
        using var reader = new StreamReader(new FileStream(handle, FileAccess.Read));
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (text.Length > 0)
            {
                var key = Read(path, line, text);
                keys.Add(key with { LastUsedAt = used.TryGetValue(key.Id, out var time) ? time : null });
            }
        }

        return new KeyList(stamp, keys);
    }

    private static long Length(string path, Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        try
        {
            var length = RandomAccess.GetLength(handle);
            return length <= MaxFile ? length : throw new InvalidDataException($"{path} is no file of API keys: it has {length} bytes.");
        }
        catch (NotSupportedException exception)
        {
            throw new InvalidDataException($"{path} is no file of API keys: it is no file.", exception);
        }
    }

    private static ApiKey Read(string path, int line, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var hash = root.GetProperty("sha256").GetString();
            return new ApiKey(
                root.GetProperty("id").GetString() ?? throw new FormatException("'id' is null."),
                root.GetProperty("name").GetString() ?? "",
                hash is { Length: HashCharacters } ? hash : throw new FormatException($"'sha256' must have {HashCharacters} characters."),
                root.GetProperty("created").GetDateTimeOffset(),
                root.TryGetProperty("revoked", out var revoked) && revoked.ValueKind == JsonValueKind.String ? revoked.GetDateTimeOffset() : null)
            {
                IsEnabled = !root.TryGetProperty("enabled", out var enabled) || enabled.GetBoolean(),
                Role = KeyRoleNames.Read(root.TryGetProperty("role", out var role) ? role.GetString() : null),
                RequestsPerMinute = root.TryGetProperty("perMinute", out var limit) ? limit.GetInt32() : null,
            };
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"{path} is no file of API keys: line {line}: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Writes beside the file and moves: whoever reads sees the old file or the new one, never half of one. Who else changes it meanwhile is refused.
    /// </summary>
    private bool Change(Func<List<ApiKey>, bool> change)
    {
        lock (_gate)
        {
            var fresh = path + ".new";
            using var file = new FileStream(fresh, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            var isDone = false;
            try
            {
                List<ApiKey> keys = [.. List()];
                if (!change(keys))
                {
                    return false;
                }

                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file.SafeFileHandle, File.Exists(path) ? File.GetUnixFileMode(path) : NewFile);
                }

                file.SetLength(0);
                Write(file, keys);
                file.Flush(flushToDisk: true);
                File.Move(fresh, path, overwrite: true);
                isDone = true;
                return true;
            }
            finally
            {
                if (!isDone)
                {
                    File.Delete(fresh);
                }
            }
        }
    }

    private static void Write(FileStream file, List<ApiKey> keys)
    {
        foreach (var key in keys)
        {
            using var json = new Utf8JsonWriter(file);
            json.WriteStartObject();
            json.WriteString("id", key.Id);
            json.WriteString("name", key.Name);
            json.WriteString("sha256", key.Hash);
            json.WriteString("created", key.CreatedAt);
            if (!key.IsEnabled)
            {
                json.WriteBoolean("enabled", false);
            }

            if (key.Role != KeyRole.Read)
            {
                json.WriteString("role", key.Role.Name());
            }

            if (key.RequestsPerMinute is { } limit)
            {
                json.WriteNumber("perMinute", limit);
            }

            if (key.RevokedAt is { } revoked)
            {
                json.WriteString("revoked", revoked);
            }

            json.WriteEndObject();
            json.Flush();
            file.WriteByte((byte)'\n');
        }
    }
}
