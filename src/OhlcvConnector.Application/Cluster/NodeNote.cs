using System.Text.Json;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Application.Cluster;

/// <summary>What a node lets others read in its lease.</summary>
public sealed partial record NodeNote
{
    /// <summary>The format's version.</summary>
    public string Version { get; init; } = ClusterVersion.Written;

    /// <summary>The address that exchanges see.</summary>
    public required string Address { get; init; }

    /// <summary>How much it carries beside others.</summary>
    public required double Weight { get; init; }

    /// <summary>The version of the program.</summary>
    public string? Program { get; init; }

    /// <summary>The process, as <c>host/pid</c>.</summary>
    public string? Process { get; init; }

    /// <summary>The shards that it carries.</summary>
    public int Shards { get; init; }

    /// <summary>The series that it carries.</summary>
    public int Series { get; init; }

    /// <summary>True while it gives back what it carries, to end: nothing more is placed on it, and nothing is taken from it.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Writes it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, NoteJson.Default.NodeNote);

    /// <summary>Reads one; fields that this program does not know are skipped.</summary>
    /// <returns>The note; null when it is none, or of another major version.</returns>
    public static NodeNote? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, NoteJson.Default.NodeNote) is { } note && ClusterVersion.IsReadable(note.Version) ? note : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(NodeNote))]
    private sealed partial class NoteJson : JsonSerializerContext;
}
