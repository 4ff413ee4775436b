using System.Buffers;
using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Testing;

/// <summary>What a venue writes and reads, as text for assertions.</summary>
internal static class VenueTexts
{
    /// <summary>A candle's values in one line: symbol interval open-time o h l c volume quote-volume trades state event-time.</summary>
    public static string Line(this PriceQuote quote) => string.Create(
        CultureInfo.InvariantCulture,
        $"{quote.Series.VenueSymbol} {quote.Interval} {quote.OpenMs} {quote.Open} {quote.High} {quote.Low} {quote.Close} {Text(quote.Volume)} {Text(quote.QuoteVolume)} {quote.TradeCount?.ToString(CultureInfo.InvariantCulture) ?? "-"} {(quote.IsClosed ? "closed" : "open")}");

    /// <summary>The lines of what was decoded last.</summary>
    public static string[] Lines(this Decoding decoding) => [.. decoding.Batch.Quotes.ToArray().Select(Line)];

    public static string Subscribe(this Decoding decoding, params Series[] series)
    {
        var output = new ArrayBufferWriter<byte>();
        decoding.Venue.WriteSubscribe(output, decoding.Market, series, new RequestStamp(7, 1_606_292_600_376));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Ping(this Decoding decoding)
    {
        var output = new ArrayBufferWriter<byte>();
        decoding.Venue.WritePing(output, decoding.Market, new RequestStamp(7, 1_606_292_600_376));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Feeds mutated and truncated frames; whatever escapes from the decoder fails the test.</summary>
    public static void Torture(this Decoding decoding, params string[] frames)
    {
        var random = new Random(1);
        var seeds = frames.Select(Encoding.UTF8.GetBytes).ToArray();
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = seeds[random.Next(seeds.Length)].ToArray();
            for (var changes = random.Next(4); changes >= 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            decoding.Frame(bytes.AsSpan(0, random.Next(10) == 0 ? random.Next(bytes.Length) : bytes.Length));
        }
    }

    private static string Text(decimal? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
