using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices.Exchanges;

/// <summary>A pair whose candles are followed for its price.</summary>
/// <param name="series">Its minutes.</param>
internal sealed class FollowedPair(Series series)
{
    private const long PresentMs = 120_000; // of history the last candle, where the exchange is a little late with it

    private readonly Lock _gate = new();
    private readonly RollingDay _day = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PriceQuote _newest;

    /// <summary>Its minutes.</summary>
    public Series Series => series;

    /// <summary>When somebody asked for it last, by the clock's timestamp.</summary>
    public long AskedAt { get; set; }

    /// <summary>Ends when its past has been read and the present has begun; fails when nothing can come.</summary>
    public Task First => _first.Task;

    /// <summary>Takes the next candle.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="nowMs">What time it is, Unix epoch milliseconds UTC.</param>
    /// <returns>Whether it is of the present.</returns>
    public bool Take(in PriceQuote quote, long nowMs)
    {
        lock (_gate)
        {
            _day.Add(quote);
            if (_newest.Series is null || quote.OpenMs > _newest.OpenMs || (quote.OpenMs == _newest.OpenMs && !_newest.IsClosed))
            {
                _newest = quote;
            }
        }

        if (_first.Task.IsCompleted || !quote.IsClosed || quote.CloseMs >= nowMs - PresentMs)
        {
            _first.TrySetResult();
            return true;
        }

        return false;
    }

    /// <summary>No candle will come.</summary>
    public void Fail(PriceProviderException reason)
    {
        if (_first.TrySetException(reason))
        {
            _ = _first.Task.Exception; // somebody may wait for it, or nobody
        }
    }

    /// <summary>The price now; null before the first candle.</summary>
    /// <param name="source">Who says so.</param>
    /// <param name="now">What time it is, UTC.</param>
    public AssetPrice? ToPrice(string source, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_newest.Series is null)
            {
                return null;
            }

            var at = _newest.EventTime ?? (_newest.IsClosed ? _newest.CloseTime : _newest.ReceivedAt);
            return _day.Complete(new AssetPrice
            {
                Symbol = series.Instrument.BaseAsset.ToUpperInvariant(),
                Quote = series.Instrument.QuoteAsset.ToUpperInvariant(),
                Price = _newest.Close,
                LastUpdated = at < now ? at : now,
                Source = source,
                IsSandbox = series.Instrument.IsSandbox,
            });
        }
    }
}
