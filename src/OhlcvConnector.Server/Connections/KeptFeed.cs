using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>Hands what is kept with a number to the clients that want it, and gives those who come back what they missed.</summary>
/// <typeparam name="TFilter">What clients choose by.</typeparam>
/// <typeparam name="TKept">What is kept.</typeparam>
internal abstract class KeptFeed<TFilter, TKept>
    where TFilter : class
    where TKept : class
{
    private readonly Lock _gate = new();
    private Subscription[] _subscriptions = [];

    /// <summary>Number of clients that want it.</summary>
    public int Subscribers => _subscriptions.Length;

    /// <summary>The most that is read of the past at once.</summary>
    protected abstract int MaxLimit { get; }

    /// <summary>Tells one to all who want it.</summary>
    public void Publish(TKept kept)
    {
        byte[]? frame = null;
        foreach (var subscription in _subscriptions)
        {
            if (Matches(subscription.Filter, kept))
            {
                subscription.Take(NumberOf(kept), frame ??= FrameOf(kept));
            }
        }
    }

    /// <summary>Begins a subscription: what is asked for of the past, then what comes, each once.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="send">Sends a frame.</param>
    /// <param name="begun">Called with the number of things of the past and whether they are all, before the first of them.</param>
    /// <param name="cancellationToken">Ends the reading of the past.</param>
    public async Task<IDisposable> SubscribeAsync(
        ChannelWish<TFilter> wish, Action<byte[]> send, Action<int, bool> begun, CancellationToken cancellationToken)
    {
        var subscription = new Subscription(this, wish.Filter, send);
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        try
        {
            var past = wish.AsksPast
                ? await ReadAsync(wish.Filter, wish.ResumeFrom, wish.ResumeFrom is null ? wish.Snapshot : MaxLimit, cancellationToken).ConfigureAwait(false)
                : [];
            begun(past.Count, wish.ResumeFrom is null || past.Count < MaxLimit);
            subscription.Begin(past.OrderBy(NumberOf));
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    /// <summary>The number.</summary>
    protected abstract long NumberOf(TKept kept);

    /// <summary>The message.</summary>
    protected abstract byte[] FrameOf(TKept kept);

    /// <summary>Whether it is wanted.</summary>
    protected abstract bool Matches(TFilter filter, TKept kept);

    /// <summary>Reads the past: what came after a number, the oldest first; without one the newest.</summary>
    protected abstract Task<IReadOnlyList<TKept>> ReadAsync(TFilter filter, long? after, int limit, CancellationToken cancellationToken);

    private void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions.Where(one => one != subscription)];
        }
    }

    /// <summary>One client's wish.</summary>
    private sealed class Subscription(KeptFeed<TFilter, TKept> feed, TFilter filter, Action<byte[]> send) : IDisposable
    {
        private readonly Lock _gate = new();
        private List<(long Number, byte[] Frame)>? _held = [];
        private bool _isOver;

        public TFilter Filter { get; } = filter;

        public void Take(long number, byte[] frame)
        {
            lock (_gate)
            {
                if (_held is not null)
                {
                    _held.Add((number, frame));
                }
                else if (!_isOver)
                {
                    send(frame);
                }
            }
        }

        public void Begin(IEnumerable<TKept> past)
        {
            lock (_gate)
            {
                var sent = new HashSet<long>();
                foreach (var kept in past)
                {
                    sent.Add(feed.NumberOf(kept));
                    send(feed.FrameOf(kept));
                }

                foreach (var (number, frame) in _held!)
                {
                    if (sent.Add(number))
                    {
                        send(frame);
                    }
                }

                _held = null;
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isOver = true;
            }

            feed.Remove(this);
        }
    }
}
