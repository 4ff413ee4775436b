using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <content>Candles that the venue does not have, from its trades alone.</content>
internal sealed partial class TradeTape
{
    private readonly List<BuiltSeries> _built = [];
    private readonly List<BuiltCandle> _revisedBuilt = [];

    /// <summary>Adds a series that is built.</summary>
    public void Add(BuiltSeries built)
    {
        lock (_gate)
        {
            _built.Add(built);
        }
    }

    /// <summary>Removes a series that is built.</summary>
    public void Remove(BuiltSeries built)
    {
        lock (_gate)
        {
            _built.Remove(built);
        }
    }

    /// <summary>
    /// Closes what has ended: when all trades of it have come, as measured lately, and something came later still, whatever it was, for a connection that is
    /// dead says nothing of what it did not bring.
    /// </summary>
    /// <param name="oursMs">Our clock.</param>
    /// <param name="venueMs">The venue's clock, which says since when all is whole after a fault.</param>
    /// <param name="candles">The list that takes what is to be delivered.</param>
    public void Build(long oursMs, long venueMs, List<BuiltCandle> candles)
    {
        lock (_gate)
        {
            _sources.CheckFaults(venueMs);
            candles.AddRange(_revisedBuilt);
            _revisedBuilt.Clear();
            var aliveAtMs = _sources.AliveAtMs;
            if (aliveAtMs == long.MinValue)
            {
                return; // what is missing is told when the trades come again
            }

            var delayMs = _delay.GuessedMs;
            var toMs = Math.Min(oursMs - delayMs, Math.Max(_hearing.LatestTradeMs, aliveAtMs - delayMs));
            foreach (var built in _built)
            {
                built.Build(_sources.WholeSinceMs, toMs, oursMs, candles);
            }
        }
    }

    private void PutBuilt(in Trade trade, long oursMs, bool isForgotten)
    {
        foreach (var built in _built)
        {
            built.Add(trade, oursMs, isForgotten, out var revised);
            if (revised.Series is not null)
            {
                _revisedBuilt.Add(new BuiltCandle(built, revised));
            }
        }
    }
}
