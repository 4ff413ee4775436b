using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>Candles as rows of columns, of which the first five are the same with most venues: open time, open, high, low, close.</summary>
internal static class CandleRows
{
    /// <summary>Moves to the next row; false at the end of the rows.</summary>
    /// <exception cref="JsonException">The next element is no row.</exception>
    public static bool NextRow(this ref Utf8JsonReader reader)
    {
        if (!reader.NextElement())
        {
            return false;
        }

        return reader.TokenType == JsonTokenType.StartArray ? true : throw new JsonException($"Expected a row, found {reader.TokenType}.");
    }

    /// <summary>Reads one of the first five columns, numbered from 0; others are left alone.</summary>
    public static void ReadColumn(this ref Utf8JsonReader reader, int column, ref CandleValues candle)
    {
        switch (column)
        {
            case 0: candle.OpenMs = reader.Integer(); break;
            case 1: candle.Open = reader.Decimal(); break;
            case 2: candle.High = reader.Decimal(); break;
            case 3: candle.Low = reader.Decimal(); break;
            case 4: candle.Close = reader.Decimal(); break;
            default: break;
        }
    }
}
