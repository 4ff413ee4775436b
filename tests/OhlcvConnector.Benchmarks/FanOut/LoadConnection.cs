using System.Net;
using System.Net.Sockets;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>One client: a plain socket, or TLS over one, that subscribes, and finds messages in what comes.</summary>
internal sealed class LoadConnection
{
    private readonly ClientFraming _framing;
    private readonly ClientTls? _tls;
    private byte[] _rest = [];
    private bool _isCut;

    private LoadConnection(Socket socket, ClientFraming framing, ClientTls? tls)
    {
        Socket = socket;
        _framing = framing;
        _tls = tls;
    }

    public Socket Socket { get; }

    /// <summary>Whether the server answered the subscription.</summary>
    public bool IsSubscribed => _framing.IsSubscribed;

    /// <summary>Whether the server ended it.</summary>
    public bool IsClosed => _isCut || _framing.IsClosed;

    public static LoadConnection Open(int port, ClientFraming framing, bool isTls)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var tls = isTls ? new ClientTls(socket) : null;
        var (request, answerEnds, then) = framing.Greeting;
        Send(request);
        var answer = new byte[2048];
        var length = 0;
        while (!answer.AsSpan(0, length).EndsWith(answerEnds))
        {
            var read = tls?.Read(answer.AsSpan(length)) ?? socket.Receive(answer.AsSpan(length));
            length += read > 0 ? read : throw new InvalidOperationException($"No handshake: {System.Text.Encoding.ASCII.GetString(answer, 0, length)}");
        }

        Send(then);
        socket.Blocking = false;
        return new LoadConnection(socket, framing, tls);

        void Send(byte[] bytes)
        {
            if (tls is null)
            {
                socket.Send(bytes);
            }
            else
            {
                tls.Write(bytes);
            }
        }
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

        var into = _tls is null ? _rest.Length : 0;
        var read = Socket.Receive(buffer.AsSpan(into, Math.Min(most, buffer.Length - into)), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        _isCut |= error != SocketError.Success || read == 0;
        var bytes = buffer.AsSpan(into, read);
        if (_tls is not null)
        {
            bytes = _tls.Decrypt(bytes);
            bytes = _rest.Length == 0 ? bytes : (byte[])[.. _rest, .. bytes];
            samples.Received(bytes.Length - _rest.Length);
        }
        else
        {
            _rest.CopyTo(buffer, 0);
            bytes = buffer.AsSpan(0, into + read);
            samples.Received(read);
        }

        while (_framing.LengthOf(bytes) is > 0 and var length)
        {
            var answer = _framing.Take(bytes[..length], samples);
            if (answer.Length > 0)
            {
                Answer(answer);
            }

            bytes = bytes[length..];
        }

        _rest = bytes.Length == 0 ? [] : bytes.ToArray();
        if (IsClosed)
        {
            Socket.Dispose(); // so that nobody is told again that it can be read
        }
    }

    private void Answer(byte[] bytes)
    {
        if (_tls is null)
        {
            Socket.Send(bytes);
        }
        else
        {
            _tls.Write(bytes);
        }
    }
}
