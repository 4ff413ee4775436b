using OhlcvConnector.Benchmarks.Ingest;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>What clients got since the mark before.</summary>
/// <param name="Count">Messages.</param>
/// <param name="Bytes">Bytes of these messages, as they came.</param>
/// <param name="Receives">Reads that brought something.</param>
/// <param name="P50">Median age of a message when a client has it, microseconds.</param>
/// <param name="P99">99th percentile of the same.</param>
/// <param name="Closed">Clients that the server has ended.</param>
internal sealed record Deliveries(long Count, long Bytes, long Receives, double P50, double P99, int Closed);

/// <summary>Counts messages and their ages.</summary>
/// <param name="takesAges">Whether ages count; not those of a client that is slow on purpose.</param>
internal sealed class DeliverySamples(bool takesAges)
{
    private const long NanosecondsPerBucket = 10_000;
    private const long NanosecondsAround = 100_000_000_000_000;

    private readonly int[] _ages = new int[1_000_000]; // up to 10 s
    private long _now;

    public long Count { get; private set; }

    /// <summary>Bytes that came, TLS left out.</summary>
    public long Bytes { get; private set; }

    public long Receives { get; private set; }

    /// <summary>A read brought something.</summary>
    public void Received(int bytes)
    {
        Bytes += bytes;
        _now = LoadFrames.Now;
        Receives++;
    }

    /// <summary>One message of it, which nobody looks into.</summary>
    public void Delivered() => Count++;

    /// <summary>One message of it.</summary>
    public void Delivered(ReadOnlySpan<byte> message)
    {
        Count++;
        if (takesAges)
        {
            var age = _now - StampOf(message);
            _ages[Math.Clamp((age < 0 ? age + NanosecondsAround : age) / NanosecondsPerBucket, 0, _ages.Length - 1)]++;
        }
    }

    /// <summary>The age in microseconds that so large a part of the messages does not exceed.</summary>
    public double Percentile(double part)
    {
        var left = (long)(_ages.Sum(count => (long)count) * part);
        for (var i = 0; i < _ages.Length; i++)
        {
            left -= _ages[i];
            if (left < 0)
            {
                return (i + 1) * NanosecondsPerBucket / 1000.0;
            }
        }

        return 0;
    }

    public void Clear()
    {
        (Count, Bytes, Receives) = (0, 0, 0);
        Array.Clear(_ages);
    }

    /// <summary>The quote volume's digits, of which eight stand behind the point.</summary>
    private static long StampOf(ReadOnlySpan<byte> message)
    {
        var name = "\"quote_volume\":"u8;
        var digits = message[(message.IndexOf(name) + name.Length)..];
        long stamp = 0;
        for (var i = 0; digits[i] != (byte)','; i++)
        {
            stamp = digits[i] == (byte)'.' ? stamp : (stamp * 10) + digits[i] - '0';
        }

        return stamp;
    }
}
