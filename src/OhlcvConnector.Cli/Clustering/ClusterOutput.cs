using System.Text.Json;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Clustering;

/// <summary>Writes what <c>connector-cli cluster</c> shows: text for people, an object of JSON a line for programs.</summary>
internal static class ClusterOutput
{
    /// <summary>Writes series.</summary>
    public static void Write(Stream output, IEnumerable<ClusterSeries> series, bool isJson)
    {
        using var writer = new StreamWriter(output, leaveOpen: true);
        foreach (var one in series)
        {
            writer.WriteLine(!isJson ? one.ToString() : Json(json =>
            {
                json.WriteString("exchange"u8, one.Exchange);
                json.WriteString("market"u8, one.Market.Name());
                json.WriteString("symbol"u8, one.Symbol);
                json.WriteString("interval"u8, one.Interval.ToString());
            }));
        }
    }

    /// <summary>Writes a status.</summary>
    public static void Write(Stream output, ClusterStatus status, bool isJson)
    {
        using var writer = new StreamWriter(output, leaveOpen: true);
        if (isJson)
        {
            writer.WriteLine(Json(json => Write(json, status)));
            return;
        }

        var series = status.Shards.Sum(one => one.Shard.Series.Count);
        writer.WriteLine(status.Charter is not { } charter
            ? FormattableString.Invariant($"No node ever joined; {series} series wait ({status.Location})")
            : FormattableString.Invariant($"{(charter.Simulated ? "SANDBOX: " : "")}{charter.Cluster}: {status.Nodes.Count} nodes, {series} series in {status.Shards.Count} shards, leases of {charter.LeaseSeconds} s, {charter.Redundancy} nodes a series ({status.Location})"));
        foreach (var (id, note) in status.Nodes)
        {
            writer.WriteLine(note is null
                ? $"  {id,-20} of a version that cannot be read"
                : FormattableString.Invariant($"  {id,-20} {note.Series,6} series {note.Shards,4} shards  weight {note.Weight}  address {note.Address}  {note.Program} {note.Process}"));
        }

        foreach (var (shard, nodes) in status.Shards)
        {
            writer.WriteLine(FormattableString.Invariant($"  {shard.Name,-30} {shard.Series.Count,6} series  {(nodes.Count > 0 ? string.Join(", ", nodes) : "carried by nobody")}"));
        }
    }

    private static void Write(Utf8JsonWriter json, ClusterStatus status)
    {
        json.WriteString("cluster"u8, status.Charter?.Cluster);
        if (status.Charter is { } charter)
        {
            json.WriteBoolean("sandbox"u8, charter.Simulated);
            json.WriteNumber("leaseSeconds"u8, charter.LeaseSeconds);
            json.WriteNumber("redundancy"u8, charter.Redundancy);
        }

        json.WriteNumber("series"u8, status.Shards.Sum(one => one.Shard.Series.Count));
        json.WriteBoolean("whole"u8, status.IsWhole);
        json.WriteStartArray("nodes"u8);
        foreach (var (id, note) in status.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("node"u8, id);
            if (note is not null)
            {
                json.WriteString("address"u8, note.Address);
                json.WriteNumber("weight"u8, note.Weight);
                json.WriteNumber("shards"u8, note.Shards);
                json.WriteNumber("series"u8, note.Series);
                json.WriteString("program"u8, note.Program);
                json.WriteString("process"u8, note.Process);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("shards"u8);
        foreach (var (shard, nodes) in status.Shards)
        {
            json.WriteStartObject();
            json.WriteString("shard"u8, shard.Name);
            json.WriteNumber("series"u8, shard.Series.Count);
            json.WriteStartArray("nodes"u8);
            foreach (var node in nodes)
            {
                json.WriteStringValue(node);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
