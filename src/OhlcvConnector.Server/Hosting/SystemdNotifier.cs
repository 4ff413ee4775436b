using System.Net.Sockets;
using System.Text;

namespace OhlcvConnector.Server.Hosting;

/// <summary>Tells systemd, if it started the program, how far it is: sd_notify(3) without its library.</summary>
/// <param name="address">The value of NOTIFY_SOCKET; null or empty without systemd.</param>
internal sealed class SystemdNotifier(string? address)
{
    /// <summary>Requests are taken.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>The program ends.</summary>
    public void Stopping() => Send("STOPPING=1");

    private void Send(string state)
    {
        if (string.IsNullOrEmpty(address))
        {
            return;
        }

        var path = address[0] == '@' ? '\0' + address[1..] : address;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path));
    }
}
