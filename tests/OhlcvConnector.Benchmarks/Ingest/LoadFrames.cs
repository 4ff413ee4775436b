using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace OhlcvConnector.Benchmarks.Ingest;

/// <summary>
/// Binance candles as WebSocket frames, encoded once, one behind the other. Three fields of fixed width are written over as they are sent: the event time,
/// the number of trades, which counts the messages, and the quote volume, which holds nanoseconds of the machine's monotonic clock.
/// </summary>
internal sealed partial class LoadFrames
{
    public const long FirstNumber = 1_000_000_000;
    private const long NanosecondsAround = 100_000_000_000_000;
    private const int Distinct = 5_000;

    private readonly byte[] _bytes;
    private readonly int[] _starts;
    private readonly Places[] _places;

    public LoadFrames(long openMs)
    {
        var all = new MemoryStream();
        var frames = VenueFrames.Create("binance", Distinct, openMs);
        _starts = new int[Distinct + 1];
        _places = new Places[Distinct];
        for (var i = 0; i < Distinct; i++)
        {
            var text = Trades().Replace(Encoding.UTF8.GetString(frames[i]), $"\"n\":{FirstNumber}");
            var body = Encoding.UTF8.GetBytes(QuoteVolume().Replace(text, "\"q\":\"000000.00000000\""));
            var header = new byte[] { 0x81, 126, 0, 0 };
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)body.Length);
            var start = _starts[i] + header.Length;
            _places[i] = new Places(
                start + body.AsSpan().IndexOf("\"E\":"u8) + 4, start + body.AsSpan().IndexOf("\"n\":"u8) + 4, start + body.AsSpan().IndexOf("\"q\":"u8) + 5);
            all.Write(header);
            all.Write(body);
            _starts[i + 1] = (int)all.Length;
        }

        _bytes = all.ToArray();
    }

    private readonly record struct Places(int EventTime, int Number, int QuoteVolume);

    /// <summary>Nanoseconds of the monotonic clock, which all processes of a machine share, as far as the payload holds them.</summary>
    public static long Now => Stopwatch.GetTimestamp() % NanosecondsAround;

    /// <summary>How old a message is, by its quote volume.</summary>
    public static long AgeOf(decimal quoteVolume)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(quoteVolume, bits);
        var age = Now - (((long)bits[1] << 32) | (uint)bits[0]);
        return age < 0 ? age + NanosecondsAround : age;
    }

    /// <summary>The next messages, stamped, as many as are asked for and lie together.</summary>
    public ReadOnlySpan<byte> Take(long sent, int most, out int count)
    {
        var first = (int)(sent % Distinct);
        count = Math.Min(most, Distinct - first);
        var (now, nowMs) = (Now, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        for (var i = 0; i < count; i++)
        {
            var places = _places[first + i];
            Write(places.EventTime, 13, nowMs);
            Write(places.Number, 10, FirstNumber + sent + i);
            Write(places.QuoteVolume, 6, now / 100_000_000);
            Write(places.QuoteVolume + 7, 8, now % 100_000_000);
        }

        return _bytes.AsSpan(_starts[first].._starts[first + count]);
    }

    [GeneratedRegex("\"n\":[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Trades();

    [GeneratedRegex("\"q\":\"[0-9.]+\"", RegexOptions.CultureInvariant)]
    private static partial Regex QuoteVolume();

    private void Write(int at, int width, long value)
    {
        for (var i = at + width - 1; i >= at; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            _bytes[i] = (byte)('0' + digit);
        }
    }
}
