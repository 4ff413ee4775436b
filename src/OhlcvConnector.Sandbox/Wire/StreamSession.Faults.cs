namespace OhlcvConnector.Sandbox.Wire;

/// <content>What goes wrong with a stream as a whole.</content>
internal sealed partial class StreamSession
{
    private bool _isFrozen;
    private volatile bool _isUnplugged;

    private bool IsMute => _isFrozen || _isUnplugged;

    /// <summary>Silences the stream from now on, though the socket lives and WebSocket pings are answered.</summary>
    public void Freeze() => _isFrozen = true;

    /// <summary>Stops reading and writing from now on, and the other side is not told.</summary>
    public void Unplug()
    {
        _isUnplugged = true;
        cable?.Pull();
    }

    /// <summary>Silences the stream about these series, until they are subscribed again.</summary>
    /// <returns>The number of series that it was silenced about.</returns>
    public int Stall(Func<Subscription, bool> which)
    {
        lock (_gate)
        {
            var stalled = _subscriptions.Values.Where(which).ToList();
            stalled.ForEach(subscription => subscription.IsStalled = true);
            return stalled.Count;
        }
    }

    /// <summary>The symbols that it sends.</summary>
    public string[] Symbols()
    {
        lock (_gate)
        {
            return
            [
                .. _subscriptions.Values.Where(subscription => !subscription.IsStalled).Select(subscription => subscription.Listing?.Symbol).OfType<string>(),
            ];
        }
    }

    /// <summary>Announces the end where the venue has words for it, and ends later.</summary>
    public async Task MaintainAsync(TimeSpan after)
    {
        try
        {
            if (dialect.MaintenanceNotice(world.NowMs) is { } notice)
            {
                await SendAsync(notice).ConfigureAwait(false);
            }

            await Task.Delay(after, world.Clock, _ended.Token).ConfigureAwait(false);
            await CloseAsync(1012, "Service Restart").ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or OperationCanceledException or IOException
            or ObjectDisposedException)
        {
            // the client left before
        }
    }
}
