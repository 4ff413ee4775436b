using System.Numerics;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>How slow a rule was of late, and how much it said, over all series.</summary>
internal sealed class RulePace
{
    private const long HourMs = 3_600_000;
    private const int MostHours = 48; // missed closes are evaluated series by series, so that hours come again

    private readonly Dictionary<long, int> _signals = [];
    private ulong _slow; // a bit for each of the last 64 evaluations

    /// <summary>True when it is evaluated no more.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Takes an evaluation.</summary>
    /// <returns>Number of the last 64 that were slow.</returns>
    public int Took(bool isSlow)
    {
        _slow = (_slow << 1) | (isSlow ? 1UL : 0);
        return BitOperations.PopCount(_slow);
    }

    /// <summary>Takes a signal.</summary>
    /// <returns>Number of signals of candles that closed in the same hour.</returns>
    public int Count(long closeMs)
    {
        var hour = (closeMs - 1) / HourMs; // what closes at 13:00 is of the hour before
        var count = _signals[hour] = _signals.GetValueOrDefault(hour) + 1;
        if (_signals.Count > MostHours)
        {
            _signals.Remove(_signals.Keys.Min());
        }

        return count;
    }
}
