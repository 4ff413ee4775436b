using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Rest;

/// <summary>The newest price of a series, and how old it is.</summary>
/// <param name="Series">Whose.</param>
/// <param name="Quote">The newest candle, open or closed; null when there is none.</param>
/// <param name="Age">Since the exchange last said something of it; null when there is none.</param>
/// <param name="IsStale">Whether that is longer than allowed.</param>
/// <param name="IsLive">Whether it is followed, or was read from history for this answer.</param>
internal sealed record LatestPrice(Series Series, PriceQuote? Quote, TimeSpan? Age, bool IsStale, bool IsLive)
{
    /// <summary>What changes when the price does.</summary>
    public string Version => FormattableString.Invariant($"{Series.VenueSymbol} {Quote?.OpenMs} {Quote?.Close} {Quote?.Volume} {Quote?.IsClosed} {IsStale}");

    /// <summary>What is answered of it.</summary>
    public PriceRow ToRow() => new()
    {
        Market = Series.Market.Name(),
        Symbol = Series.Symbol,
        VenueSymbol = Series.VenueSymbol,
        Price = Quote?.Close,
        Time = Quote is { } quote ? quote.EventTime ?? quote.ReceivedAt : null,
        AgeSeconds = Age is { } age ? Math.Round((decimal)age.TotalSeconds, 3) : null,
        Stale = IsStale,
        Source = IsLive ? "stream" : "history",
    };
}

/// <summary>
/// The newest prices: of a followed series out of memory; of another one from the exchange's history, kept for a moment, so that polling does not become a
/// flood of requests there.
/// </summary>
internal sealed class LatestPrices(Hub hub, HistoryDesk history, ServerOptions options)
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Series, (long ReadAt, Task<PriceQuote?> Quote)> _kept = [];
    private readonly Lock _gate = new();

    /// <summary>Reads the prices of series of one minute.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="series">The series.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<LatestPrice>> ReadAsync(object client, IReadOnlyList<Series> series, CancellationToken cancellationToken)
    {
        var found = new List<LatestPrice>(series.Count);
        foreach (var one in series)
        {
            if (hub.Find(one) is { Newest: { } live } channel)
            {
                found.Add(NewPrice(one, live, channel.Status.State == SeriesState.Stale, isLive: true));
            }
            else
            {
                found.Add(NewPrice(one, await FromHistory(client, one).WaitAsync(cancellationToken).ConfigureAwait(false), isOverdue: false, isLive: false));
            }
        }

        return found;
    }

    private LatestPrice NewPrice(Series series, PriceQuote? quote, bool isOverdue, bool isLive)
    {
        var age = quote is { } known ? hub.Now - (known.EventTime ?? (known.IsClosed ? known.CloseTime : known.ReceivedAt)) : (TimeSpan?)null;
        return new LatestPrice(
            series, quote, age < TimeSpan.Zero ? TimeSpan.Zero : age, isOverdue || age is null || age > OneMinute + options.StaleAfter, isLive);
    }

    private Task<PriceQuote?> FromHistory(object client, Series series)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(series, out var kept) && options.TimeProvider.GetElapsedTime(kept.ReadAt) < Keep && !kept.Quote.IsFaulted)
            {
                return kept.Quote;
            }

            if (_kept.Count >= MaxKept)
            {
                _kept.Clear();
            }

            var reading = NewestAsync(client, series);
            _kept[series] = (options.TimeProvider.GetTimestamp(), reading);
            return reading;
        }
    }

    private async Task<PriceQuote?> NewestAsync(object client, Series series)
    {
        PriceQuote? newest = null;
        await foreach (var quote in history.For(client).ReadAsync(series, hub.Now - (3 * OneMinute), hub.Now + OneMinute, includeOpen: true, waitForLate: false)
            .ConfigureAwait(false))
        {
            newest = quote;
        }

        return newest;
    }
}
