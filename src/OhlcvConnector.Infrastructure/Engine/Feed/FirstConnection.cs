namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// Remembers whether a feed ever had a connection: before, it gives up when all of its lanes have tried as often as the settings say; after, never.
/// </summary>
/// <param name="attempts">The number of attempts of each lane; 0 for no limit.</param>
internal sealed class FirstConnection(int attempts)
{
    private volatile bool _isMade;
    private int _lanes;
    private int _exhausted;

    /// <summary>Counts one more lane that tries to connect.</summary>
    public void Join() => Interlocked.Increment(ref _lanes);

    /// <summary>Notes that a lane has a connection.</summary>
    public void Made() => _isMade = true;

    /// <summary>Counts a failure of a lane; returns true when the feed is to give up.</summary>
    /// <param name="failures">The number of times that this lane has failed so far.</param>
    public bool IsHopeless(int failures)
    {
        if (attempts == 0 || failures != attempts)
        {
            return false;
        }

        return Interlocked.Increment(ref _exhausted) >= Volatile.Read(ref _lanes) && !_isMade;
    }
}
