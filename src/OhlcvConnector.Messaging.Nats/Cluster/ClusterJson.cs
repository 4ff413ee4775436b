using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Cluster;

/// <summary>The values of a cluster's book: <c>{"version":"1.0","series":["BTCUSDT 1m"]}</c>, and its charter.</summary>
internal static partial class ClusterJson
{
    private const string Version = "version";
    private const string Series = "series";

    /// <summary>Writes a charter.</summary>
    public static string Write(ClusterCharter charter) => JsonSerializer.Serialize(charter, CharterJson.Default.ClusterCharter);

    /// <summary>Reads a charter; fields that this program does not know are skipped.</summary>
    /// <exception cref="ClusterException">It is none, or of another major version.</exception>
    public static ClusterCharter ReadCharter(string text, string what)
    {
        ClusterVersion.Check(Text(Parse(text, what)[Version]), what); // before its fields: a later major version may have others
        try
        {
            return JsonSerializer.Deserialize(text, CharterJson.Default.ClusterCharter)!;
        }
        catch (JsonException exception)
        {
            throw new ClusterException($"{what} is no charter of a cluster: {exception.Message}", exception);
        }
    }

    /// <summary>The name of a series among those of its market: <c>BTCUSDT 1m</c>.</summary>
    public static string Name(ClusterSeries series) => $"{series.Symbol} {series.Interval}";

    /// <summary>Reads the series of a market.</summary>
    /// <exception cref="ClusterException">They cannot be read, or are of another major version.</exception>
    public static IEnumerable<ClusterSeries> ReadSeries(string text, string exchange, Market market, string what) =>
        Names(Parse(text, what), what).Select(name => name.LastIndexOf(' ') is > 0 and var space && Interval.TryParse(name[(space + 1)..], out var interval)
            ? new ClusterSeries(exchange, market, name[..space], interval)
            : throw new ClusterException($"{what}: '{name}' is no symbol with an interval behind it."));

    /// <summary>Changes the series of a market, and carries along what this program does not know.</summary>
    /// <param name="text">What is there; null for nothing.</param>
    /// <param name="edit">The change of the series' names.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <returns>What to write, and the number of series that came or went.</returns>
    /// <exception cref="ClusterException">What is there cannot be read, or is of another major version.</exception>
    public static (string Text, int Changed) Edit(string? text, Action<HashSet<string>> edit, string what)
    {
        var document = text is null ? new JsonObject { [Version] = ClusterVersion.Written, [Series] = new JsonArray() } : Parse(text, what);
        var names = Names(document, what).ToHashSet(StringComparer.Ordinal);
        var before = names.Count;
        edit(names);
        document[Series] = new JsonArray([.. names.Order(StringComparer.Ordinal).Select(name => (JsonNode)JsonValue.Create(name))]);
        return (document.ToJsonString(), Math.Abs(names.Count - before));
    }

    private static IEnumerable<string> Names(JsonObject document, string what)
    {
        ClusterVersion.Check(Text(document[Version]), what);
        return document[Series] is JsonArray names && names.All(name => Text(name) is not null)
            ? names.Select(name => Text(name)!)
            : throw new ClusterException($"{what} has no list of series.");
    }

    private static JsonObject Parse(string text, string what)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (JsonException exception)
        {
            throw new ClusterException($"{what} is no JSON of a cluster: {exception.Message}. Give the cluster a bucket of its own.", exception);
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(ClusterCharter))]
    private sealed partial class CharterJson : JsonSerializerContext;
}
