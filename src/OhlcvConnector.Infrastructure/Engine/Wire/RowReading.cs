using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>Reads the rows of a page of history so that one which cannot be read is refused alone, and its page goes on.</summary>
internal static class RowReading
{
    /// <summary>Reads the row that the reader stands on, and leaves it on its end.</summary>
    public delegate void RowReader(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles);

    /// <summary>Reads all rows of the array that the reader is in.</summary>
    /// <param name="reader">Within the array; afterwards on its end.</param>
    /// <param name="market">The market.</param>
    /// <param name="series">The series that the rows are candles of.</param>
    /// <param name="candles">The batch that takes candles and refusals.</param>
    /// <param name="unitMs">The unit of open times, in milliseconds.</param>
    /// <param name="read">Reads one row.</param>
    /// <exception cref="JsonException">The page is no JSON: then the whole page cannot be read.</exception>
    public static void ReadRows(this ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles, int unitMs, RowReader read)
    {
        while (reader.NextElement())
        {
            var start = reader;
            try
            {
                if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
                {
                    throw new JsonException($"Expected a row, found {reader.TokenType}.");
                }

                read(ref reader, market, series, candles);
            }
            catch (Exception exception) when (IsMalformed(exception))
            {
                reader = start;
                reader.Skip();
                candles.Refuse(series, OpenMs(start, unitMs), $"it cannot be read: {Words(exception)}");
            }
        }
    }

    /// <summary>Whatever a decoder throws: bytes that nobody foresaw must end neither a connection nor a program.</summary>
    public static bool IsMalformed(Exception exception) => exception is not (OutOfMemoryException or OperationCanceledException);

    /// <summary>
    /// The open time of a row of which something else cannot be read: its first column, or what it calls <c>t</c> or <c>time_period_start</c>.
    /// </summary>
    private static long? OpenMs(Utf8JsonReader row, int unitMs)
    {
        try
        {
            if (row.TokenType == JsonTokenType.StartArray)
            {
                row.Next();
                return checked(row.Integer() * unitMs);
            }

            while (row.TokenType != JsonTokenType.Null && row.NextProperty())
            {
                if (row.Property("t"u8))
                {
                    return checked(row.Integer() * unitMs);
                }

                if (row.Property("time_period_start"u8))
                {
                    return IsoTime.Parse(row.Text());
                }

                row.SkipValue();
            }

            return null;
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            return null; // not even its time
        }
    }

    /// <summary>The place in the page says nothing to who reads the reason, and would make each row's reason another one.</summary>
    private static string Words(Exception exception)
    {
        var place = exception.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return (place < 0 ? exception.Message : exception.Message[..place]).TrimEnd('.');
    }
}
