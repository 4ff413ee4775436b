using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// A candle whose fields are single letters, as several venues send it; what the letters beyond <c>t o h l c</c> mean is the venue's business.
/// </summary>
internal ref struct LetterCandle
{
    /// <summary>Open time as it stands there (<c>t</c>), prices (<c>o h l c</c>) and, where <c>n</c> is a number, also one in a text, the trades.</summary>
    public CandleValues Values;

    /// <summary><c>v</c>.</summary>
    public decimal Volume;

    /// <summary><c>q</c> or <c>sum</c>.</summary>
    public decimal? Quote;

    /// <summary><c>a</c>.</summary>
    public decimal? Amount;

    /// <summary>What takers bought, in whichever unit was asked for.</summary>
    public decimal? Bought;

    /// <summary><c>x</c> or <c>w</c>.</summary>
    public bool? IsClosed;

    /// <summary><c>s</c>.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary><c>i</c>.</summary>
    public ReadOnlySpan<byte> Interval;

    /// <summary><c>n</c>, where it is a text.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>Reads the object that the reader stands on.</summary>
    /// <param name="reader">On the object's start; afterwards on its end.</param>
    /// <param name="required">The letters that must be there.</param>
    /// <param name="bought">The letter of what takers bought, <c>V</c> or <c>Q</c>; 0 where there is none.</param>
    /// <exception cref="JsonException">The value is no object, or lacks one of them.</exception>
    public static LetterCandle Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> required, byte bought = 0)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"Expected a candle, found {reader.TokenType}.");
        }

        var candle = new LetterCandle();
        var seen = 0u;
        while (reader.NextProperty())
        {
            var letter = reader.ValueSpan.Length == 1 ? reader.ValueSpan[0] : (byte)0;
            var isSum = letter == 0 && reader.ValueTextEquals("sum"u8);
            reader.Next();
            seen |= letter is >= (byte)'a' and <= (byte)'z' ? 1u << (letter - 'a') : 0;
            switch (letter)
            {
                case (byte)'t': candle.Values.OpenMs = reader.Integer(); break;
                case (byte)'o': candle.Values.Open = reader.Decimal(); break;
                case (byte)'h': candle.Values.High = reader.Decimal(); break;
                case (byte)'l': candle.Values.Low = reader.Decimal(); break;
                case (byte)'c': candle.Values.Close = reader.Decimal(); break;
                case (byte)'v': candle.Volume = reader.Decimal(); break;
                case (byte)'q': candle.Quote = reader.Decimal(); break;
                case (byte)'a': candle.Amount = reader.DecimalOrNull(); break;
                case (byte)'V' or (byte)'Q' when letter == bought: candle.Bought = reader.DecimalOrNull(); break;
                case (byte)'x' or (byte)'w': candle.IsClosed = reader.TokenType == JsonTokenType.Null ? null : reader.Boolean(); break;
                case (byte)'s': candle.Symbol = reader.Text(); break;
                case (byte)'i': candle.Interval = reader.Text(); break;
                case (byte)'n' when reader.TokenType == JsonTokenType.String:
                    candle.Name = reader.Text();
                    candle.Values.TradeCount = reader.IntegerOrNull();
                    break;
                case (byte)'n': candle.Values.TradeCount = reader.Integer(); break;
                default:
                    candle.Quote = isSum ? reader.DecimalOrNull() : candle.Quote;
                    reader.Skip();
                    break;
            }
        }

        foreach (var letter in required)
        {
            if ((seen & (1u << (letter - 'a'))) == 0)
            {
                throw new JsonException($"A candle that lacks '{(char)letter}'.");
            }
        }

        return candle;
    }
}
