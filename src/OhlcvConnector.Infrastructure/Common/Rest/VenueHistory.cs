using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Common.Rest;

/// <summary>A page of history as it was decoded, and up to where it says all there is.</summary>
/// <param name="CoversToMs">Exclusive; Unix epoch milliseconds.</param>
/// <param name="VenueNowMs">A time at the venue at which it surely had not answered yet: what ended by then is final.</param>
internal readonly record struct HistoryPage(long CoversToMs, long VenueNowMs);

/// <summary>The past of any market, a page at a time.</summary>
internal sealed class VenueHistory(VenueAccess access, VenueRest rest)
{
    private readonly SeriesTable _noSeries = new(access.Market);

    /// <summary>A batch for pages.</summary>
    public QuoteBatch NewBatch() => new(_noSeries);

    /// <summary>Reads the first page of <c>[fromMs, toMs)</c> into a batch; what lies outside the range is left out.</summary>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts.</exception>
    /// <exception cref="SubscriptionRejectedException">The venue refused the request for good.</exception>
    public async Task<HistoryPage> PageAsync(Series series, long fromMs, long toMs, QuoteBatch batch, CancellationToken cancellationToken)
    {
        var request = access.Venue.HistoryPage(access.Market, series, fromMs, toMs, access.Clock.NowMs);
        var (reply, venueNowMs) = await rest.SendAsync(request, Decode, series, cancellationToken).ConfigureAwait(false);
        if (reply.Outcome == RestOutcome.Refused)
        {
            throw new SubscriptionRejectedException(series, reply.Text);
        }

        var isFull = batch.Count >= request.Limit;
        batch.KeepRange(fromMs, toMs);
        return new HistoryPage(isFull && batch.Count > 0 ? batch.Quotes[^1].CloseMs : request.CoversToMs, venueNowMs);

        RestReply Decode(in RestAnswer answer, long venueNowMs)
        {
            batch.Reset(QuoteSource.History, access.MarketClock.GetUtcNow(), venueNowMs);
            var decoded = access.Venue.TryDecodeHistory(access.Market, series, answer, batch);
            if (batch.Refused > 0)
            {
                access.Counters.RefusedCandles(batch.Refused);
            }

            return decoded;
        }
    }

    /// <summary>The candles that open in the range, ascending; the open one last, if asked for.</summary>
    public async IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = NewBatch();
        var fromMs = from.ToUnixTimeMilliseconds();
        var toMs = Math.Min(to.ToUnixTimeMilliseconds(), access.Clock.NowMs + 1);
        while (fromMs < toMs)
        {
            var page = await PageAsync(series, fromMs, toMs, batch, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
            {
                var quote = batch.Quotes[i];
                if (quote.OpenMs >= fromMs && (includeOpen || quote.IsClosed))
                {
                    fromMs = quote.CloseMs;
                    yield return quote;
                }
            }

            if (page.CoversToMs <= fromMs && batch.Count == 0)
            {
                break; // the venue's pages do not move on
            }

            fromMs = Math.Max(fromMs, page.CoversToMs);
        }
    }
}
