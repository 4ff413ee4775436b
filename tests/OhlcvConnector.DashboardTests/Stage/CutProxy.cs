using System.Net;
using System.Net.Sockets;
using OhlcvConnector.Testing;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>A network between browser and server that can be cut: connections end, and new ones are refused, until it is mended.</summary>
/// <param name="target">The port of the server.</param>
internal sealed class CutProxy(Func<int> target) : LoopbackProxy
{
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private bool _isCut;

    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _open.ForEach(one => one.Close());
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _isCut = false;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Cut();
        await base.DisposeAsync();
    }

    protected override async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        lock (_gate)
        {
            if (_isCut)
            {
                return;
            }

            _open.Add(near);
            _open.Add(far);
        }

        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target());
            await RelayAsync(near.GetStream(), far.GetStream());
        }
        finally
        {
            near.Close();
            lock (_gate)
            {
                _open.Remove(near);
                _open.Remove(far);
            }
        }
    }
}
