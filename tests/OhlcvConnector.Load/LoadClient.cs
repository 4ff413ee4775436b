using System.Net.WebSockets;
using System.Text;

namespace OhlcvConnector.Load;

/// <summary>A client that reads everything and checks it: each closed candle once, in order.</summary>
internal sealed class LoadClient(Uri address, string subscribe, TimeProvider clock, LatencySamples samples)
{
    private readonly Dictionary<int, Series> _series = [];
    private readonly byte[] _buffer = new byte[64 * 1024];

    public long Closed { get; private set; }

    public long Open { get; private set; }

    public long Lost { get; private set; }

    public long Doubled { get; private set; }

    public string? Problem { get; private set; }

    public int CloseCode { get; private set; }

    public bool IsSubscribed { get; private set; }

    /// <summary>The open time of each series' last closed candle.</summary>
    public IEnumerable<(int Symbol, long OpenMs)> Last => _series.Select(pair => (pair.Key, pair.Value.LastMs));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(address, cancellationToken);
            await socket.SendAsync(Encoding.UTF8.GetBytes(subscribe), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    CloseCode = (int)(socket.CloseStatus ?? 0);
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                Read(_buffer.AsSpan(0, length));
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            Problem = exception.Message;
        }
    }

    private void Read(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("{\"type\":\"ack\""u8))
        {
            IsSubscribed = true;
            return;
        }

        if (message.StartsWith("{\"type\":\"error\""u8) || message.StartsWith("{\"type\":\"gap\""u8))
        {
            Problem = Encoding.UTF8.GetString(message);
            return;
        }

        if (!message.StartsWith("{\"type\":\"quote\""u8))
        {
            return;
        }

        if (Field(message, "\"is_closed\":"u8)[0] != (byte)'t')
        {
            Open++;
            return;
        }

        Closed++;
        var symbol = Field(message, "\"venue_symbol\":\""u8);
        var hash = new HashCode();
        hash.AddBytes(symbol[..symbol.IndexOf((byte)'"')]);
        var openMs = Time(Field(message, "\"open_time\":\""u8));
        var closeMs = Time(Field(message, "\"close_time\":\""u8));
        Check(hash.ToHashCode(), openMs, closeMs);
        samples.Add(clock.GetUtcNow().ToUnixTimeMilliseconds() - closeMs);
    }

    private void Check(int symbol, long openMs, long closeMs)
    {
        if (_series.TryGetValue(symbol, out var series))
        {
            if (openMs < series.NextMs)
            {
                Doubled++;
            }
            else if (openMs > series.NextMs)
            {
                Lost += (openMs - series.NextMs) / (closeMs - openMs);
            }
        }

        _series[symbol] = new Series(openMs, closeMs);
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name) => message[(message.IndexOf(name) + name.Length)..];

    private static long Time(ReadOnlySpan<byte> text) =>
        DateTimeOffset.Parse(Encoding.ASCII.GetString(text[..24]), System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private readonly record struct Series(long LastMs, long NextMs);
}

/// <summary>Counts times in milliseconds up to 10 s.</summary>
internal sealed class LatencySamples
{
    private readonly int[] _close = new int[10_001];

    /// <summary>Whether samples count yet.</summary>
    public bool IsOn { get; set; }

    public void Add(long closeMs)
    {
        if (IsOn)
        {
            Interlocked.Increment(ref _close[Math.Clamp(closeMs, 0, 10_000)]);
        }
    }

    public (int P50, int P99, int Max) Close => Of(_close);

    private static (int, int, int) Of(int[] counts)
    {
        var total = counts.Sum(count => (long)count);
        return (At(counts, total / 2), At(counts, total * 99 / 100), Array.FindLastIndex(counts, count => count > 0));
    }

    private static int At(int[] counts, long rank)
    {
        var (seen, index) = (0L, 0);
        while (index < counts.Length - 1 && (seen += counts[index]) <= rank)
        {
            index++;
        }

        return index;
    }
}
