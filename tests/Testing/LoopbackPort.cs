using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OhlcvConnector.Testing;

/// <summary>Numbers of ports that are known before anybody listens there, and after: for servers in processes of their own, and for those that end and come
/// back.</summary>
/// <remarks>A port that the system gave away and got back is one of those from which connections set out, so anybody's next connection may take it while its
/// server is away; even the client's own, which then speaks with itself.</remarks>
internal static class LoopbackPort
{
    private const int First = 20_000;
    private const int Count = 12_000; // all below those that a system gives to connections

    private static readonly DirectoryInfo Taken = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"ohlcv-connector-ports-{Environment.UserName}"));
    private static readonly List<FileStream> Ours = [];

    static LoopbackPort() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        lock (Ours)
        {
            Ours.ForEach(static file => file.Dispose());
        }
    };

    /// <summary>Reserves one until this process ends: no other test gets it, in this process or beside it.</summary>
    public static int Reserve()
    {
        var start = Random.Shared.Next(Count);
        for (var i = 0; i < Count; i++)
        {
            var port = First + ((start + i) % Count);
            if (Take(port) is { } file)
            {
                lock (Ours)
                {
                    Ours.Add(file);
                }

                if (IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"All ports from {First} to {First + Count - 1} are taken.");
    }

    private static FileStream? Take(int port)
    {
        try
        {
            return new FileStream(
                Path.Combine(Taken.FullName, port.ToString(CultureInfo.InvariantCulture)),
                FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // somebody else's
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
