using System.Buffers;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>
/// Asks for the pages of a long range before its walk comes to them, so that the way to the venue is not waited for again and again: twice as many at once
/// after each page that came whole, as it was asked for, and took its time; one after the other where pages do not, for the walk then asks for something else.
/// Pages that were read give back their place.
/// </summary>
/// <param name="access">The market.</param>
/// <param name="interval">The series' interval.</param>
/// <param name="endMs">The end of the range, Unix epoch milliseconds: the walk looks beyond it in its own way. 0 where it is short.</param>
/// <param name="ask">Asks for the candles that open from a moment to another, and puts them into a place; is told whether it is before its turn.</param>
internal sealed class PagesAhead(
    VenueAccess access, Interval interval, long endMs, Func<long, long, PriceQuote[]?, bool, CancellationToken, Task<HistoryAnswer>> ask) : IAsyncDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(5); // what is there so soon gains nothing by being asked for earlier

    private readonly Queue<Page> _asked = new();
    private CancellationTokenSource _stop = new();
    private int _most = 1; // at once
    private Page? _read;    // its candles lie alone in its place

    /// <summary>Pages that may be asked for at once: as many as there are connections, and half of them where others want some.</summary>
    private int Lines => access.Options.SharesHistory || access.Address.HasSeries
        ? Math.Max(1, access.Options.RestConnections / 2)
        : access.Options.RestConnections;

    /// <summary>Returns the answer to a question of the walk, which may have been asked for already.</summary>
    public async Task<HistoryAnswer> AskAsync(long fromMs, long toMs, CancellationToken cancellationToken)
    {
        if (_asked.TryPeek(out var next) && (next.FromMs != fromMs || next.ToMs != toMs))
        {
            await ForgetAsync().ConfigureAwait(false);
        }

        var page = _asked.TryDequeue(out next) ? next : NewPage(fromMs, toMs, isAhead: false);
        var rows = interval.CountBetween(fromMs, toMs);
        var aheadMs = _asked.TryPeek(out _) ? _asked.Last().ToMs : toMs;
        while (_asked.Count < _most - 1 && rows <= access.Market.HistoryRows && interval.AddMs(aheadMs, (int)rows) is var pageEndMs && pageEndMs < endMs)
        {
            _asked.Enqueue(NewPage(aheadMs, pageEndMs, isAhead: true));
            aheadMs = pageEndMs;
        }

        var answer = await page.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        var isWhole = answer.ToMs >= toMs && answer.Candles.Count == rows && answer.Refused.Length == 0;
        var wasShort = access.Options.TimeProvider.GetElapsedTime(page.AskedAt) < Short;
        _most = !isWhole ? 1 : wasShort ? _most : Math.Min(_most * 2, Lines);
        _read = isWhole && answer.Candles.Array == page.Place ? page : null;
        return answer;
    }

    /// <summary>Takes back the place of candles that nobody looks at any more, if all of them lie in one that was given out here.</summary>
    /// <param name="candles">The candles.</param>
    /// <param name="atMs">The moment at which the walk is: of what lies before it knows nothing any more.</param>
    public void TakeBack(ArraySegment<PriceQuote> candles, long atMs)
    {
        if (_read?.Place is { } place && candles.Array == place && _read.ToMs <= atMs)
        {
            ArrayPool<PriceQuote>.Shared.Return(place);
            _read = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ForgetAsync().ConfigureAwait(false);
        _stop.Dispose();
        if (_read?.Place is { } place)
        {
            ArrayPool<PriceQuote>.Shared.Return(place); // the last page, of which some rows lie behind the end; the walk is over
            _read = null;
        }
    }

    private Page NewPage(long fromMs, long toMs, bool isAhead)
    {
        var place = endMs > 0 && interval.CountBetween(fromMs, toMs) is var rows && rows <= access.Market.HistoryRows
            ? ArrayPool<PriceQuote>.Shared.Rent((int)rows + 1) // for some venues send one before
            : null;
        return new(fromMs, toMs, access.Options.TimeProvider.GetTimestamp(), place, ask(fromMs, toMs, place, isAhead, _stop.Token));
    }

    /// <summary>Ends what was asked for in vain; whatever became of it matters to nobody.</summary>
    private async Task ForgetAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_asked.Select(page => (Task)page.Answer)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _asked.Clear();
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    private sealed record Page(long FromMs, long ToMs, long AskedAt, PriceQuote[]? Place, Task<HistoryAnswer> Answer);
}
