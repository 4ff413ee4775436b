using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>One client: a plain socket that subscribes, and finds frames in what comes.</summary>
internal sealed class LoadConnection
{
    private const string Handshake = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    private const byte Text = 0x81;
    private const byte CloseFrame = 0x88;
    private const byte Ping = 0x89;
    private const byte Pong = 0x8A;
    private const byte Masked = 0x80;

    private byte[] _rest = [];

    private LoadConnection(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>Whether the server answered the subscription.</summary>
    public bool IsSubscribed { get; private set; }

    /// <summary>Whether the server ended it.</summary>
    public bool IsClosed { get; private set; }

    public static LoadConnection Open(int port, byte[] subscription)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(Encoding.ASCII.GetBytes(Handshake));
        var answer = new byte[1024];
        var length = 0;
        while (!answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            var read = socket.Receive(answer.AsSpan(length));
            length += read > 0 ? read : throw new InvalidOperationException($"No handshake: {Encoding.ASCII.GetString(answer, 0, length)}");
        }

        socket.Send([Text, Masked | 126, (byte)(subscription.Length >> 8), (byte)subscription.Length, 0, 0, 0, 0, .. subscription]);
        socket.Blocking = false;
        return new LoadConnection(socket);
    }

    /// <summary>Reads once what is there, and tells the samples of each message.</summary>
    /// <param name="buffer">Room for this call.</param>
    /// <param name="most">Bytes to read at most.</param>
    /// <param name="samples">Is told.</param>
    public void Read(byte[] buffer, int most, DeliverySamples samples)
    {
        if (IsClosed)
        {
            return;
        }

        _rest.CopyTo(buffer, 0);
        var read = Socket.Receive(buffer.AsSpan(_rest.Length, Math.Min(most, buffer.Length - _rest.Length)), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        IsClosed |= error != SocketError.Success || read == 0;
        samples.Received();
        var bytes = buffer.AsSpan(0, _rest.Length + read);
        while (SizeOf(bytes) is var (header, size) && header + size <= bytes.Length)
        {
            OnFrame(bytes[0], bytes.Slice(header, size), samples);
            bytes = bytes[(header + size)..];
        }

        _rest = bytes.Length == 0 ? [] : bytes.ToArray();
        if (IsClosed)
        {
            Socket.Dispose(); // so that nobody is told again that it can be read
        }
    }

    private void OnFrame(byte kind, ReadOnlySpan<byte> payload, DeliverySamples samples)
    {
        switch (kind)
        {
            case Text when payload.StartsWith("{\"type\":\"quote\""u8):
                samples.Delivered(payload);
                break;
            case Text:
                IsSubscribed |= payload.StartsWith("{\"type\":\"ack\""u8);
                break;
            case Ping:
                Socket.Send([Pong, (byte)(Masked | payload.Length), 0, 0, 0, 0, .. payload]);
                break;
            case CloseFrame:
                IsClosed = true;
                break;
            default:
                break;
        }
    }

    private static (int Header, int Size) SizeOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length < 2 ? (2, 0)
        : bytes[1] < 126 ? (2, bytes[1])
        : bytes.Length < 4 ? (4, 0)
        : (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
}
