using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <content>Hands quotes to readers within the server, as they are.</content>
internal sealed partial class SeriesChannel
{
    /// <summary>Told of each quote, under the channel's lock: it must not wait.</summary>
    public event Action<PriceQuote>? Quoted;

    /// <summary>Told why the exchange refuses the series for good.</summary>
    public event Action<string>? Refused;

    /// <summary>Closed candles that are remembered, ascending, each once.</summary>
    public IReadOnlyList<PriceQuote> Remembered
    {
        get
        {
            lock (_gate)
            {
                return [.. _recent.Select(published => published.Quote).Where(quote => !quote.IsRevision)];
            }
        }
    }

    /// <summary>Hands on what is remembered, the open candle too, and from now on each quote.</summary>
    public void Tap(Action<PriceQuote> take)
    {
        lock (_gate)
        {
            foreach (var published in _open is { } open ? _recent.Append(open) : _recent)
            {
                take(published.Quote);
            }

            Quoted += take;
        }
    }
}
