using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Connections;

/// <summary>Usage of one address, or of one key, at present.</summary>
/// <param name="clock">The clock of the messages' minute.</param>
internal sealed class Quota(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, int> _followed = [];
    private readonly MessageRate _rate = new(clock);
    private int _clients;
    private int _subscriptions;

    /// <summary>True when nothing is in use, so that it can be forgotten.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _clients == 0 && _rate.IsIdle;
            }
        }
    }

    /// <summary>Counts a client unless there would be too many; 0 stands for any number.</summary>
    public bool TryAddClient(int most)
    {
        lock (_gate)
        {
            if (most > 0 && _clients >= most)
            {
                return false;
            }

            _clients++;
            return true;
        }
    }

    /// <summary>Counts a client no longer.</summary>
    public void RemoveClient()
    {
        lock (_gate)
        {
            _clients--;
        }
    }

    /// <summary>Counts subscriptions, or fewer when negative, unless there would be too many; 0 stands for any number.</summary>
    public bool TryAddSubscriptions(int change, int most)
    {
        lock (_gate)
        {
            if (change > 0 && most > 0 && _subscriptions + change > most)
            {
                return false;
            }

            _subscriptions += change;
            return true;
        }
    }

    /// <summary>Counts series, each once however often it is followed, unless there would be too many different ones; 0 stands for any number.</summary>
    /// <returns>Null when they are counted, else how many there are already.</returns>
    public int? TryFollow(IReadOnlyCollection<Series> series, int most)
    {
        lock (_gate)
        {
            if (most > 0 && _followed.Count + series.Count(one => !_followed.ContainsKey(one)) > most)
            {
                return _followed.Count;
            }

            foreach (var one in series)
            {
                _followed[one] = _followed.GetValueOrDefault(one) + 1;
            }

            return null;
        }
    }

    /// <summary>Counts series once less.</summary>
    public void Unfollow(IReadOnlyCollection<Series> series)
    {
        lock (_gate)
        {
            foreach (var one in series)
            {
                var left = _followed.GetValueOrDefault(one) - 1;
                if (left > 0)
                {
                    _followed[one] = left;
                }
                else
                {
                    _followed.Remove(one);
                }
            }
        }
    }

    /// <inheritdoc cref="MessageRate.TryAdd"/>
    public TimeSpan? TryAddMessage(int most) => _rate.TryAdd(most, out _);
}
