using OhlcvConnector.Application.Signals;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>Hands signals to the clients that want them, and gives those who come back what they missed.</summary>
/// <param name="store">Where signals are kept.</param>
internal sealed class SignalFeed(ISignalStore store)
{
    private readonly Lock _gate = new();
    private Subscription[] _subscriptions = [];

    /// <summary>Number of clients that want signals.</summary>
    public int Subscribers => _subscriptions.Length;

    /// <summary>Tells a signal to all who want it.</summary>
    public void Publish(KeptSignal kept)
    {
        byte[]? frame = null;
        foreach (var subscription in _subscriptions)
        {
            if (subscription.Filter.Matches(kept.Signal))
            {
                subscription.Take(kept.Number, frame ??= V1Signals.Frame(kept));
            }
        }
    }

    /// <summary>Begins a subscription: what is asked for of the past, then what comes, each once.</summary>
    /// <param name="wanted">What is wanted.</param>
    /// <param name="send">Sends a frame.</param>
    /// <param name="begun">Called with the number of signals of the past and whether they are all, before the first of them.</param>
    /// <param name="cancellationToken">Ends the reading of the past.</param>
    public async Task<IDisposable> SubscribeAsync(SignalsWanted wanted, Action<byte[]> send, Action<int, bool> begun, CancellationToken cancellationToken)
    {
        var subscription = new Subscription(this, wanted.Filter, send);
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        try
        {
            var past = wanted.ResumeFrom is not null || wanted.Snapshot > 0
                ? await store.ReadAsync(
                    wanted.Filter with
                    {
                        After = wanted.ResumeFrom,
                        IsAscending = wanted.ResumeFrom is not null,
                        Limit = wanted.ResumeFrom is null ? wanted.Snapshot : SignalFilter.MaxLimit,
                    },
                    cancellationToken).ConfigureAwait(false)
                : [];
            begun(past.Count, wanted.ResumeFrom is null || past.Count < SignalFilter.MaxLimit);
            subscription.Begin(past.OrderBy(kept => kept.Number));
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions.Where(one => one != subscription)];
        }
    }

    /// <summary>One client's wish.</summary>
    private sealed class Subscription(SignalFeed feed, SignalFilter filter, Action<byte[]> send) : IDisposable
    {
        private readonly Lock _gate = new();
        private List<(long Number, byte[] Frame)>? _held = [];
        private bool _isOver;

        public SignalFilter Filter { get; } = filter;

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

        public void Begin(IEnumerable<KeptSignal> past)
        {
            lock (_gate)
            {
                var sent = new HashSet<long>();
                foreach (var kept in past)
                {
                    sent.Add(kept.Number);
                    send(V1Signals.Frame(kept));
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
