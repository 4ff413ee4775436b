using Npgsql;
using NpgsqlTypes;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>A candle as a row.</summary>
internal static class CandleRow
{
    private static readonly string[] ValueColumns = ["open", "high", "low", "close", "volume", "quote_volume", "buy_volume", "trades"];

    /// <summary>The columns of a candle, in their order.</summary>
    public const string Columns = "open_time, open, high, low, close, volume, quote_volume, buy_volume, trades, source, event_time, received_at";

    /// <summary>Those that are its values, of one that is called <c>c</c> or <c>s</c>.</summary>
    public static string Values(string name) => string.Join(", ", ValueColumns.Select(column => $"{name}.{column}"));

    /// <summary>Reads one from a row of <see cref="Columns"/> that begin at a column.</summary>
    /// <exception cref="ArchiveException">The row holds no possible candle.</exception>
    public static PriceQuote Read(NpgsqlDataReader row, Series series, int at = 0)
    {
        var values = new CandleValues
        {
            OpenMs = Ms(row.GetDateTime(at)),
            Open = row.GetDecimal(at + 1),
            High = row.GetDecimal(at + 2),
            Low = row.GetDecimal(at + 3),
            Close = row.GetDecimal(at + 4),
            Volume = row.IsDBNull(at + 5) ? null : row.GetDecimal(at + 5),
            QuoteVolume = row.IsDBNull(at + 6) ? null : row.GetDecimal(at + 6),
            BuyVolume = row.IsDBNull(at + 7) ? null : row.GetDecimal(at + 7),
            TradeCount = row.IsDBNull(at + 8) ? null : row.GetInt64(at + 8),
            EventMs = row.IsDBNull(at + 10) ? null : Ms(row.GetDateTime(at + 10)),
            IsClosed = true,
        };
        var (source, receivedAt) = ((QuoteSource)row.GetInt16(at + 9), new DateTimeOffset(row.GetDateTime(at + 11)));
        return PriceQuote.TryCreate(series, values, source, receivedAt, out var candle, out var broken)
            ? candle.AsArchived()
            : throw new ArchiveException(
                ArchiveTrouble.Damaged,
                $"The archive's candle of {series} at {DateTimeOffset.FromUnixTimeMilliseconds(values.OpenMs):u} is no possible one: {broken}. Something else changed the row.");
    }

    /// <summary>Writes one as a row of a series' number and <see cref="Columns"/>.</summary>
    public static void Write(NpgsqlBinaryImporter rows, long series, in PriceQuote candle)
    {
        rows.Write(series, NpgsqlDbType.Bigint);
        rows.Write(Time(candle.OpenMs), NpgsqlDbType.TimestampTz);
        rows.Write(candle.Open, NpgsqlDbType.Numeric);
        rows.Write(candle.High, NpgsqlDbType.Numeric);
        rows.Write(candle.Low, NpgsqlDbType.Numeric);
        rows.Write(candle.Close, NpgsqlDbType.Numeric);
        Write(rows, candle.Volume);
        Write(rows, candle.QuoteVolume);
        Write(rows, candle.BuyVolume);
        if (candle.TradeCount is { } trades)
        {
            rows.Write(trades, NpgsqlDbType.Bigint);
        }
        else
        {
            rows.WriteNull();
        }

        rows.Write((short)candle.Source, NpgsqlDbType.Smallint);
        if (candle.EventTime is { } eventTime)
        {
            rows.Write(eventTime.UtcDateTime, NpgsqlDbType.TimestampTz);
        }
        else
        {
            rows.WriteNull();
        }

        rows.Write(Time(candle.ReceivedAt.ToUnixTimeMilliseconds()), NpgsqlDbType.TimestampTz);
    }

    /// <summary>Puts one in the place of the row that is there.</summary>
    public static Task ReplaceAsync(NpgsqlConnection connection, long series, PriceQuote candle, CancellationToken cancellationToken) => connection.With("""
        UPDATE ohlcv.candle
        SET open = $3, high = $4, low = $5, close = $6, volume = $7::numeric, quote_volume = $8::numeric, buy_volume = $9::numeric, trades = $10::bigint,
            source = $11, event_time = $12::timestamptz, received_at = $13
        WHERE series = $1 AND open_time = $2
        """,
        series, Time(candle.OpenMs), candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.QuoteVolume, candle.BuyVolume, candle.TradeCount,
        (short)candle.Source, candle.EventTime?.UtcDateTime, Time(candle.ReceivedAt.ToUnixTimeMilliseconds())).RunAsync(cancellationToken);

    /// <summary>A moment as the database has it.</summary>
    public static DateTime Time(long ms) => DateTime.UnixEpoch.AddMilliseconds(ms);

    /// <summary>A moment as the database has it, within what it can have.</summary>
    public static DateTime Time(DateTimeOffset time) => time.Year is > 1 and < 9999 ? time.UtcDateTime : time.Year == 1 ? DateTime.UnixEpoch : Latest;

    private static readonly DateTime Latest = new(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static long Ms(DateTime time) => (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;

    private static void Write(NpgsqlBinaryImporter rows, decimal? number)
    {
        if (number is { } value)
        {
            rows.Write(value, NpgsqlDbType.Numeric);
        }
        else
        {
            rows.WriteNull();
        }
    }
}
