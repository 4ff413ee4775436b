using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Recorded;
using ZstdSharp;

namespace OhlcvConnector.Cli.Recording;

/// <summary>A line of a file of raw messages.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Bytes">The whole line.</param>
internal readonly record struct RawLine(int Number, ReadOnlyMemory<byte> Bytes);

/// <summary>Files of raw messages, as <see cref="RawWriter"/> writes them.</summary>
internal static class RawFiles
{
    /// <summary>How their names begin.</summary>
    public const string Prefix = "raw-";

    /// <summary>How their names end.</summary>
    public const string Ending = ".jsonl.zst";

    private const int HourLength = 11; // 20260131T12

    /// <summary>The files of a directory, oldest first.</summary>
    public static IReadOnlyList<string> In(string directory) => [.. Directory.EnumerateFiles(directory, $"{Prefix}*{Ending}").Order(StringComparer.Ordinal)];

    /// <summary>The hour that a file's name says, UTC; null where it says none.</summary>
    public static DateTimeOffset? HourOf(string name) => name.Length >= Prefix.Length + HourLength && DateTimeOffset.TryParseExact(
        name.AsSpan(Prefix.Length, HourLength), "yyyyMMdd'T'HH", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour) ? hour : null;

    /// <summary>Whether bytes begin a file of zstd.</summary>
    public static bool IsCompressed(ReadOnlySpan<byte> start) => start is [0x28, 0xB5, 0x2F, 0xFD, ..];

    /// <summary>The lines of a file, to the end of its last whole block: what a kill left behind that ends nothing.</summary>
    public static IEnumerable<RawLine> Lines(Stream file)
    {
        using var blocks = new DecompressionStream(file, checkEndOfStream: false);
        var buffer = new byte[1024 * 1024];
        var (length, number) = (0, 0);
        while (TryRead(blocks, buffer, length, out var read))
        {
            length += read;
            var start = 0;
            while (buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is >= 0 and var end)
            {
                yield return new RawLine(++number, buffer.AsSpan(start, end).ToArray());
                start += end + 1;
            }

            Buffer.BlockCopy(buffer, start, buffer, 0, length - start);
            length -= start;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <summary>The messages of one exchange in a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market; null for all, each message of which is decoded as the one that it came from.</param>
    /// <param name="isHistory">Whether answers of REST are wanted, instead of frames.</param>
    public static IEnumerable<RecordedMessage> Messages(byte[] file, string exchange, Market? market, bool isHistory)
    {
        foreach (var line in Lines(new MemoryStream(file)))
        {
            using var document = JsonDocument.Parse(line.Bytes);
            var root = document.RootElement;
            if (root.TryGetProperty("frame", out var frame) && root.GetProperty("exchange").GetString() == exchange
                && (market is null || root.GetProperty("market").GetString() == market.Value.Name()) && root.TryGetProperty("request", out _) == isHistory)
            {
                var bytes = Encoding.UTF8.GetBytes(frame.ValueKind == JsonValueKind.String ? frame.GetString()! : frame.GetRawText());
                yield return new RecordedMessage(
                    line.Number, bytes, DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("receivedUnixMillis").GetInt64()));
            }
        }
    }

    private static bool TryRead(DecompressionStream blocks, byte[] buffer, int length, out int read)
    {
        try
        {
            read = blocks.Read(buffer, length, buffer.Length - length);
            return read > 0;
        }
        catch (Exception exception) when (exception is ZstdException or EndOfStreamException)
        {
            read = 0; // a block that was being written when the recorder was killed
            return false;
        }
    }
}
