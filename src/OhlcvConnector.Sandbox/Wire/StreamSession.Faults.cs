using System.Text;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <content>What goes wrong on a stream.</content>
internal sealed partial class StreamSession
{
    private byte[]? _heldBack;
    private bool _isFrozen;
    private volatile bool _isUnplugged;

    private bool IsMute => _isFrozen || _isUnplugged;

    /// <summary>From now on it says nothing, though the socket lives and WebSocket pings are answered.</summary>
    public void Freeze() => _isFrozen = true;

    /// <summary>From now on it neither reads nor writes, and the other side is not told.</summary>
    public void Unplug()
    {
        _isUnplugged = true;
        cable?.Pull();
    }

    /// <summary>From now on it says nothing of these series, until they are subscribed again.</summary>
    /// <returns>How many it was silenced about.</returns>
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

    private async Task SendCandleAsync(Subscription subscription, byte[] message, CandleState candle, bool isFinal, long nowMs)
    {
        if (subscription.IsStalled)
        {
            return;
        }

        var symbol = subscription.Listing!.Symbol;
        if (Hit(SandboxFaultKind.Halt, symbol) is not null)
        {
            return;
        }

        if (Hit(SandboxFaultKind.Delay, symbol) is { } delay)
        {
            await Task.Delay(delay.AmountOrUsual, world.Clock, _ended.Token).ConfigureAwait(false);
        }

        if (Hit(SandboxFaultKind.Garbage, symbol) is not null)
        {
            await SendAsync(Encoding.UTF8.GetBytes("{\"noise\":[1,2,\u00e4")).ConfigureAwait(false);
        }

        if ((isFinal && Hit(SandboxFaultKind.MissingFinal, symbol) is not null) || _heldBack is null && HoldBack(message, symbol))
        {
            return;
        }

        await SendAsync(Hit(SandboxFaultKind.Truncate, symbol) is null ? message : message.AsMemory(0, message.Length / 2)).ConfigureAwait(false);
        if (Hit(SandboxFaultKind.Duplicate, symbol) is not null || (isFinal && Hit(SandboxFaultKind.DoubledFinal, symbol) is not null))
        {
            await SendAsync(message).ConfigureAwait(false);
        }

        if (isFinal && Hit(SandboxFaultKind.RevisedFinal, symbol) is not null
            && dialect.Encode(subscription, candle with { High = candle.High + subscription.Listing.Tick }, isFinal, nowMs) is { } revised)
        {
            await SendAsync(message).ConfigureAwait(false); // whole, should the first have been cut short
            await SendAsync(revised).ConfigureAwait(false);
        }

        if (_heldBack is { } earlier)
        {
            _heldBack = null;
            await SendAsync(earlier).ConfigureAwait(false);
        }
    }

    private bool HoldBack(byte[] message, string symbol)
    {
        _heldBack = Hit(SandboxFaultKind.Reorder, symbol) is null ? null : message;
        return _heldBack is not null;
    }

    private SandboxFault? Hit(SandboxFaultKind kind, string symbol) => world.Faults.Hit(kind, world.Exchange, symbol);
}
