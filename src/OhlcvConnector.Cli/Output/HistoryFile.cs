using System.Text;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>
/// A file of history: new, or one that ends somewhere and is resumed there. What holds something else is refused; nothing in it is changed before
/// there is a candle to write.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    private const int LongestOfQuote = 4096;
    private const int LongestOfValue = 32;
    private const string JsonStart = "{\"exchange\":\"";

    private readonly FileStream _stream;
    private readonly string _format;
    private readonly bool _created;
    private readonly HistoryRow? _last;
    private readonly long _keep;

    private HistoryFile(FileStream stream, string format, bool created, HistoryRow? last, long keep)
    {
        _stream = stream;
        _format = format;
        _created = created;
        _last = last;
        _keep = keep;
    }

    /// <summary>What to write to, after <see cref="Begin"/>.</summary>
    public Stream Stream => _stream;

    /// <summary>The open time of the first candle that is not there yet, or not closed yet; null when there is none at all.</summary>
    public DateTimeOffset? ResumeAt => _last is { } row ? row.IsClosed ? row.Interval.Next(row.OpenTime) : row.OpenTime : null;

    /// <summary>Whether it holds nothing that stays, so that a header is wanted.</summary>
    public bool IsNew => _keep == 0;

    /// <summary>Opens or creates it.</summary>
    /// <exception cref="UsageException">It holds something else.</exception>
    public static HistoryFile Open(FileInfo path, string format, HistoryRequest request, bool isSandbox, IReadOnlyList<string> columns)
    {
        var created = !path.Exists;
        var stream = new FileStream(path.FullName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            return Inspect(stream, created, format, request, isSandbox, columns);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the candles that stay, from the first on.</summary>
    /// <exception cref="UsageException">A line is none of ours.</exception>
    public IEnumerable<HistoryRow> Rows()
    {
        _stream.Position = 0;
        using var reader = new StreamReader(_stream, leaveOpen: true);
        if (_format == "csv")
        {
            reader.ReadLine(); // the header
        }

        for (var openTime = DateTimeOffset.MinValue; openTime < _last?.OpenTime;)
        {
            var line = reader.ReadLine() ?? "";
            var row = HistoryRow.Read(_format, line) ?? throw Foreign(_stream, _format, line);
            openTime = row.OpenTime;
            if (openTime < ResumeAt)
            {
                yield return row;
            }
        }
    }

    /// <summary>Cuts off a last line that was not finished, or whose candle was still open; from here on it is written to.</summary>
    /// <param name="market">The market of what follows; null when nothing follows.</param>
    /// <exception cref="UsageException">The file is of another market.</exception>
    public void Begin(Market? market)
    {
        if (_last is not null && market is { } one && _last.Market != one.Name())
        {
            throw Another(_last);
        }

        _stream.SetLength(_keep);
        _stream.Position = _keep;
    }

    /// <summary>Closes it; one that was made for nothing is taken away again.</summary>
    public void Dispose()
    {
        var isEmpty = _stream.Length == 0;
        _stream.Dispose();
        if (_created && isEmpty)
        {
            File.Delete(_stream.Name);
        }
    }

    private static HistoryFile Inspect(FileStream stream, bool created, string format, HistoryRequest request, bool isSandbox, IReadOnlyList<string> columns)
    {
        var longest = LongestOfQuote + columns.Sum(column => column.Length + LongestOfValue);
        var head = Read(stream, 0, longest);
        var firstEnd = Array.IndexOf(head, (byte)'\n');
        var header = format == "csv" ? CsvQuoteWriter.Header(isSandbox, columns) : null;
        if (firstEnd < 0)
        {
            var torn = Encoding.UTF8.GetString(head);
            return stream.Length == head.Length && IsStartOf(torn, header)
                ? new HistoryFile(stream, format, created, null, 0)
                : throw Foreign(stream, format, torn);
        }

        var first = Encoding.UTF8.GetString(head, 0, firstEnd);
        if (header is not null && first != header)
        {
            throw first.StartsWith(CsvQuoteWriter.Header(isSandbox, []), StringComparison.Ordinal) && (isSandbox || !first.StartsWith(CsvQuoteWriter.Header(isSandbox: true, []), StringComparison.Ordinal))
                ? OtherColumns(stream, first.Split(',').Skip(CsvQuoteWriter.Header(isSandbox, []).Split(',').Length), columns)
                : first == CsvQuoteWriter.Header(!isSandbox, columns)
                ? new UsageException($"{stream.Name} holds candles {(isSandbox ? "of a real exchange, not of" : "of the sandbox, not outside")} the sandbox. Choose another name.")
                : Foreign(stream, format, first);
        }

        var tailStart = Math.Max(0, stream.Length - (2 * longest));
        var tail = Read(stream, tailStart, longest);
        var end = Array.LastIndexOf(tail, (byte)'\n');
        var lineStart = end <= 0 ? 0 : Array.LastIndexOf(tail, (byte)'\n', end - 1) + 1;
        if (header is not null && tailStart + end == firstEnd)
        {
            return new HistoryFile(stream, format, created, null, firstEnd + 1);
        }

        var last = end < 0 ? "" : Encoding.UTF8.GetString(tail, lineStart, end - lineStart);
        var row = HistoryRow.Read(format, last) ?? throw Foreign(stream, format, last);
        if (header is null && HistoryRow.Read(format, first) is { IsCandle: true } top && !top.Columns.SequenceEqual(columns))
        {
            throw OtherColumns(stream, top.Columns, columns);
        }

        return IsWanted(row, request, isSandbox)
            ? new HistoryFile(stream, format, created, row, tailStart + (row.IsClosed ? end + 1 : lineStart))
            : throw Another(row);
    }

    /// <summary>Whether a file without a whole line was torn in its first one, rather than being somebody's notes.</summary>
    private static bool IsStartOf(string torn, string? header) => header is not null
        ? header.StartsWith(torn, StringComparison.Ordinal)
        : torn.StartsWith(JsonStart, StringComparison.Ordinal) || JsonStart.StartsWith(torn, StringComparison.Ordinal);

    private static bool IsWanted(HistoryRow row, HistoryRequest request, bool isSandbox) =>
        string.Equals(row.Exchange, request.Exchange, StringComparison.OrdinalIgnoreCase)
        && (request.Market is not { } market || row.Market == market.Name())
        && row.Symbol == request.Symbol
        && row.Interval == request.Interval
        && row.IsSandbox == isSandbox;

    private static byte[] Read(FileStream stream, long position, int longestLine)
    {
        var bytes = new byte[(int)Math.Min(stream.Length - position, 2 * longestLine)];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static UsageException OtherColumns(FileStream stream, IEnumerable<string> has, IReadOnlyList<string> wanted) =>
        new($"{stream.Name} has {Words(has)}, not {Words(wanted)}. Write the same --with, or choose another name.");

    private static string Words(IEnumerable<string> columns) => string.Join(", ", columns) is { Length: > 0 } names ? $"the indicators {names}" : "no indicators";

    private static UsageException Another(HistoryRow row) => new($"The file holds {row}, not what is asked for. Choose another name.");

    private static UsageException Foreign(FileStream stream, string format, string line) =>
        new($"{stream.Name} is no history file in {format}: it has a line '{line[..Math.Min(line.Length, 80)]}'. Choose another name.");
}
