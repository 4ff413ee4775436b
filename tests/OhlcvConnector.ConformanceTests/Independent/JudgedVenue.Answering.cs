using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Which rows a venue gives of a range that holds more than a page.</summary>
internal enum PageSide
{
    Oldest,
    Newest,
}

/// <content>REST: which rows history has, and what goes wrong with answers.</content>
internal abstract partial class JudgedVenue
{
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly ConcurrentQueue<(long Ms, int Weight)> _weights = new();
    private int _answers;

    public int Requests => Volatile.Read(ref _answers);

    /// <summary>The most request weight that was used in a minute.</summary>
    public int HeaviestMinute { get; private set; }

    /// <summary>How long after a candle's end its row may still lack its last trades.</summary>
    protected virtual long ProvisionalMs => 1_500;

    /// <summary>Answers a request in the venue's dialect, as if all were well.</summary>
    protected abstract HttpAnswer Answer(HttpCall call);

    /// <summary>Whether a request asks for the listing.</summary>
    protected abstract bool IsListing(HttpCall call);

    /// <summary>The venue's answer to who asks too often.</summary>
    protected abstract HttpAnswer TooMany();

    /// <summary>The venue's answer to who did not stop.</summary>
    protected virtual HttpAnswer Banned() => TooMany();

    /// <summary>Books what a request costs.</summary>
    protected void Weigh(int weight)
    {
        var now = Clock.NowMs;
        _weights.Enqueue((now, weight));
        while (_weights.TryPeek(out var oldest) && oldest.Ms < now - 60_000)
        {
            _weights.TryDequeue(out _);
        }

        HeaviestMinute = Math.Max(HeaviestMinute, _weights.Sum(entry => entry.Weight));
    }

    /// <summary>How long after its end a candle's row is not yet in history, though the open one may be.</summary>
    protected virtual long RowAfterMs(Listed symbol, long openMs) => 0;

    /// <summary>The symbols that the listing names at present.</summary>
    protected IEnumerable<Listed> Listing()
    {
        IEnumerable<Listed> symbols = Faults.Strikes(FaultKind.ListingEmpty) ? [] : Symbols;
        symbols = Faults.Strikes(FaultKind.ListingShrinks) ? symbols.Where((_, at) => at % 2 == 0) : symbols;
        symbols = Faults.Strikes(FaultKind.ListingHalts) ? symbols.Select((symbol, at) => at == 0 ? symbol with { IsHalted = true } : symbol) : symbols;
        return Faults.Strikes(FaultKind.ListingGrows)
            ? symbols.Append(Symbols[0] with { Name = Symbols[0].Name.Replace(Symbols[0].Base, "NEWCOIN", StringComparison.Ordinal), Base = "NEWCOIN" })
            : symbols;
    }

    /// <summary>The rows that history has between two open times, both inclusive, ascending, cut to a page.</summary>
    protected List<CandleText> Rows(Listed symbol, long lengthMs, long fromMs, long toMs, int limit, PageSide side)
    {
        var ask = _asked.AddOrUpdate($"{symbol.Name}/{lengthMs}", 1, (_, count) => count + 1);
        var now = Clock.NowMs - (Faults.Strikes(FaultKind.RestStale) || (ask % 2 == 0 && Faults.Strikes(FaultKind.RestFlipFlop)) ? 65_000 : 0);
        if ((ask % 2 == 0 && Faults.Strikes(FaultKind.RestEmpty)) || Faults.Strikes(FaultKind.RestDownThenEmpty))
        {
            return [];
        }

        limit = Faults.Strikes(FaultKind.RestShort) ? Math.Min(limit, 10) : limit;
        if (Faults.Strikes(FaultKind.RestNewestOnly))
        {
            (limit, side) = (Math.Min(limit, 50), PageSide.Newest);
        }

        var first = Math.Max(fromMs, symbol.ListedMs);
        first = Math.Max(first, Reach is { } reach ? (now / lengthMs * lengthMs) - ((reach - 1) * lengthMs) : 0);
        first = (first + lengthMs - 1) / lengthMs * lengthMs;
        var last = Math.Min(toMs, now) / lengthMs * lengthMs;
        var rows = new List<CandleText>();
        for (var at = 0; first + (at * lengthMs) <= last && rows.Count < limit; at++)
        {
            var open = side == PageSide.Oldest ? first + (at * lengthMs) : last - (at * lengthMs);
            if (Row(symbol, lengthMs, open, now, ask) is { } row)
            {
                rows.Add(row);
            }
        }

        if (side == PageSide.Newest)
        {
            rows.Reverse();
        }

        rows = Faults.Strikes(FaultKind.RestRowsTwice) ? [.. rows.SelectMany(row => new[] { row, row })] : rows;
        return Faults.Strikes(FaultKind.RestUnsorted) ? [.. rows.OrderBy(row => Books.Hash("unsorted", row.OpenMs, ask))] : rows;
    }

    private CandleText? Row(Listed symbol, long lengthMs, long open, long now, int ask)
    {
        var end = open + lengthMs;
        var isClosed = end <= now;
        var defect = lengthMs == Books.Minute ? Books.DefectOf(symbol.Name, open) : Defect.None;
        var isBehind = isClosed && now < end + (Faults.Strikes(FaultKind.RestCandleBehind) ? 50_000 : RowAfterMs(symbol, open));
        var isLeftOut = isClosed && (open / lengthMs) % 7 == ask % 7
            && !OmitsQuiet && Faults.Strikes(FaultKind.RestInnerHole); // where quiet candles are left out, a hole in old rows says "no trades"
        if (defect == Defect.Hole || isBehind || isLeftOut || (OmitsQuiet && !IsPublished(symbol, open, lengthMs, now)))
        {
            return null;
        }

        var until = !isClosed ? now : now < end + ProvisionalMs ? end - 800 : long.MaxValue;
        if (isClosed && now < end + 90_000 && defect == Defect.None && Faults.Strikes(FaultKind.RestBadRowForAWhile))
        {
            defect = Defect.BrokenRow;
        }

        return CandleText.Of(Books.At(symbol, open, lengthMs, until), lengthMs, isClosed).With(defect);
    }

    /// <summary>Where candles without trades are left out: whether this one has any, or its flat row was added meanwhile. A third never is.</summary>
    private bool IsPublished(Listed symbol, long open, long lengthMs, long now)
    {
        if (!Books.IsQuiet(symbol, open, lengthMs))
        {
            return now >= open + lengthMs || Books.At(symbol, open, lengthMs, now).Count > 0;
        }

        return !Books.Chance(symbol.Name, open, 11, 33) && now > open + lengthMs + 90_000 + (long)(Books.Hash(symbol.Name, open, 12) % 400_000);
    }

    private async Task<HttpAnswer?> AnswerAsync(HttpCall call, CancellationToken token)
    {
        var number = Interlocked.Increment(ref _answers);
        var isListing = IsListing(call);
        if (Faults.Strikes(FaultKind.AllDownLong) || (number % 2 == 0 && Faults.Strikes(FaultKind.RestReset)))
        {
            return null;
        }

        if (Faults.Strikes(FaultKind.RestHangs) || (call.Path + string.Concat(call.Query.Values) + call.Body).Contains(
            Symbols[0].Name, StringComparison.Ordinal) && Faults.Strikes(FaultKind.RestHangsForOne))
        {
            await Clock.DelayAsync(TimeSpan.FromSeconds(90), token);
            return null;
        }

        if (Faults.Strikes(FaultKind.RestSlow))
        {
            await Clock.DelayAsync(TimeSpan.FromSeconds(4), token);
        }

        return Dress(call, Trouble(isListing, number) ?? Answer(call), number);
    }

    private HttpAnswer? Trouble(bool isListing, int number)
    {
        if (Faults.RemainingMs(FaultKind.RestDownThenEmpty) > 20_000)
        {
            Faults.Felt(FaultKind.RestDownThenEmpty);
            return HttpAnswer.Html(502);
        }

        if (Faults.Strikes(FaultKind.RestDownLong) || Faults.Strikes(FaultKind.Rest503) || (isListing && Faults.Strikes(FaultKind.ListingDown)))
        {
            return HttpAnswer.Html(503);
        }

        if (number % 2 == 0 && Faults.Strikes(FaultKind.Rest500Html))
        {
            return HttpAnswer.Html(500);
        }

        if (Faults.Strikes(FaultKind.RestHtml200))
        {
            return HttpAnswer.Html(200);
        }

        if (Faults.Strikes(FaultKind.RestWrongShape))
        {
            return HttpAnswer.Json(number % 3 == 0 ? "{}" : number % 3 == 1 ? "{\"code\":\"0\",\"retCode\":0,\"data\":17,\"result\":null}" : "\"maintenance\"");
        }

        if (Faults.Strikes(FaultKind.RestEmptyBody))
        {
            return HttpAnswer.Json("");
        }

        if (Faults.Strikes(FaultKind.Rest429Bare))
        {
            return TooMany();
        }

        if (Faults.Strikes(FaultKind.Rest429Seconds))
        {
            return TooMany() with { Headers = [("Retry-After", "5")] };
        }

        if (Faults.Strikes(FaultKind.Rest429Date))
        {
            return TooMany() with { Headers = [("Retry-After", Clock.GetUtcNow().AddSeconds(12).UtcDateTime.ToString("R", CultureInfo.InvariantCulture))] };
        }

        return Faults.Strikes(FaultKind.RestBanned) ? Banned() with { Headers = [("Retry-After", "30")] } : null;
    }

    /// <summary>Puts an answer on the wire as today's weather has it.</summary>
    private HttpAnswer Dress(HttpCall call, HttpAnswer answer, int number)
    {
        if (answer.Status == 200 && Faults.Strikes(FaultKind.RestRespelt))
        {
            answer = answer with { Body = Encoding.UTF8.GetBytes(Respelling.WithUnknownFields(Encoding.UTF8.GetString(answer.Body))) };
        }

        if (number % 2 == 0 && Faults.Strikes(FaultKind.RestTruncated))
        {
            answer = answer with { Body = answer.Body[..(answer.Body.Length * 2 / 3)] };
        }

        var accepts = call.Headers.TryGetValue("Accept-Encoding", out var encodings) && encodings.Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (accepts && Faults.Strikes(FaultKind.RestGzip))
        {
            answer = answer with { Body = Gzip(answer.Body), Headers = [.. answer.Headers, ("Content-Encoding", "gzip")] };
        }
        else if (number % 2 == 0 && Faults.Strikes(FaultKind.RestDamagedGzip))
        {
            var packed = Gzip(answer.Body);
            answer = answer with { Body = packed[..(packed.Length / 2)], Headers = [.. answer.Headers, ("Content-Encoding", "gzip")] };
        }

        DateTimeOffset? date = Clock.GetUtcNow().AddSeconds((Faults.Strikes(FaultKind.DateAhead) ? 30 : 0) - (Faults.Strikes(FaultKind.DateBehind) ? 30 : 0));
        date = Faults.IsOn(FaultKind.DateLiesOnce) && Faults.StrikesOnce(FaultKind.DateLiesOnce) ? Clock.GetUtcNow().AddHours(1) : date;
        return answer with
        {
            Date = Faults.Strikes(FaultKind.DateAbsent) ? null : date,
            IsChunked = Faults.Strikes(FaultKind.RestChunked),
            ClosesAfter = Faults.Strikes(FaultKind.RestConnectionClose),
        };
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
