using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Following;

/// <summary>Series that were asked for over REST, and are followed until the server stops, or they are left again.</summary>
internal sealed class PinnedSeries(Hub hub, Preloads preloads)
{
    /// <summary>How many there are at most.</summary>
    public const int Most = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Series, SeriesChannel> _pinned = [];

    /// <summary>Follows series; all of them, or none.</summary>
    /// <exception cref="RequestException">They would be too many.</exception>
    /// <exception cref="SubscriptionLimitException">The exchange allows no more series from one address.</exception>
    public void Pin(IReadOnlyList<Series> series)
    {
        lock (_gate)
        {
            var fresh = series.Distinct().Where(one => !_pinned.ContainsKey(one)).ToList();
            if (_pinned.Count + fresh.Count > Most)
            {
                throw new RequestException(ErrorCode.Conflict, $"{_pinned.Count} series are followed by this way, and at most {Most} are; leave some first.");
            }

            var taken = new List<SeriesChannel>();
            try
            {
                fresh.ForEach(one => taken.Add(hub.Acquire(one)));
            }
            catch
            {
                taken.ForEach(hub.Release);
                throw;
            }

            foreach (var channel in taken)
            {
                channel.IsPreloaded = true;
                _pinned.Add(channel.Series, channel);
            }
        }
    }

    /// <summary>Leaves a series; false when it was not followed by this way.</summary>
    public bool TryLeave(Series series)
    {
        lock (_gate)
        {
            if (!_pinned.Remove(series, out var channel))
            {
                return false;
            }

            channel.IsPreloaded = preloads.SettingsOf(series).Count > 0;
            hub.Release(channel);
            return true;
        }
    }

    /// <summary>Who has a series followed: settings by their names, <c>rest</c>; <c>clients</c> where it is nobody of these.</summary>
    public IReadOnlyList<string> HoldersOf(Series series)
    {
        lock (_gate)
        {
            string[] holders = [.. preloads.SettingsOf(series), .. _pinned.ContainsKey(series) ? ["rest"] : Array.Empty<string>()];
            return holders.Length > 0 ? holders : ["clients"];
        }
    }
}
