using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>Those in the server itself who take closed candles.</summary>
internal sealed partial class SeriesChannel
{
    private Action<PriceQuote>? _closed;

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

    /// <summary>Has each closed candle taken from now on.</summary>
    /// <param name="take">Called on the thread that brings the candle, under a lock: it only takes it.</param>
    /// <returns>The closed candles that came before and are remembered: with those that are taken, none is missing and none double.</returns>
    public IReadOnlyList<PriceQuote> Take(Action<PriceQuote> take)
    {
        lock (_gate)
        {
            _closed += take;
            return Remembered;
        }
    }
}
