using System.Net.Sockets;
using System.Text;
using OhlcvConnector.Server.Hosting;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class SystemdTests
{
    [Fact]
    public void Systemd_is_told_when_the_server_is_ready_and_when_it_stops()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            var notifier = new SystemdNotifier(path);
            var buffer = new byte[100];
            notifier.Ready();
            Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer)).ShouldBe("READY=1");
            notifier.Stopping();
            Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer)).ShouldBe("STOPPING=1");
            new SystemdNotifier(null).Ready();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
