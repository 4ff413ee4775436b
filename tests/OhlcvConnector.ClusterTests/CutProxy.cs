using System.Net;
using System.Net.Sockets;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ClusterTests;

/// <summary>A way to a server of this machine that can be cut, as a network is: bytes no longer arrive, connections stay open, and nobody is told.</summary>
internal sealed class CutProxy : LoopbackProxy
{
    private readonly int _target;
    private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CutProxy(int target)
    {
        _target = target;
        _open.SetResult();
    }

    public void Cut() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Heal() => _open.TrySetResult();

    protected override async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, _target, Stopped);
        await Task.WhenAny(CopyAsync(near.GetStream(), far.GetStream()), CopyAsync(far.GetStream(), near.GetStream()));
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReadAsync(buffer, Stopped) is > 0 and var read)
            {
                await _open.Task.WaitAsync(Stopped);
                await to.WriteAsync(buffer.AsMemory(0, read), Stopped);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // either side left
        }
    }
}
