using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Reads candles out of an archive alone, put together to longer ones where it lacks the interval, with what it lacks named.</summary>
/// <param name="archive">The archive.</param>
/// <param name="now">This moment.</param>
/// <param name="say">Told what is missing, in words.</param>
internal sealed class ArchiveReading(ICandleArchive archive, DateTimeOffset now, Action<string> say)
{
    /// <summary>How many candles were written.</summary>
    public long Written { get; private set; }

    /// <summary>Whether candles were missing that should exist.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Reads a symbol's candles.</summary>
    /// <param name="series">Any of the symbol's series.</param>
    /// <param name="interval">The interval.</param>
    /// <param name="from">The first open time; null for the first that is kept.</param>
    /// <param name="to">The exclusive end; null for that of what is kept.</param>
    /// <param name="isFlat">Whether a flat candle stands where nothing was traded.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WriteAsync(Series series, Interval interval, DateTimeOffset? from, DateTimeOffset? to, bool isFlat, IQuoteWriter writer,
        CancellationToken cancellationToken)
    {
        var all = (await archive.ListAsync(cancellationToken).ConfigureAwait(false)).Where(one => one.Instrument.VenueSymbol == series.VenueSymbol
            && one.Exchange == series.Exchange && one.Market == series.Market).ToList();
        var part = all.Exists(one => one.Interval == interval) ? interval
            : all.Select(one => one.Interval).Where(one => one.Makes(interval)).DefaultIfEmpty().Max();
        if (part == default)
        {
            throw new UsageException(
                $"The archive has {series.Typed()} of {string.Join(", ", all.Select(one => one.Interval))}, which do not make {interval}.");
        }

        var holdings = await archive.HoldingsAsync(new Series(series.Instrument, part), cancellationToken).ConfigureAwait(false);
        if (holdings.Coverage.Count == 0)
        {
            return;
        }

        var (first, end) = (from ?? holdings.FirstOpen ?? holdings.Coverage[0].From,
            to ?? interval.Floor(holdings.Coverage[^1].To)); // a longer one that is not over is no hole
        if (end <= first)
        {
            say($"{series.Typed()}: the archive has no whole candle of {interval} there.");
            return;
        }

        var clock = new StandingClock(end > now ? end : now); // of the sandbox, time runs as it likes
        var request = new HistoryRequest
        {
            Exchange = series.Exchange,
            Market = series.Market,
            Symbol = series.VenueSymbol,
            Interval = interval,
            BuildInterval = true,
            From = first,
            To = end,
            OnMissing = Miss,
        };
        MissingCandles? atEnd = null;
        var history = new FetchHistory(new ArchivedInstruments(all), new ArchivedHistory(archive, exchange: null, clock), clock);
        var quotes = history.ReadAsync(request, cancellationToken);
        await foreach (var quote in (isFlat ? quotes.FillFlat(() => atEnd?.From ?? end, cancellationToken) : quotes).ConfigureAwait(false))
        {
            atEnd = null;
            writer.Write(quote, []);
            Written++;
        }

        if (atEnd is not null)
        {
            writer.WriteGap(atEnd);
        }

        void Miss(MissingCandles missing)
        {
            say(QuoteFields.Words(missing));
            if (missing.Kind == MissingKind.Gap)
            {
                IsIncomplete = true;
                atEnd = missing;
            }
        }
    }
}
