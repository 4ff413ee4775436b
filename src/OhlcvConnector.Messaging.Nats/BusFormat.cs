using System.Globalization;
using NATS.Client.Core;
using OhlcvConnector.Application.Publishing;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>Writes the headers of messages.</summary>
internal static class BusFormat
{
    /// <summary>Headers of a message.</summary>
    /// <param name="payload">What writes the payload, and has the label.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="tail">What the series has with it.</param>
    public static NatsHeaders Headers(BusPayload payload, string kind, SeriesTail tail) => new(8)
    {
        { BusHeaders.Version, BusHeaders.CurrentVersion },
        { BusHeaders.Kind, kind },
        { BusHeaders.Sequence, tail.Sequence.ToString(CultureInfo.InvariantCulture) },
        { BusHeaders.Epoch, tail.Epoch },
        { BusHeaders.End, tail.EndMs.ToString(CultureInfo.InvariantCulture) },
        { BusHeaders.Label, payload.Label },
    };
}
