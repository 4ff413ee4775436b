namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The candles of one series that were passed because stream and trades said that nobody traded, the latest of them; used under the lock of its <see
/// cref="SeriesSequencer"/>.
/// </summary>
internal sealed class PassedCandles
{
    private const int Max = 32;

    private readonly List<(long OpenMs, long ToMs, long RunMs)> _candles = [];

    /// <summary>Remembers a candle, and returns how long nobody has traded with it, in milliseconds.</summary>
    public long Add(long openMs, long toMs)
    {
        var runMs = _candles is [.., var last] && last.ToMs == openMs ? last.RunMs + toMs - openMs : toMs - openMs;
        _candles.Add((openMs, toMs, runMs));
        if (_candles.Count > Max)
        {
            _candles.RemoveAt(0);
        }

        return runMs;
    }

    /// <summary>Forgets a candle; returns false when it is none of them.</summary>
    public bool Remove(long openMs)
    {
        var place = _candles.FindIndex(one => one.OpenMs == openMs);
        if (place >= 0)
        {
            _candles.RemoveAt(place);
        }

        return place >= 0;
    }
}
