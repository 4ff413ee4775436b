namespace OhlcvConnector.Trading;

/// <summary>Equity of a run at each close.</summary>
public sealed class EquityCurve
{
    private readonly List<long> _times;
    private readonly List<decimal> _values;

    internal EquityCurve(int capacity) => (_times, _values) = (new List<long>(capacity), new List<decimal>(capacity));

    /// <summary>Times of the closes, Unix epoch milliseconds UTC, ascending.</summary>
    public IReadOnlyList<long> Times => _times;

    /// <summary>Equity at each of <see cref="Times"/>, in the account's currency.</summary>
    public IReadOnlyList<decimal> Values => _values;

    internal void Add(long timeMs, decimal equity)
    {
        _times.Add(timeMs);
        _values.Add(equity);
    }

    internal void ReplaceLast(decimal equity)
    {
        if (_values.Count > 0)
        {
            _values[^1] = equity;
        }
    }
}
