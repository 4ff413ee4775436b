using System.Net;
using System.Net.Sockets;

namespace OhlcvConnector.Testing;

/// <summary>Accepts connections on a free port of loopback until it is disposed of; where each leads, and what may befall it, is said by who derives from
/// it.</summary>
internal abstract class LoopbackProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    protected LoopbackProxy()
    {
        Stopped = _stop.Token;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Is cancelled when it is disposed of.</summary>
    protected CancellationToken Stopped { get; }

    public virtual async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>Carries a connection until either side leaves.</summary>
    protected abstract Task CarryAsync(TcpClient near);

    /// <summary>Carries bytes both ways until either side leaves.</summary>
    protected Task RelayAsync(NetworkStream near, NetworkStream far) => Task.WhenAny(near.CopyToAsync(far, Stopped), far.CopyToAsync(near, Stopped));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(Stopped));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using var owned = near;
        try
        {
            await CarryAsync(near);
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // either side left
        }
    }
}
