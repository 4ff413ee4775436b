using System.Net.Sockets;
using System.Net.WebSockets;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <content>How it ends: with a word where the exchange can still hear it, at once where it cannot.</content>
internal sealed partial class FeedConnection
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<string> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _state = new();
    private Socket? _socket;
    private string? _reason;
    private bool _closedByUs;
    private bool _isOpen;
    private ITimer? _farewell;

    /// <summary>Done when the thread has ended; with the reason.</summary>
    public Task<string> Completion => _completion.Task;

    /// <summary>Leaves from any thread, with a word: the exchange has a moment to answer it. The first reason counts.</summary>
    public void Close(string reason)
    {
        bool isOpen;
        lock (_state)
        {
            if (_reason is not null)
            {
                return;
            }

            _reason = reason;
            _closedByUs = true;
            isOpen = _isOpen;
        }

        if (isOpen && SayGoodbye(WebSocketCloseStatus.NormalClosure))
        {
            _farewell = _time.CreateTimer(_ => Cut(), null, Farewell, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Cut();
        }
    }

    /// <summary>Gives up from any thread a connection that is dead, or was not made; the first reason counts.</summary>
    public void Abort(string reason)
    {
        lock (_state)
        {
            _closedByUs |= _reason is null;
            _reason ??= reason;
        }

        Cut();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Abort("disposed");
        _farewell?.Dispose();
        _messages.Dispose();
        _requests.Dispose();
        _work.Dispose();
        _dialling.Dispose();
        _ended.Dispose();
        _webSocket?.Dispose();
    }

    private void End(Task pump)
    {
        string reason;
        lock (_state)
        {
            reason = _reason ??= "the exchange closed the connection";
        }

        _sink.OnEnded(this);
        foreach (var series in _closedByUs ? [] : _trades.Unacknowledged())
        {
            _sink.OnTradesRefused(series, $"the connection ended while they were asked for: {reason}");
        }

        _ended.Cancel();
        Wake();
        _stream?.Dispose();
        pump.ContinueWith(_ => Finish(reason), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Finish(string reason)
    {
        _live.TrySetException(new IOException(reason));
        _ = _live.Task.Exception; // whoever waits for it sees it; nobody has to
        _completion.TrySetResult(reason);
    }

    /// <summary>Sends a close frame, at most once; whether it was sent. Who is stuck in a write would not be heard.</summary>
    private bool SayGoodbye(WebSocketCloseStatus status)
    {
        if (!_sendGate.TryEnter())
        {
            return false;
        }

        try
        {
            // completes before it returns, for the stream below does
            _webSocket!.CloseOutputAsync(status, null, CancellationToken.None).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false; // it ended meanwhile
        }
        finally
        {
            _sendGate.Exit();
        }
    }

    /// <summary>What blocks, a connect, a read or a write, returns at once.</summary>
    private void Cut()
    {
        Socket? socket;
        lock (_state)
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

    private void Opened(Socket socket)
    {
        lock (_state)
        {
            _socket = socket;
            if (_reason is not null)
            {
                socket.Dispose();
            }
        }
    }

    private void SetReason(string reason)
    {
        lock (_state)
        {
            _reason ??= reason;
        }
    }
}
