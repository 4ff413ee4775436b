using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>A file of history: new, or one that ends somewhere and is resumed there. What holds something else is refused, never written over.</summary>
internal sealed class HistoryFile : IDisposable
{
    private const int LongestLine = 4096;

    private HistoryFile(FileStream stream, DateTimeOffset? resumeAt, bool isNew)
    {
        Stream = stream;
        ResumeAt = resumeAt;
        IsNew = isNew;
    }

    /// <summary>Where to write on.</summary>
    public FileStream Stream { get; }

    /// <summary>The open time of the first candle that is not there yet; null when there is none at all.</summary>
    public DateTimeOffset? ResumeAt { get; }

    /// <summary>Whether it is empty, so that a header is wanted.</summary>
    public bool IsNew { get; }

    /// <summary>Opens or creates it. A last line that was not finished is cut off.</summary>
    /// <exception cref="UsageException">It holds something else.</exception>
    public static HistoryFile Open(FileInfo path, string format, HistoryRequest request, bool isSandbox)
    {
        var stream = new FileStream(path.FullName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var (first, last, end) = Ends(stream);
            if (end == 0)
            {
                stream.SetLength(0);
                return new HistoryFile(stream, null, isNew: true);
            }

            if (format == "csv" && first != CsvQuoteWriter.Header(isSandbox))
            {
                throw new UsageException($"{path} is no history file of this format{(isSandbox ? " from the sandbox" : "")}: its first line is '{first}'. Choose another name.");
            }

            stream.SetLength(end);
            stream.Position = end;
            var isOnlyHeader = format == "csv" && first == last;
            return new HistoryFile(stream, isOnlyHeader ? null : After(last, path, format, request, isSandbox), isNew: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Stream.Dispose();

    /// <summary>The first and the last whole line, and where the latter ends.</summary>
    private static (string First, string Last, long End) Ends(FileStream stream)
    {
        var head = Read(stream, 0, (int)Math.Min(stream.Length, LongestLine));
        var start = Math.Max(0, stream.Length - (2 * LongestLine));
        var tail = Read(stream, start, (int)(stream.Length - start));
        var end = tail.LastIndexOf('\n');
        if (end < 0)
        {
            return stream.Length > LongestLine ? throw new UsageException($"{stream.Name} is no history file: it has no lines.") : ("", "", 0);
        }

        var before = tail[..end].LastIndexOf('\n');
        return (head.Split('\n')[0], tail[(before + 1)..end], start + Encoding.UTF8.GetByteCount(tail[..(end + 1)]));
    }

    private static string Read(FileStream stream, long position, int count)
    {
        var bytes = new byte[count];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static DateTimeOffset After(string line, FileInfo path, string format, HistoryRequest request, bool isSandbox)
    {
        var found = format == "csv" ? FromCsv(line) : FromJson(line);
        if (found is not { } row)
        {
            throw new UsageException($"{path} is no history file of this format: its last line is '{line[..Math.Min(line.Length, 80)]}'. Choose another name.");
        }

        if (!string.Equals(row.Exchange, request.Exchange, StringComparison.OrdinalIgnoreCase) || row.Symbol != request.Symbol || row.Interval != request.Interval || row.IsSandbox != isSandbox)
        {
            throw new UsageException($"{path} holds {(row.IsSandbox ? "sandbox " : "")}{row.Exchange} {row.Symbol} {row.Interval}, not what is asked for. Choose another name.");
        }

        return row.Interval.Next(row.OpenTime);
    }

    private static Row? FromCsv(string line) =>
        line.Split(',') is { Length: >= 17 } fields && Interval.TryParse(fields[3], out var interval) && TryTime(fields[4], out var openTime)
            ? new Row(fields[0], fields[2], interval, openTime, fields.Length == 18 && fields[17] == "true")
            : null;

    private static Row? FromJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            return row.ValueKind == JsonValueKind.Object && row.TryGetProperty("openTime", out var time) && TryTime(time.GetString(), out var openTime)
                && row.TryGetProperty("interval", out var text) && Interval.TryParse(text.GetString(), out var interval)
                ? new Row(row.GetProperty("exchange").GetString()!, row.GetProperty("symbol").GetString()!, interval, openTime, row.TryGetProperty("sandbox", out _))
                : null;
        }
        catch (JsonException)
        {
            return null; // some other file
        }
    }

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private sealed record Row(string Exchange, string Symbol, Interval Interval, DateTimeOffset OpenTime, bool IsSandbox);
}
