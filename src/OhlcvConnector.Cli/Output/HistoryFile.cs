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
    private const int MaxOfQuote = 4096;
    private const int MaxOfValue = 32;
    private const string JsonStart = "{\"exchange\":\"";

    private readonly FileStream _stream;
    private readonly string _format;
    private readonly bool _created;
    private readonly HistoryRow? _last;
    private readonly long _start;
    private long _keep;

    private HistoryFile(FileStream stream, string format, bool created, HistoryRow? last, long start, long keep)
    {
        _stream = stream;
        _format = format;
        _created = created;
        _last = last;
        _start = start;
        _keep = keep;
    }

    /// <summary>Stream to write to, after <see cref="Begin"/>.</summary>
    public Stream Stream => _stream;

    /// <summary>
    /// The open time of the first candle that is not there yet, or not closed yet, or missing before that one; null when there is none at all.
    /// </summary>
    public DateTimeOffset? ResumeAt => _last is { } row ? row.IsClosed ? row.Interval.Next(row.OpenTime) : row.GapBefore?.From ?? row.OpenTime : null;

    /// <summary>True when the file holds nothing that stays, so that a header is wanted.</summary>
    public bool IsNew => _keep == 0;

    /// <summary>Opens or creates it.</summary>
    /// <exception cref="UsageException">The file holds something else.</exception>
    public static HistoryFile Open(
        FileInfo path, string format, HistoryRequest request, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times = TimeStyle.Iso)
    {
        var created = !path.Exists;
        var stream = new FileStream(path.FullName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (!stream.CanSeek)
        {
            stream.Dispose();
            throw Unresumable(path.FullName);
        }

        try
        {
            return Inspect(stream, created, format, request, isSandbox, columns, times);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The lines of the candles that stay.</summary>
    public HistoryLines Lines() => new(_stream.SafeFileHandle, _format, _start, _keep);

    /// <summary>True when there is a candle that stays.</summary>
    public bool HasCandles => _keep > _start;

    /// <summary>Reads the candles that stay, from the first on.</summary>
    /// <exception cref="UsageException">A line is none of ours.</exception>
    public IEnumerable<HistoryRow> Rows()
    {
        for (var lines = Lines(); lines.TryNext();)
        {
            yield return lines.Row ?? throw Foreign(_stream, _format, lines.Text);
        }
    }

    /// <summary>Looks through all candles that stay.</summary>
    /// <param name="isGapless">True when the exchange leaves no candle out, so that each that is not there is missing.</param>
    /// <exception cref="UsageException">A line is none of ours, or stands where it cannot.</exception>
    public (HistoryRow? First, IReadOnlyList<HistoryHole> Holes) LookThrough(bool isGapless)
    {
        HistoryRow? first = null;
        var holes = new List<HistoryHole>();
        var beforeMs = long.MinValue;
        var lines = Lines();
        for (var position = lines.Position; lines.TryNext(); position = lines.Position)
        {
            if (!lines.TryLook(out var openMs, out var isMarked))
            {
                throw Foreign(_stream, _format, lines.Text);
            }

            if (openMs <= beforeMs)
            {
                var (time, before) = (QuoteFields.Time(Moment(openMs)), QuoteFields.Time(Moment(beforeMs)));
                throw new UsageException($"{_stream.Name} is not in the order of time: a candle of {time} follows one of {before}. Choose another name.");
            }

            if (first is null)
            {
                first = lines.Row ?? throw Foreign(_stream, _format, lines.Text);
            }
            else if (isMarked || (isGapless && openMs != first.Interval.NextMs(beforeMs)))
            {
                var behind = lines.Row ?? throw Foreign(_stream, _format, lines.Text);
                var next = first.Interval.Next(Moment(beforeMs));
                var from = behind.GapBefore is { } gap && gap.From > next ? gap.From : next;
                if (from < behind.OpenTime)
                {
                    holes.Add(new HistoryHole(Moment(beforeMs), from, behind, position));
                }
            }

            beforeMs = openMs;
        }

        return (first, holes);
    }

    /// <summary>Keeps of it only what comes before a candle; nothing changes before <see cref="Begin"/>.</summary>
    /// <param name="openTime">The candle's open time.</param>
    /// <returns>The gap directly before that candle, as far as the file knows; null for none.</returns>
    public Gap? CutAt(DateTimeOffset openTime)
    {
        var gap = _last is { IsCandle: false, GapBefore: { } atEnd } && atEnd.From < openTime ? atEnd with { To = openTime } : null;
        var lines = Lines();
        var isEmpty = true;
        for (var position = lines.Position; lines.TryNext() && lines.TryLook(out var openMs, out _); position = lines.Position)
        {
            if (openMs >= openTime.ToUnixTimeMilliseconds())
            {
                (gap, _keep) = (openMs == openTime.ToUnixTimeMilliseconds() ? lines.Row?.GapBefore : null, position);
                break;
            }

            isEmpty = false;
        }

        _keep = isEmpty ? 0 : _keep;
        return gap;
    }

    /// <summary>Waits until what was written is on the disk.</summary>
    public void Sync() => _stream.Flush(flushToDisk: true);

    /// <summary>Closes it and puts it in the place of another, with the rights of that.</summary>
    public void PutInPlaceOf(string path)
    {
        _stream.Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_stream.Name, File.GetUnixFileMode(path));
        }

        File.Move(_stream.Name, path, overwrite: true);
    }

    /// <summary>Closes it and takes it away.</summary>
    public void Discard()
    {
        _stream.Dispose();
        File.Delete(_stream.Name);
    }

    /// <summary>Cuts off a last line that was not finished, or whose candle was still open; from here on it is written to.</summary>
    /// <param name="market">The market of what follows; null when nothing follows.</param>
    /// <exception cref="UsageException">The file is of another market.</exception>
    public void Begin(Market? market)
    {
        if (_last is not null && market is { } one && _last.Market != one.Name())
        {
            throw Another(_stream, _last);
        }

        _stream.SetLength(_keep);
        _stream.Position = _keep;
    }

    /// <summary>Closes it; one that was made for nothing is taken away again.</summary>
    public void Dispose()
    {
        if (!_stream.CanSeek)
        {
            return; // closed before
        }

        var isEmpty = _stream.Length == 0;
        _stream.Dispose();
        if (_created && isEmpty)
        {
            File.Delete(_stream.Name);
        }
    }

    /// <summary>Returns the error for a pipe or a device.</summary>
    public static UsageException Unresumable(string path) => new($"{path} is no file that can be resumed. Without --file, candles go to stdout.");

    private static HistoryFile Inspect(
        FileStream stream, bool created, string format, HistoryRequest request, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times)
    {
        var longest = MaxOfQuote + columns.Sum(column => column.Length + MaxOfValue);
        var head = Read(stream, 0, longest);
        var firstEnd = Array.IndexOf(head, (byte)'\n');
        var header = format == "csv" ? CsvQuoteWriter.Header(isSandbox, columns) : null;
        if (firstEnd < 0)
        {
            var torn = Encoding.UTF8.GetString(head);
            return stream.Length == head.Length && IsStartOf(torn, header)
                ? new HistoryFile(stream, format, created, null, 0, 0)
                : throw Foreign(stream, format, torn);
        }

        var first = Encoding.UTF8.GetString(head, 0, firstEnd);
        if (header is not null && first != header)
        {
            throw first.StartsWith(CsvQuoteWriter.Header(isSandbox, []), StringComparison.Ordinal)
                && (isSandbox || !first.StartsWith(CsvQuoteWriter.Header(isSandbox: true, []), StringComparison.Ordinal))
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
            return new HistoryFile(stream, format, created, null, firstEnd + 1, firstEnd + 1);
        }

        var last = end < 0 ? "" : Encoding.UTF8.GetString(tail, lineStart, end - lineStart);
        var row = HistoryRow.Read(format, last) ?? throw Foreign(stream, format, last);
        if (header is null && HistoryRow.Read(format, first) is { IsCandle: true } top && !top.Columns.SequenceEqual(columns))
        {
            throw OtherColumns(stream, top.Columns, columns);
        }

        if (row.Times != times)
        {
            throw new UsageException(
                $"{stream.Name} has its times as {row.Times.Name()}, not as {times.Name()}. Write --times {row.Times.Name()}, or choose another name.");
        }

        return IsWanted(row, request, isSandbox)
            ? new HistoryFile(stream, format, created, row, header is null ? 0 : firstEnd + 1, tailStart + (row.IsClosed ? end + 1 : lineStart))
            : throw Another(stream, row);
    }

    /// <summary>Returns true when a file without a whole line was torn in its first one, rather than being somebody's notes.</summary>
    private static bool IsStartOf(string torn, string? header) => header is not null
        ? header.StartsWith(torn, StringComparison.Ordinal)
        : torn.StartsWith(JsonStart, StringComparison.Ordinal) || JsonStart.StartsWith(torn, StringComparison.Ordinal);

    private static bool IsWanted(HistoryRow row, HistoryRequest request, bool isSandbox) =>
        string.Equals(row.Exchange, request.Exchange, StringComparison.OrdinalIgnoreCase)
        && (request.Market is not { } market || row.Market == market.Name())
        && row.Symbol == request.Symbol
        && row.Interval == request.Interval
        && row.IsSandbox == isSandbox;

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static byte[] Read(FileStream stream, long position, int maxLineLength)
    {
        var bytes = new byte[(int)Math.Min(stream.Length - position, 2 * maxLineLength)];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static UsageException OtherColumns(FileStream stream, IEnumerable<string> has, IReadOnlyList<string> wanted) =>
        new($"{stream.Name} has {Words(has)}, not {Words(wanted)}. Write the same --with, or choose another name.");

    private static string Words(IEnumerable<string> columns) =>
        string.Join(", ", columns) is { Length: > 0 } names ? $"the indicators {names}" : "no indicators";

    private static UsageException Another(FileStream stream, HistoryRow row) => new($"{stream.Name} holds {row}, not what is asked for. Choose another name.");

    private static UsageException Foreign(FileStream stream, string format, string line) =>
        new($"{stream.Name} is no history file in {format}: it has a line '{line[..Math.Min(line.Length, 80)]}'. Choose another name.");
}
