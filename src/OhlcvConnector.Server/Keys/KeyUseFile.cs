using System.Text.Json;

namespace OhlcvConnector.Server.Keys;

/// <summary>
/// What the server writes of keys, beside their file: when they were used last, and what is reserved of this minute. The file of keys itself is only read by
/// the server, which may run as a user that must not change it.
/// </summary>
/// <param name="path">The file; it need not exist yet.</param>
internal sealed class KeyUseFile(string path)
{
    private readonly Lock _gate = new();

    /// <summary>When keys were used last; empty where nothing is known.</summary>
    public Dictionary<string, DateTimeOffset> Used()
    {
        lock (_gate)
        {
            return Read().Used;
        }
    }

    /// <summary>Writes when keys were used last.</summary>
    public void Use(IReadOnlyDictionary<string, DateTimeOffset> used)
    {
        lock (_gate)
        {
            var all = Read();
            foreach (var (id, time) in used)
            {
                all.Used[id] = time;
            }

            Write(all);
        }
    }

    /// <summary>Reserves permits of a minute; how many there are then, these included.</summary>
    public int Reserve(string id, long minute, int permits)
    {
        lock (_gate)
        {
            var all = Read();
            if (all.Minute != minute)
            {
                all = all with { Minute = minute, Permits = [] };
            }

            var total = all.Permits.GetValueOrDefault(id) + permits;
            all.Permits[id] = total;
            Write(all);
            return total;
        }
    }

    private KeyUseFileContent Read()
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), KeyUseJson.Default.KeyUseFileContent) is { } content
                ? content
                : new KeyUseFileContent(0, [], []);
        }
        catch (JsonException)
        {
            return new KeyUseFileContent(0, [], []); // half a file of a machine that lost power: nothing in it is worth an error
        }
    }

    /// <summary>Beside the file, then moved: whoever reads sees the old one or the new one.</summary>
    private void Write(KeyUseFileContent content)
    {
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(content, KeyUseJson.Default.KeyUseFileContent));
        File.Move(fresh, path, overwrite: true);
    }
}

/// <summary>What the file holds.</summary>
/// <param name="Minute">Of which minute the permits are: minutes since 1970, UTC.</param>
/// <param name="Permits">How many are reserved, by key.</param>
/// <param name="Used">When keys were used last, UTC.</param>
internal sealed record KeyUseFileContent(long Minute, Dictionary<string, int> Permits, Dictionary<string, DateTimeOffset> Used);

[System.Text.Json.Serialization.JsonSerializable(typeof(KeyUseFileContent))]
internal sealed partial class KeyUseJson : System.Text.Json.Serialization.JsonSerializerContext;
