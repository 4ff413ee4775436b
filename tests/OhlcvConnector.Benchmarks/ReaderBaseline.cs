using System.Buffers.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// What a careful programmer writes with the framework's parts: <see cref="Utf8JsonReader"/> over the frame, <see cref="Utf8Parser"/> for the numbers, the
/// series
/// by its bytes, no allocation. It reads the same fields as the product, but checks no rule of candles, makes no quote, and does not care what it did not
/// expect.
/// </summary>
internal static class ReaderBaseline
{
    /// <summary>Reads a venue's candle; null when it is of no known series.</summary>
    public static Series? Read(string venue, ReadOnlySpan<byte> frame, SeriesTable table, out CandleValues candle)
    {
        var reader = new Utf8JsonReader(frame);
        candle = default;
        return venue switch
        {
            "okx" => ReadRow(ref reader, table, ref candle),
            _ => ReadObject(ref reader, table, ref candle),
        };
    }

    private static Series? ReadObject(ref Utf8JsonReader reader, SeriesTable table, ref CandleValues candle)
    {
        ReadOnlySpan<byte> symbol = default;
        ReadOnlySpan<byte> interval = default;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var name = reader.ValueSpan;
            reader.Read();
            var value = reader.ValueSpan;
            switch (name)
            {
                case [(byte)'E'] or [(byte)'t', (byte)'s'] or [.., (byte)'_', (byte)'m', (byte)'s']: candle.EventMs = Integer(value); break;
                case [(byte)'t'] or [(byte)'s', (byte)'t', ..]: candle.OpenMs = Integer(value); break;
                case [(byte)'o'] or [(byte)'o', (byte)'p', ..]: candle.Open = Decimal(value); break;
                case [(byte)'h'] or [(byte)'h', (byte)'i', ..]: candle.High = Decimal(value); break;
                case [(byte)'l'] or [(byte)'l', (byte)'o', ..]: candle.Low = Decimal(value); break;
                case [(byte)'c'] or [(byte)'c', (byte)'l', ..]: candle.Close = Decimal(value); break;
                case [(byte)'v'] or [(byte)'v', (byte)'o', ..]: candle.Volume = Decimal(value); break;
                case [(byte)'q'] or [(byte)'a'] or [(byte)'t', (byte)'u', ..]: candle.QuoteVolume = Decimal(value); break;
                case [(byte)'x'] or [(byte)'w'] or [(byte)'c', (byte)'o', (byte)'n', ..]: candle.IsClosed = reader.TokenType == JsonTokenType.True; break;
                case [(byte)'s']: symbol = value; break;
                case [(byte)'i']: interval = value; break;
                case [(byte)'n'] when reader.TokenType == JsonTokenType.Number: candle.TradeCount = Integer(value); break;
                case [(byte)'n']: Split(value, (byte)'_', out interval, out symbol); break;
                case [(byte)'t', (byte)'o', ..]: Split(value["kline.".Length..], (byte)'.', out interval, out symbol); break;
                default: break;
            }
        }

        return table.Find(symbol, interval);
    }

    private static Series? ReadRow(ref Utf8JsonReader reader, SeriesTable table, ref CandleValues candle)
    {
        ReadOnlySpan<byte> symbol = default;
        ReadOnlySpan<byte> interval = default;
        var column = -1;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var isSymbol = reader.ValueTextEquals("instId"u8);
                var isChannel = reader.ValueTextEquals("channel"u8);
                reader.Read();
                symbol = isSymbol ? reader.ValueSpan : symbol;
                interval = isChannel ? reader.ValueSpan["candle".Length..] : interval;
                continue;
            }

            if (reader.TokenType != JsonTokenType.String)
            {
                continue;
            }

            switch (++column)
            {
                case 0: candle.OpenMs = Integer(reader.ValueSpan); break;
                case 1: candle.Open = Decimal(reader.ValueSpan); break;
                case 2: candle.High = Decimal(reader.ValueSpan); break;
                case 3: candle.Low = Decimal(reader.ValueSpan); break;
                case 4: candle.Close = Decimal(reader.ValueSpan); break;
                case 5: candle.Volume = Decimal(reader.ValueSpan); break;
                case 7: candle.QuoteVolume = Decimal(reader.ValueSpan); break;
                case 8: candle.IsClosed = reader.ValueTextEquals("1"u8); break;
                default: break;
            }
        }

        return table.Find(symbol, interval);
    }

    private static void Split(ReadOnlySpan<byte> text, byte at, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
    {
        var index = text.IndexOf(at);
        first = text[..index];
        second = text[(index + 1)..];
    }

    private static decimal Decimal(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out decimal value, out _) ? value : throw new FormatException("Not a number.");

    private static long Integer(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long value, out _) ? value : throw new FormatException("Not a number.");
}
