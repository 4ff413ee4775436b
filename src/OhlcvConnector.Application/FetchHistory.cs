using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Reads the past: resolves what is meant, checks the range, and delivers each closed candle once, ascending.</summary>
/// <param name="instruments">The listings.</param>
/// <param name="history">The past.</param>
/// <param name="clock">The clock that candles are measured with.</param>
public sealed class FetchHistory(IInstrumentRepository instruments, IPriceHistoryRepository history, TimeProvider clock)
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(2); // what may be left out where nobody waits

    private readonly ListInstruments _list = new(instruments);
    private readonly SymbolResolver _resolver = new(instruments);
    private readonly OurClock _clock = new(clock);

    /// <summary>Resolves a request to its series and range, without reading.</summary>
    /// <exception cref="ArgumentException">The range ends before it starts, or starts in the future.</exception>
    /// <exception cref="UnsupportedIntervalException">The venue's history has no such interval.</exception>
    /// <exception cref="UnknownSymbolException">There is no such symbol.</exception>
    public async Task<(Series Series, DateTimeOffset From, DateTimeOffset To)> ResolveAsync(
        HistoryRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var exchange = _list.Exchange(request.Exchange);
        var now = _clock.Latest;
        var to = request.To ?? now;
        if (request.From > now)
        {
            throw new ArgumentException($"The range starts in the future: {request.From.UtcDateTime:u} is after {now.UtcDateTime:u}.", nameof(request));
        }

        if (to <= request.From)
        {
            throw new ArgumentException($"The range ends before it starts: from {request.From.UtcDateTime:u} to {to.UtcDateTime:u}.", nameof(request));
        }

        var instrument = await _resolver.ResolveAsync(exchange, request.Market, request.Symbol, cancellationToken).ConfigureAwait(false);
        _ = IntervalChoice.Choose(exchange.Name, instrument.Market, MarketOf(instrument).HistoryIntervals, request.Interval, request.BuildInterval);
        return (new Series(instrument, request.Interval, request.Symbol), request.From, to);
    }

    /// <summary>
    /// The closed candles that open in the range, ascending; the open one last, if asked for. Candles that the venue's history lacks are announced by the next
    /// one's <see cref="PriceQuote.GapBefore"/>, and to <see cref="HistoryRequest.OnMissing"/>. Reading starts with the first <c>MoveNextAsync</c>.
    /// </summary>
    /// <exception cref="IncompleteHistoryException">
    /// The end of the range is missing and <see cref="HistoryRequest.OnMissing"/> is null; thrown after the last candle.
    /// </exception>
    public IAsyncEnumerable<PriceQuote> ReadAsync(HistoryRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Read(request, cancellationToken);
    }

    private async IAsyncEnumerable<PriceQuote> Read(
        HistoryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (series, from, to) = await ResolveAsync(request, cancellationToken).ConfigureAwait(false);
        var part = IntervalChoice.Choose(series.Exchange, series.Market, MarketOf(series.Instrument).HistoryIntervals, series.Interval, build: true);
        var gaps = new PendingGap();
        if (part == series.Interval)
        {
            await foreach (var quote in Past(series, from, to, request, gaps, request.OnMissing, cancellationToken).ConfigureAwait(false))
            {
                yield return gaps.Before(quote);
            }
        }
        else
        {
            await foreach (var quote in Build(series, part, from, to, request, gaps, cancellationToken).ConfigureAwait(false))
            {
                yield return quote;
            }
        }

        if (gaps.AtEnd is { } missing && request.OnMissing is null)
        {
            throw new IncompleteHistoryException(missing);
        }
    }

    private async IAsyncEnumerable<PriceQuote> Build(
        Series series, Interval part, DateTimeOffset from, DateTimeOffset to, HistoryRequest request, PendingGap gaps,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = FirstOpen(series.Interval, from);
        var end = FirstOpen(series.Interval, to);
        var surelyKnownUntil = (_clock.Earliest - part.ApproximateLength - (request.WaitForLate ? TimeSpan.Zero : Late))
            .ToUnixTimeMilliseconds(); // the newest parts may not be published yet
        var parts = Marked(Past(new Series(series.Instrument, part, series.Symbol), first, end, request, gaps, Tell, cancellationToken));
        PriceQuote? open = null;
        await foreach (var quote in Resampling.BuildAsync(
            parts, _ => series, first.ToUnixTimeMilliseconds(), () => Math.Min(surelyKnownUntil, gaps.AtEnd?.From.ToUnixTimeMilliseconds() ?? long.MaxValue),
            cancellationToken).ConfigureAwait(false))
        {
            open = quote.IsClosed ? null : quote;
            if (quote.IsClosed)
            {
                yield return quote;
            }
        }

        if (request.IncludeOpen && open is { } last)
        {
            yield return last;
        }

        void Tell(MissingCandles missing)
        {
            if (missing.AsPartsOf(series) is { } whole)
            {
                request.OnMissing?.Invoke(whole);
            }
        }

        async IAsyncEnumerable<PriceQuote> Marked(IAsyncEnumerable<PriceQuote> quotes)
        {
            await foreach (var quote in quotes.ConfigureAwait(false))
            {
                yield return gaps.Before(quote);
            }
        }
    }

    /// <summary>Reads the past, and keeps what is missing for the candle that follows: <see cref="PendingGap.Before"/>.</summary>
    private IAsyncEnumerable<PriceQuote> Past(
        Series series, DateTimeOffset from, DateTimeOffset to, HistoryRequest request, PendingGap gaps, Action<MissingCandles>? told,
        CancellationToken cancellationToken) => history.ReadAsync(
            series, from, to, request.IncludeOpen,
            missing =>
            {
                gaps.Add(missing);
                told?.Invoke(missing);
            },
            request.WaitForLate, cancellationToken);

    private MarketProfile MarketOf(Instrument instrument) => _list.Exchange(instrument.Exchange).Markets.First(row => row.Market == instrument.Market);

    private static DateTimeOffset FirstOpen(Interval interval, DateTimeOffset from)
    {
        var floor = interval.Floor(from);
        return floor < from ? interval.Next(floor) : floor;
    }
}
