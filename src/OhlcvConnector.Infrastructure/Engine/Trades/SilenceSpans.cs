using System.Numerics;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>Measures how long a symbol is silent between two trades: what is usual for it, and what was longer lately.</summary>
internal sealed class SilenceSpans
{
    private const int Enough = 20;
    private const int Many = 400;
    private const long MinMs = 2_000;
    private const long MaxMs = 60_000; // who is silent longer is asked about
    private const double Usual = 0.95;

    private readonly int[] _counts = new int[24]; // by powers of two of milliseconds
    private readonly (long FromMs, long ToMs, long LengthMs)[] _long = new (long, long, long)[8];
    private int _all;
    private int _longCount;

    /// <summary>A silence of this length is nothing unusual.</summary>
    public long UsualMs { get; private set; } = MinMs;

    /// <summary>Notes the end of a silence, in which nothing at all came of the symbol.</summary>
    /// <param name="fromMs">The time of the last trade or candle before, by the venue's clock.</param>
    /// <param name="toMs">The time of the first trade or candle after, by the venue's clock.</param>
    /// <param name="lengthMs">The length of the silence in milliseconds, by our clock.</param>
    public void Ended(long fromMs, long toMs, long lengthMs)
    {
        if (lengthMs > UsualMs)
        {
            _long[_longCount++ % _long.Length] = (fromMs, toMs, lengthMs);
        }
    }

    /// <summary>Returns the length in milliseconds of the silence that a moment lies in, as far as it was unusual; 0 where there was none.</summary>
    public long At(long momentMs)
    {
        foreach (var (fromMs, toMs, lengthMs) in _long)
        {
            if (fromMs < momentMs && momentMs <= toMs)
            {
                return lengthMs;
            }
        }

        return 0;
    }

    /// <summary>Measures the silence between a trade and the one that followed it.</summary>
    public void Hear(long beforeMs, long atMs)
    {
        if (beforeMs <= 0 || atMs <= beforeMs)
        {
            return;
        }

        _counts[Math.Min(_counts.Length - 1, BitOperations.Log2((ulong)(atMs - beforeMs)) + 1)]++;
        if (++_all % Enough != 0)
        {
            return;
        }

        var within = 0;
        var power = 0;
        while (power < _counts.Length - 1 && within + _counts[power] < _all * Usual)
        {
            within += _counts[power++];
        }

        UsualMs = Math.Clamp(1L << power, MinMs, MaxMs);
        if (_all >= Many)
        {
            _all = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                _all += _counts[i] /= 2;
            }
        }
    }
}
