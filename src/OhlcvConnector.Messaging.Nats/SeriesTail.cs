using System.Globalization;
using OhlcvConnector.Application.Publishing;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>The end of a series on the bus: what its newest message says, and where that lies.</summary>
/// <param name="StreamSequence">The message's number in the stream; 0 when there is none.</param>
/// <param name="EndMs">Up to which moment the subject holds the series, Unix epoch milliseconds UTC; 0 when there is none.</param>
/// <param name="Sequence">Number of closed candles so far.</param>
/// <param name="Epoch">Within which that counts.</param>
internal sealed record SeriesTail(ulong StreamSequence, long EndMs, long Sequence, string Epoch)
{
    /// <summary>True when the bus has nothing of the series.</summary>
    public bool IsEmpty => StreamSequence == 0;

    /// <summary>The beginning of a series, with an epoch of its own: numbers of an earlier life, which the stream has dropped, are not these.</summary>
    public static SeriesTail Begin() => new(0, 0, 0, BusPayload.NewEpoch());

    /// <summary>Reads the tail out of the headers of the newest message.</summary>
    /// <param name="streamSequence">The message's number in the stream.</param>
    /// <param name="header">Gives the value of a header, or null.</param>
    /// <exception cref="FormatException">The headers are not ours; the message says which.</exception>
    public static SeriesTail Read(ulong streamSequence, Func<string, string?> header)
    {
        var version = header(BusHeaders.Version);
        if (version != BusHeaders.CurrentVersion)
        {
            throw new FormatException($"it has {(version is null ? "no version" : $"version {version}")} in '{BusHeaders.Version}', and this program knows version {BusHeaders.CurrentVersion}");
        }

        return new SeriesTail(
            streamSequence, Number(header, BusHeaders.End), Number(header, BusHeaders.Sequence),
            header(BusHeaders.Epoch) ?? throw new FormatException($"it has no '{BusHeaders.Epoch}'"));
    }

    private static long Number(Func<string, string?> header, string name) =>
        long.TryParse(header(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"its '{name}' is no number: '{header(name)}'");
}
