using System.Globalization;

namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>
/// Rows of Binance's public files of klines, with or without a header: open time (milliseconds, or microseconds on spot since 2025-01-01), open, high, low,
/// close, volume, close time, quote volume, trades, taker's volume, taker's quote volume. Rows that end behind the volume are read, too.
/// </summary>
internal static class KlineRows
{
    /// <summary>Whether a first line is one of such a file.</summary>
    public static bool IsFirstLine(string line) => IsHeader(line) || (line.Length > 0 && char.IsAsciiDigit(line[0]));

    /// <summary>Reads them.</summary>
    /// <param name="text">The file.</param>
    /// <param name="isInverse">Whether it is of coin-margined contracts, whose volume is one of contracts and whose second one is that of the coin.</param>
    public static IEnumerable<FileRow> Read(TextReader text, bool isInverse)
    {
        var number = 0L;
        while (text.ReadLine() is { } line)
        {
            number++;
            if (line.Length > 0 && !(number == 1 && IsHeader(line)))
            {
                yield return Row(number, line.Split(','), isInverse);
            }
        }
    }

    private static bool IsHeader(string line) =>
        line.StartsWith("open_time,", StringComparison.OrdinalIgnoreCase) || line.StartsWith("timestamp,", StringComparison.OrdinalIgnoreCase);

    private static FileRow Row(long number, string[] fields, bool isInverse)
    {
        var row = FileRow.Of(number, fields);
        if (row.Values is not { } values || fields.Length < 11)
        {
            return isInverse && row.Values is { } contracts ? row with { Values = contracts with { Volume = null } } : row;
        }

        if (!FileRow.TryVolume(fields[7], out var second) || !FileRow.TryVolume(fields[isInverse ? 10 : 9], out var bought)
            || !long.TryParse(fields[8], NumberStyles.None, CultureInfo.InvariantCulture, out var trades))
        {
            return FileRow.Refused(number, "its quote volume, number of trades or taker's volume is no number");
        }

        return row with
        {
            Values = values with
            {
                Volume = isInverse ? second : values.Volume,
                QuoteVolume = isInverse ? null : second, // of contracts, whose size the file does not say
                TradeCount = trades,
                BuyVolume = bought,
            },
        };
    }
}
