using System.Numerics;

namespace OhlcvConnector.Infrastructure.Common.Trades;

/// <summary>How long a symbol is without trades, between two of them: what is usual for it.</summary>
internal sealed class SilenceSpans
{
    private const int Enough = 20;
    private const int Many = 400;
    private const long ShortestMs = 2_000;
    private const long LongestMs = 8_000; // who is silent longer is asked about
    private const double Usual = 0.95;

    private readonly int[] _counts = new int[24]; // by powers of two of milliseconds
    private int _all;

    /// <summary>A silence of this length is nothing unusual.</summary>
    public long UsualMs { get; private set; } = ShortestMs;

    /// <summary>A trade followed another.</summary>
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

        UsualMs = Math.Clamp(1L << power, ShortestMs, LongestMs);
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
