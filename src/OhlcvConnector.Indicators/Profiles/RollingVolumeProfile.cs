namespace OhlcvConnector.Indicators;

/// <summary>The volume profile of the last candles.</summary>
public sealed class RollingVolumeProfile
{
    private readonly (Bar Bar, double Buy)[] _window;
    private int _next;
    private int _held;

    /// <summary>Makes one.</summary>
    /// <param name="candles">The number of candles that it covers.</param>
    /// <param name="rowHeight">The height of a row.</param>
    /// <param name="spread">The prices of a candle that its volume goes to.</param>
    public RollingVolumeProfile(int candles, double rowHeight, VolumeSpread spread = VolumeSpread.Even)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(candles, 1);
        _window = new (Bar, double)[candles];
        Profile = new VolumeProfile(rowHeight, spread);
    }

    /// <summary>The profile as of the last candle; it changes with the next one.</summary>
    public VolumeProfile Profile { get; }

    /// <summary>True when the window is full.</summary>
    public bool IsFull => _held == _window.Length;

    /// <summary>Adds a candle, and takes out the one that falls out of the window.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="buy">The part of its volume that buyers took, in base units; <see cref="double.NaN"/> where that is not known.</param>
    /// <returns>True when it was taken.</returns>
    public bool Add(in Bar bar, double buy = double.NaN)
    {
        if (!Profile.Add(bar, buy))
        {
            return false;
        }

        if (IsFull)
        {
            Profile.Remove(_window[_next].Bar, _window[_next].Buy);
        }

        _window[_next] = (bar, buy);
        _next = (_next + 1) % _window.Length;
        _held = Math.Min(_held + 1, _window.Length);
        return true;
    }
}
