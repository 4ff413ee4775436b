namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// The connections that bring one symbol's trades, and since when what they bring is whole. Used under the lock of its <see cref="TradeTape"/>.
/// </summary>
internal sealed class TapeSources
{
    private const long SureMs = 3_000; // by how much the venue's clock may be wrong when a subscription is acknowledged

    private readonly List<(TradeSource Source, int Faults)> _sources = [];
    private long _begunMs;

    /// <summary>Time since which every trade has come, by the venue's clock, Unix epoch milliseconds; the largest number while none is sure to.</summary>
    public long WholeSinceMs { get; private set; } = long.MaxValue;

    /// <summary>True when there is a connection that brings the symbol's trades.</summary>
    public bool Any => _sources.Count > 0;

    /// <summary>Time at which anything at all last came on one of the connections, by our clock; the least number where nothing has come.</summary>
    public long AliveAtMs
    {
        get
        {
            var aliveAtMs = long.MinValue;
            foreach (var (source, _) in _sources)
            {
                aliveAtMs = Math.Max(aliveAtMs, source.AliveAtMs);
            }

            return aliveAtMs;
        }
    }

    /// <summary>Adds a connection, from now on.</summary>
    /// <param name="source">The connection.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void Begin(TradeSource source, long nowMs)
    {
        _sources.RemoveAll(one => one.Source == source);
        WholeSinceMs = _sources.Count == 0 ? nowMs + SureMs : WholeSinceMs;
        _sources.Add((source, source.Faults));
        _begunMs = nowMs;
    }

    /// <summary>Removes a connection.</summary>
    public void End(TradeSource source)
    {
        if (_sources.RemoveAll(one => one.Source == source) > 0 && _sources.Count == 0)
        {
            WholeSinceMs = long.MaxValue;
        }
    }

    /// <summary>Removes all of them.</summary>
    public void Clear()
    {
        _sources.Clear();
        WholeSinceMs = long.MaxValue;
    }

    /// <summary>Ends what was whole, where something may have hidden a message.</summary>
    public void CheckFaults(long nowMs)
    {
        for (var i = 0; i < _sources.Count; i++)
        {
            var (source, faults) = _sources[i];
            if (source.Faults != faults)
            {
                _sources[i] = (source, source.Faults);
                WholeSinceMs = _sources.Count == 1 ? nowMs + SureMs : WholeSinceMs; // another connection has seen it all
            }
        }
    }

    /// <summary>Returns true when every trade from a time of the venue on has come.</summary>
    public bool AreWhole(long fromMs) => WholeSinceMs <= fromMs;

    /// <summary>Returns true when a trade is of the time before the newest subscription: it says nothing of how late trades come.</summary>
    public bool IsPast(long tradeMs) => tradeMs <= _begunMs;

    /// <summary>Returns true when one of the connections goes on with trades of a time of the venue or later, of whatever symbol.</summary>
    public bool GoOn(long afterMs, long oursMs)
    {
        foreach (var (source, _) in _sources)
        {
            if (source.GoesOn(afterMs, oursMs))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Returns true when one of the connections brought trades all the time, of whatever symbol, since a subscription that was sure to stand at the beginning.
    /// </summary>
    public bool TalkedAllThe(long fromMs, long toMs)
    {
        if (_begunMs + SureMs > fromMs)
        {
            return false;
        }

        foreach (var (source, _) in _sources)
        {
            if (source.TalkedAllThe(fromMs, toMs))
            {
                return true;
            }
        }

        return false;
    }
}
