using System.Net.Sockets;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>The phases of a connection, in their order.</summary>
internal enum ConnectionPhase
{
    /// <summary>The connection is being made.</summary>
    Dialling,

    /// <summary>Messages go both ways.</summary>
    Open,

    /// <summary>The end has a reason: what was said last is on its way, or the socket is cut.</summary>
    Ending,
}

/// <summary>The phase of a connection, why it ends and who ended it; the only place that changes them. Safe from several threads.</summary>
internal sealed class ConnectionState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _dialling = new();
    private Socket? _socket;
    private string? _reason;

    /// <summary>The phase.</summary>
    public ConnectionPhase Phase { get; private set; }

    /// <summary>True when the first reason to end was ours, not the venue's.</summary>
    public bool IsEndedByUs { get; private set; }

    /// <summary>Cancelled when the attempt to connect is given up.</summary>
    public CancellationToken Dialling => _dialling.Token;

    /// <summary>Takes the socket as soon as there is one; disposes of it at once when the attempt was given up meanwhile.</summary>
    public void Attach(Socket socket)
    {
        lock (_gate)
        {
            _socket = socket;
            if (Phase == ConnectionPhase.Ending)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>Enters the phase in which messages go both ways, unless the connection ends already.</summary>
    public void Open()
    {
        lock (_gate)
        {
            Phase = Phase == ConnectionPhase.Dialling ? ConnectionPhase.Open : Phase;
        }
    }

    /// <summary>Ends the connection for a reason of ours; the first reason counts.</summary>
    /// <returns>The phase before; <see cref="ConnectionPhase.Ending"/> when there was a reason already.</returns>
    public ConnectionPhase EndByUs(string reason) => End(reason, byUs: true);

    /// <summary>Ends the connection for what the venue did or said; the first reason counts.</summary>
    /// <returns>The reason that counts.</returns>
    public string EndByVenue(string reason)
    {
        End(reason, byUs: false);
        return _reason!;
    }

    /// <summary>Cuts the socket: what blocks in it, a connect, a read or a write, returns at once.</summary>
    public void Cut()
    {
        Socket? socket;
        lock (_gate)
        {
            socket = _socket;
        }

        try
        {
            _dialling.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it ended meanwhile
        }

        socket?.Dispose();
    }

    /// <summary>Returns true when the socket would take a message now.</summary>
    public bool CanWrite()
    {
        try
        {
            return _socket!.Poll(TimeSpan.Zero, SelectMode.SelectWrite);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            return false; // it ended meanwhile
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _dialling.Dispose();

    private ConnectionPhase End(string reason, bool byUs)
    {
        lock (_gate)
        {
            var before = Phase;
            if (before != ConnectionPhase.Ending)
            {
                (Phase, _reason, IsEndedByUs) = (ConnectionPhase.Ending, reason, byUs);
            }

            return before;
        }
    }
}
