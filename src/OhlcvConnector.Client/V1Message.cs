using System.Buffers;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Writes the requests of the server's protocol v1; has no socket.</summary>
internal static class V1Message
{
    /// <summary>The request that chooses the protocol, and is answered at once.</summary>
    public const string Ping = """{"op":"ping"}""";

    /// <summary>A request to subscribe.</summary>
    /// <param name="id">The number of the request, which the answer carries.</param>
    /// <param name="series">The series; all of one market and interval.</param>
    /// <param name="resumeMs">Open time of the first closed candle that is wanted; null for what comes.</param>
    public static string Subscribe(long id, IReadOnlyList<Series> series, long? resumeMs) => Write("subscribe", id, series, json =>
    {
        if (resumeMs is { } from)
        {
            json.WriteNumber("resume_from"u8, from);
        }
    });

    /// <summary>A request to subscribe no longer.</summary>
    public static string Unsubscribe(long id, Series series) => Write("unsubscribe", id, [series], _ => { });

    private static string Write(string op, long id, IReadOnlyList<Series> series, Action<Utf8JsonWriter> more)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("op"u8, op);
            json.WriteNumber("id"u8, id);
            json.WriteString("exchange"u8, series[0].Exchange);
            json.WriteString("market"u8, series[0].Market.Name());
            json.WriteStartArray("symbols"u8);
            foreach (var one in series)
            {
                json.WriteStringValue(one.VenueSymbol);
            }

            json.WriteEndArray();
            json.WriteString("interval"u8, series[0].Interval.ToString());
            more(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
