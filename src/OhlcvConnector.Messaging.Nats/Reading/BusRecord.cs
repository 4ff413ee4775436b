using System.Text.Json;
using NATS.Client.Core;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>A message of the bus, with its payload unread: most are of series that nobody here wants.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Tail">What its series has with it; of an open candle, with its close.</param>
/// <param name="Payload">A frame of protocol v1.</param>
internal sealed record BusRecord(string Subject, string Kind, SeriesTail Tail, byte[] Payload)
{
    /// <summary>Reads a message's headers.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="streamSequence">The message's number in the stream; 0 for one that is not stored.</param>
    /// <param name="header">Gives the value of a header, or null.</param>
    /// <param name="payload">The payload.</param>
    /// <exception cref="FormatException">It is none of ours; the message says why.</exception>
    public static BusRecord Read(string subject, ulong streamSequence, Func<string, string?> header, byte[] payload) => new(
        subject, header(BusHeaders.Kind) ?? throw new FormatException($"it has no '{BusHeaders.Kind}'"), SeriesTail.Read(streamSequence, header), payload);

    /// <summary>Reads a message's headers.</summary>
    /// <exception cref="FormatException">It is none of ours; the message says why.</exception>
    public static BusRecord Read(string subject, ulong streamSequence, NatsHeaders? headers, byte[]? payload) => Read(
        subject, streamSequence, name => headers is not null && headers.TryGetValue(name, out var value) ? value.ToString() : null, payload ?? []);

    /// <summary>The candle of a payload.</summary>
    /// <param name="series">The series that it is to be of.</param>
    /// <exception cref="FormatException">It is no possible candle.</exception>
    public PriceQuote Quote(Series series) => Parse(root => CandleJson.Read(root, series, CandleNames.Stream).Quote);

    /// <summary>The gap of a payload.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public Gap Gap() => Parse(root => new Gap(root.Time("from"), root.Time("to"), root.TextOrNull("reason") ?? ""));

    /// <summary>The status of a payload.</summary>
    /// <param name="series">The series that it is to be of.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public SeriesStatus Status(Series series) => Parse(root => new SeriesStatus(
        series,
        Enum.GetValues<SeriesCondition>().Cast<SeriesCondition?>().FirstOrDefault(one => BusPayload.Name(one!.Value) == root.Text("status"))
            ?? throw new FormatException($"'{root.Text("status")}' is no status"),
        root.TextOrNull("reason") ?? ""));

    /// <summary>The common spelling of the symbol.</summary>
    /// <exception cref="FormatException">It says none.</exception>
    public string Symbol() => Parse(root => root.Text("symbol"));

    private T Parse<T>(Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(Payload);
            return read(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidQuoteException)
        {
            throw new FormatException($"the payload of a message of {Subject} cannot be read: {exception.Message}", exception);
        }
    }
}
