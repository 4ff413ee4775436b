using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>One series that a client asked for on one connection, and how far it was told.</summary>
internal sealed class Topic(string name, Listed symbol, string interval, long lengthMs)
{
    /// <summary>What the venue calls the subscription.</summary>
    public string Name => name;

    public Listed Symbol => symbol;

    /// <summary>The venue's word for the interval.</summary>
    public string Interval => interval;

    public long LengthMs => lengthMs;

    /// <summary>The candle that is told at present; 0 before the first.</summary>
    public long OpenMs { get; set; }

    /// <summary>The trades told of it; -1 before the first message.</summary>
    public int Told { get; set; } = -1;

    public long LastPushMs { get; set; }

    /// <summary>Sizes are cut to whole contracts.</summary>
    public bool IsCut { get; init; }

    /// <summary>Trades are told, and no candles.</summary>
    public bool IsTrades { get; init; }

    /// <summary>Up to where trades were told; 0 before the first.</summary>
    public long TradesToMs { get; set; }

    /// <summary>Nothing is told until then.</summary>
    public long MuteUntilMs { get; set; }
}

/// <summary>One WebSocket of a client.</summary>
internal sealed class Session(JudgedVenue venue, Peer peer, HttpCall handshake)
{
    private readonly Channel<byte[]> _outbox = Channel.CreateUnbounded<byte[]>();
    private readonly PriorityQueue<byte[], (long DueMs, long Number)> _later = new();
    private long _numbers;
    private long _nothingBeforeMs;
    private volatile bool _isFrozen;

    public ConcurrentDictionary<string, Topic> Topics { get; } = new();

    public HttpCall Handshake => handshake;

    public long BornMs { get; } = venue.Clock.NowMs;

    /// <summary>No candles until then, though pings are answered.</summary>
    public long StalledUntilMs { get; set; }

    /// <summary>When it ends; null for not announced.</summary>
    public long? EndsMs { get; set; }

    public bool IsNoticed { get; set; }

    public bool IsFrozen => _isFrozen;

    /// <summary>Says and hears nothing any more, though the socket stays open.</summary>
    public void Freeze() => _isFrozen = true;

    public void Send(string text) => Send(venue.Encode(text));

    public void Send(byte[] frame)
    {
        if (!_isFrozen)
        {
            _outbox.Writer.TryWrite(frame);
        }
    }

    /// <summary>Sends after so much market time, whatever is sent meanwhile.</summary>
    public void SendLater(string text, long delayMs) => Queue(venue.Encode(text), venue.Clock.NowMs + delayMs);

    /// <summary>Sends a candle; a slow way delays it and all after it.</summary>
    public void SendCandle(string text)
    {
        var now = venue.Clock.NowMs;
        if (venue.Faults.Strikes(FaultKind.EverythingLate))
        {
            _nothingBeforeMs = Math.Max(_nothingBeforeMs, now + 8_000);
        }

        if (_nothingBeforeMs > now)
        {
            Queue(venue.Encode(text), _nothingBeforeMs);
        }
        else
        {
            Send(text);
        }
    }

    /// <summary>Sends what has become due.</summary>
    public void Flush(long nowMs)
    {
        lock (_later)
        {
            while (_later.TryPeek(out var frame, out var due) && due.DueMs <= nowMs)
            {
                _later.Dequeue();
                Send(frame);
            }
        }
    }

    public void Reset() => peer.Reset();

    public void Fin() => peer.Dispose();

    public void Close(int? code) => Send(Frames.Close(code));

    /// <summary>Serves it until it ends.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var writing = WriteAsync(over.Token);
        try
        {
            await ReadAsync(over.Token);
        }
        finally
        {
            _outbox.Writer.TryComplete();
            await Task.WhenAny(writing, Task.Delay(200, CancellationToken.None));
            await over.CancelAsync();
        }
    }

    private void Queue(byte[] frame, long dueMs)
    {
        lock (_later)
        {
            _later.Enqueue(frame, (dueMs, _numbers++));
        }
    }

    private async Task WriteAsync(CancellationToken token)
    {
        try
        {
            await foreach (var frame in _outbox.Reader.ReadAllAsync(token))
            {
                if (venue.Faults.IsOn(FaultKind.BytewiseSegments) && frame.Length < 700)
                {
                    venue.Faults.Felt(FaultKind.BytewiseSegments);
                    await peer.WriteAsync(frame.AsMemory(0, 1), token);
                    await Task.Yield();
                    await peer.WriteAsync(frame.AsMemory(1, frame.Length / 2), token);
                    await Task.Yield();
                    await peer.WriteAsync(frame.AsMemory(1 + (frame.Length / 2)), token);
                }
                else
                {
                    await peer.WriteAsync(frame, token);
                }
            }
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or IOException or ObjectDisposedException
            or OperationCanceledException)
        {
            // it ended meanwhile
        }
    }

    private async Task ReadAsync(CancellationToken token)
    {
        var message = new List<byte>();
        while (true)
        {
            var first = await peer.ReadByteAsync(token);
            var second = await peer.ReadByteAsync(token);
            var length = second & 0x7F;
            if (length == 126)
            {
                var two = await peer.ReadAsync(2, token);
                length = (two[0] << 8) | two[1];
            }
            else if (length == 127)
            {
                var eight = await peer.ReadAsync(8, token);
                length = (eight[4] << 24) | (eight[5] << 16) | (eight[6] << 8) | eight[7];
            }

            var mask = (second & 0x80) != 0 ? await peer.ReadAsync(4, token) : [0, 0, 0, 0];
            var payload = await peer.ReadAsync(length, token);
            for (var at = 0; at < payload.Length; at++)
            {
                payload[at] ^= mask[at % 4];
            }

            if (_isFrozen)
            {
                continue;
            }

            switch (first & 15)
            {
                case 8:
                    Send(Frames.Frame(8, payload));
                    return;
                case 9 when !venue.Faults.Strikes(FaultKind.NoPongs):
                    Send(Frames.Frame(10, payload));
                    break;
                case 0 or 1 or 2:
                    message.AddRange(payload);
                    if ((first & 0x80) != 0)
                    {
                        venue.Hear(this, Encoding.UTF8.GetString([.. message]));
                        message.Clear();
                    }

                    break;
            }
        }
    }
}
