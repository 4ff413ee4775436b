using System.Net.WebSockets;
using OhlcvConnector.Sandbox.Faults;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>Stream of one client: reads its messages, and sends what is due of its subscriptions in market time. One message at a time goes out.</summary>
internal sealed partial class StreamSession(VenueWorld world, WebSocket socket, IStreamDialect dialect, Action abort, Cable? cable) : IDisposable
{
    private const int MaxMessageBytes = 256 * 1024;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50); // at whether a heartbeat is due

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Subscription> _subscriptions = [];
    private readonly SemaphoreSlim _send = new(1, 1);
    private readonly SemaphoreSlim _changed = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly RecordedFrames _recorded = new();
    private bool _isOver;
    private long _sentAt = world.Options.TimeProvider.GetTimestamp();
    private long _trafficAt = world.Options.TimeProvider.GetTimestamp();

    /// <summary>Longest silence in both directions, in real time, after which the venue hangs up, and how it does; null for never.</summary>
    public (TimeSpan After, int Code, string Reason)? HangUp { get; init; }

    /// <summary>Number of series that the stream sends.</summary>
    public int SubscriptionCount => Locked(() => _subscriptions.Count);

    /// <summary>Number of subscriptions that are of trades.</summary>
    public int TradesCount => Locked(() => _subscriptions.Values.Count(subscription => subscription.IsTrades));

    /// <summary>The topics that it sends.</summary>
    public string[] Topics => Locked(() => (string[])[.. _subscriptions.Keys]);

    /// <summary>Starts a series; false when it runs already.</summary>
    public bool Subscribe(Subscription subscription)
    {
        lock (_gate)
        {
            if (!_subscriptions.TryAdd(subscription.Topic, subscription))
            {
                return false;
            }

            subscription.OpenMs = subscription.FloorMs(world.NowMs) - subscription.PastMs;
            subscription.DueMs = world.NowMs;
        }

        _changed.Release();
        return true;
    }

    /// <summary>Says what was recorded, if it is of a series that was subscribed.</summary>
    public void Say(SandboxMessage message)
    {
        lock (_gate)
        {
            if (_subscriptions.Values.FirstOrDefault(one => RecordedFrames.IsOf(one, message)) is { } subscription)
            {
                _recorded.Add(dialect.Recorded(subscription, message.Frame));
            }
        }
    }

    /// <summary>Ends a series; false when there is none.</summary>
    public bool Unsubscribe(string topic)
    {
        lock (_gate)
        {
            return _subscriptions.Remove(topic);
        }
    }

    /// <summary>Runs until the client leaves or the stream is cut.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, _ended.Token);
        world.Opened(this);
        var pump = Task.Run(() => PumpAsync(linked.Token), CancellationToken.None);
        try
        {
            await ReceiveAsync(linked.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // the client left without a goodbye, or was cut off
        }
        finally
        {
            world.Ended(this);
            lock (_gate)
            {
                _isOver = true;
            }

            await _ended.CancelAsync().ConfigureAwait(false);
            await pump.ConfigureAwait(false);
        }
    }

    /// <summary>Sends a message.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> message, bool isBinary = false)
    {
        if (IsMute)
        {
            return;
        }

        await _send.WaitAsync(_ended.Token).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _trafficAt, world.Options.TimeProvider.GetTimestamp());
            Volatile.Write(ref _sentAt, world.Options.TimeProvider.GetTimestamp());
            message = !isBinary && world.Faults.Hit(SandboxFaultKind.UnknownFields, world.Exchange) is not null ? Stranger.Rewrite(message) : message;
            await socket.SendAsync(message, isBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, endOfMessage: true, _ended.Token)
                .ConfigureAwait(false);
            world.Sent();
        }
        finally
        {
            _send.Release();
        }
    }

    /// <summary>Closes with a code and a reason.</summary>
    public async Task CloseAsync(int code, string reason)
    {
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, _ended.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // it is gone already
        }

        await _ended.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Cuts the connection without a word; one that has ended is left alone, for what it ran on may serve another request by now.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                abort();
                _ended.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _send.Dispose();
        _changed.Dispose();
        _ended.Dispose();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxMessageBytes];
        var length = 0;
        while (socket.State == WebSocketState.Open)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await CloseAsync(1000, "").ConfigureAwait(false);
                return;
            }

            Volatile.Write(ref _trafficAt, world.Options.TimeProvider.GetTimestamp());
            length += part.Count;
            if (length == MaxMessageBytes)
            {
                await CloseAsync(1009, "message too long").ConfigureAwait(false);
                return;
            }

            if (part.EndOfMessage)
            {
                await dialect.OnTextAsync(this, buffer.AsMemory(0, length)).ConfigureAwait(false);
                length = 0;
            }
        }
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        var due = new List<Subscription>();
        var sender = new SubscriptionSender(world, dialect, message => SendAsync(message), _ended.Token);
        try
        {
            if (world.IsReplay)
            {
                await Task.WhenAny(_recorded.SendAsync(frame => SendAsync(frame), cancellationToken), BeatAsync(cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                Cut();
                return;
            }

            while (true)
            {
                if (!IsMute && HangUp is { } silent && world.Options.TimeProvider.GetElapsedTime(Volatile.Read(ref _trafficAt)) > silent.After)
                {
                    await CloseAsync(silent.Code, silent.Reason).ConfigureAwait(false);
                    return;
                }

                var nowMs = world.NowMs;
                var nextMs = Due(due, nowMs);
                foreach (var subscription in due)
                {
                    await sender.SendDueAsync(subscription, nowMs).ConfigureAwait(false);
                }

                await BeatIfSilentAsync().ConfigureAwait(false);
                var wait = TimeSpan.FromMilliseconds(
                    Math.Clamp(nextMs - world.NowMs, 1, Math.Max(1, (long)(Idle.TotalMilliseconds * world.Clock.Speed))) / world.Clock.Speed);
                wait = dialect.Heartbeat is null || wait < BetweenLooks ? wait : BetweenLooks;
                if (nextMs > world.NowMs)
                {
                    await _changed.WaitAsync(wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait, cancellationToken)
                        .ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // the stream ended
        }
    }

    private async Task BeatIfSilentAsync()
    {
        if (dialect.Heartbeat is { } beat && world.Options.TimeProvider.GetElapsedTime(Volatile.Read(ref _sentAt)) >= Idle)
        {
            await SendAsync(beat).ConfigureAwait(false);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Idle / 4, world.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            await BeatIfSilentAsync().ConfigureAwait(false);
        }
    }

    private long Due(List<Subscription> due, long nowMs)
    {
        due.Clear();
        var nextMs = long.MaxValue;
        lock (_gate)
        {
            foreach (var subscription in _subscriptions.Values)
            {
                if (subscription.Listing is null)
                {
                    continue;
                }

                if (subscription.DueMs <= nowMs)
                {
                    due.Add(subscription);
                    subscription.DueMs = Math.Min(nowMs + subscription.EveryMs, Math.Max(nowMs + 1, subscription.NextMs(subscription.FloorMs(nowMs))));
                }

                nextMs = Math.Min(nextMs, subscription.DueMs);
            }
        }

        return nextMs;
    }
}
