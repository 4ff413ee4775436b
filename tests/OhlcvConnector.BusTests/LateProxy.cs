using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using OhlcvConnector.Testing;

namespace OhlcvConnector.BusTests;

/// <summary>A way to NATS on which what the server says can be held up; it counts how often its client asks about a consumer.</summary>
internal sealed class LateProxy(int target) : LoopbackProxy
{
    private volatile TaskCompletionSource? _held;
    private int _questions;

    /// <summary>How often the client asked for messages, or whether there are any.</summary>
    public int Questions => Volatile.Read(ref _questions);

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _held!.SetResult();

    protected override async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, target, Stopped);
        var (client, server) = (near.GetStream(), far.GetStream());
        await Task.WhenAny(CopyAsync(client, server, isClient: true), CopyAsync(server, client, isClient: false));
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isClient)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, Stopped) is > 0 and var read)
        {
            if (isClient)
            {
                Interlocked.Add(ref _questions, Regex.Count(Encoding.ASCII.GetString(buffer, 0, read), @"CONSUMER\.(MSG\.NEXT|INFO)"));
            }
            else if (_held is { } held)
            {
                await held.Task.WaitAsync(Stopped);
            }

            await to.WriteAsync(buffer.AsMemory(0, read), Stopped);
        }
    }
}
