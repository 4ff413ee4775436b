using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>The volume profile of the session under way, a day unless said otherwise, and that of the one before.</summary>
/// <param name="rowHeight">The height of a row.</param>
/// <param name="session">The length of a session; sessions begin as candles of that interval do, in UTC.</param>
/// <param name="spread">The prices of a candle that its volume goes to.</param>
public sealed class SessionVolumeProfile(double rowHeight, Interval session, VolumeSpread spread = VolumeSpread.Even)
{
    private long _startMs = Bar.NoTime;

    /// <summary>Makes one of days.</summary>
    /// <param name="rowHeight">The height of a row.</param>
    public SessionVolumeProfile(double rowHeight)
        : this(rowHeight, Interval.OneDay)
    {
    }

    /// <summary>The profile of the session under way.</summary>
    public VolumeProfile Profile { get; private set; } = new(rowHeight, spread);

    /// <summary>The profile of the session before, as it ended; null in the first one.</summary>
    public VolumeProfile? Before { get; private set; }

    /// <summary>Time at which the session under way began, UTC; null before the first candle.</summary>
    public DateTimeOffset? Start => _startMs == Bar.NoTime ? null : DateTimeOffset.FromUnixTimeMilliseconds(_startMs);

    /// <summary>Adds a candle; the first one of a session begins a profile anew. Bars without times are all of one session.</summary>
    /// <param name="bar">The candle.</param>
    /// <param name="buy">The part of its volume that buyers took, in base units; <see cref="double.NaN"/> where that is not known.</param>
    /// <returns>True when it was taken; one of a session that is over is not.</returns>
    public bool Add(in Bar bar, double buy = double.NaN)
    {
        var startMs = bar.OpenMs == Bar.NoTime ? _startMs : session.FloorMs(bar.OpenMs);
        if (startMs < _startMs)
        {
            return false;
        }

        if (startMs > _startMs)
        {
            Before = _startMs == Bar.NoTime && Profile.Count == 0 ? null : Profile;
            (_startMs, Profile) = (startMs, new VolumeProfile(rowHeight, spread));
        }

        return Profile.Add(bar, buy);
    }
}
