using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// Reads the rows of a page of history by their shape, as <see cref="FrameFields"/> does frames; rows and pages of any other are for a real parser.
/// </summary>
internal static class RowCutting
{
    /// <summary>Reads a row that is cut into its fields, and adds its candle; false when it has another shape.</summary>
    public delegate bool RowCutter(scoped in FrameFields row, VenueMarket market, Series series, QuoteBatch candles);

    /// <summary>Reads all rows of a page, or says that something in it is not as it should be; then nothing of it is left in the batch.</summary>
    /// <param name="body">The page.</param>
    /// <param name="before">What stands before its first row.</param>
    /// <param name="behind">What stands behind its last row.</param>
    /// <param name="market">The market.</param>
    /// <param name="series">The series that the rows are candles of.</param>
    /// <param name="candles">The batch that takes candles and refusals.</param>
    /// <param name="read">Reads one row of the usual shape.</param>
    /// <param name="otherwise">Reads one of any other.</param>
    public static bool TryCutRows(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> before, ReadOnlySpan<byte> behind, VenueMarket market, Series series, QuoteBatch candles,
        RowCutter read, RowReading.RowReader otherwise)
    {
        if (body.Length < before.Length + behind.Length || !body.StartsWith(before) || !body.EndsWith(behind))
        {
            return false;
        }

        Span<int> places = stackalloc int[FrameFields.Places];
        var rows = body[before.Length..^behind.Length];
        while (rows.IndexOfAny((byte)']', (byte)'}') is >= 0 and var end
            && (read(FrameFields.Cut(rows[..(end + 1)], places), market, series, candles) || TryRead(rows[..(end + 1)], market, series, candles, otherwise)))
        {
            if (end + 1 == rows.Length)
            {
                return true;
            }

            rows = rows[end + 1] == (byte)',' ? rows[(end + 2)..] : default;
        }

        candles.Restart();
        return false;
    }

    private static bool TryRead(ReadOnlySpan<byte> row, VenueMarket market, Series series, QuoteBatch candles, RowReading.RowReader read)
    {
        try
        {
            var reader = new Utf8JsonReader(row);
            reader.Next();
            read(ref reader, market, series, candles);
            return reader.BytesConsumed == row.Length;
        }
        catch (Exception exception) when (RowReading.IsMalformed(exception))
        {
            return false; // it is refused, or the page is, where the whole page is read
        }
    }
}
