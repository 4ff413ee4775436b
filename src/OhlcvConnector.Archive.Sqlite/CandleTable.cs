using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>What became of a candle.</summary>
internal enum Kept
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It was there.</summary>
    Same,

    /// <summary>It was there with other values.</summary>
    Revised,
}

/// <summary>Writes candles.</summary>
/// <param name="database">The connection.</param>
/// <param name="series">The series of the file.</param>
internal sealed class CandleTable(Database database, SeriesTable series) : IDisposable
{
    private readonly Statement _insert = new(database,
        $"INSERT INTO candle (series, open_time, {CandleReading.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    private readonly Statement _replace = new(database,
        $"INSERT OR REPLACE INTO candle (series, open_time, {CandleReading.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly Statement _find = new(database, $"SELECT open_time, {CandleReading.Columns} FROM candle WHERE series = ? AND open_time = ?");
    private readonly Statement _revise = new(database, "INSERT INTO revision (series, open_time, before, after, revised_ms) VALUES (?, ?, ?, ?, ?)");

    /// <summary>Keeps a candle.</summary>
    public Kept Keep(SeriesRow row, in PriceQuote candle, DateTimeOffset now)
    {
        Write(_insert, row, candle);
        if (_insert.Changes > 0)
        {
            return Kept.Added;
        }

        _find.Bind(1, row.Id).Bind(2, candle.OpenMs / 1000);
        _find.Step();
        var old = CandleReading.Read(_find, row);
        _find.Reset();
        if (candle.Agrees(old))
        {
            if (Knows(candle, old))
            {
                Write(_replace, row, With(row.Series, old, candle));
            }

            return Kept.Same;
        }

        _revise.Bind(1, row.Id).Bind(2, candle.OpenMs / 1000).Bind(3, CandleReading.ToText(old)).Bind(4, CandleReading.ToText(candle)).Bind(5,
            now.ToUnixTimeMilliseconds()).Run();
        Write(_replace, row, candle);
        return Kept.Revised;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insert.Dispose();
        _replace.Dispose();
        _find.Dispose();
        _revise.Dispose();
    }

    /// <summary>Whether the one knows a value that the other lacks.</summary>
    private static bool Knows(in PriceQuote candle, in PriceQuote old) =>
        (candle.Volume.HasValue && !old.Volume.HasValue) || (candle.QuoteVolume.HasValue && !old.QuoteVolume.HasValue)
            || (candle.TradeCount.HasValue && !old.TradeCount.HasValue) || (candle.BuyVolume.HasValue && !old.BuyVolume.HasValue);

    private static PriceQuote With(Series series, in PriceQuote old, in PriceQuote candle) => new(
        series,
        new CandleValues
        {
            OpenMs = old.OpenMs,
            Open = old.Open,
            High = old.High,
            Low = old.Low,
            Close = old.Close,
            Volume = old.Volume ?? candle.Volume,
            QuoteVolume = old.QuoteVolume ?? candle.QuoteVolume,
            TradeCount = old.TradeCount ?? candle.TradeCount,
            BuyVolume = old.BuyVolume ?? candle.BuyVolume,
            IsClosed = true,
            EventMs = old.EventTime?.ToUnixTimeMilliseconds(),
        },
        old.Source,
        old.ReceivedAt);

    private void Write(Statement statement, SeriesRow row, in PriceQuote candle)
    {
        while (!TryBind(statement, row, candle))
        {
            // a column was widened: what was bound before is of the old scale
        }

        statement.Run();
    }

    private bool TryBind(Statement statement, SeriesRow row, in PriceQuote candle)
    {
        statement.Bind(1, row.Id).Bind(2, candle.OpenMs / 1000)
            .Bind(9, candle.TradeCount).Bind(10, (long)candle.Source).Bind(11, candle.EventTime?.ToUnixTimeMilliseconds()).Bind(12,
                candle.ReceivedAt.ToUnixTimeMilliseconds());
        return TryBind(statement, 3, row, NumberColumn.Price, candle.Open)
            && TryBind(statement, 4, row, NumberColumn.Price, candle.High)
            && TryBind(statement, 5, row, NumberColumn.Price, candle.Low)
            && TryBind(statement, 6, row, NumberColumn.Price, candle.Close)
            && TryBind(statement, 7, row, NumberColumn.Volume, candle.Volume)
            && TryBind(statement, 8, row, NumberColumn.QuoteVolume, candle.QuoteVolume)
            && TryBind(statement, 13, row, NumberColumn.Volume, candle.BuyVolume);
    }

    private bool TryBind(Statement statement, int index, SeriesRow row, NumberColumn column, decimal? number)
    {
        if (number is not { } value)
        {
            statement.Bind(index, (long?)null);
            return true;
        }

        var kept = row[column];
        if (value.Scale > kept.Digits)
        {
            row[column] = kept with { Digits = value.Scale };
            series.Save(row);
        }

        if (ScaledNumber.TryScale(value, kept.Scale, out var scaled))
        {
            statement.Bind(index, scaled);
            return true;
        }

        var needed = ScaledNumber.MinScale(value);
        if (needed > kept.Scale && needed <= ScaledNumber.LargestScale && ScaledNumber.TryScale(value, needed, out _))
        {
            Widen(row, column, needed);
            return false;
        }

        statement.Bind(index, ScaledNumber.ToText(value));
        return true;
    }

    /// <summary>Gives all numbers of a series' columns more digits behind the point. Those that would have more than 64 bits become text: SQLite would make
    /// them inexact.</summary>
    private void Widen(SeriesRow row, NumberColumn column, int scale)
    {
        var before = row[column].Scale;
        var factor = ScaledNumber.Power(scale - before);
        var most = long.MaxValue / factor;
        foreach (var name in column switch
        {
            NumberColumn.Price => ["open", "high", "low", "close"],
            NumberColumn.Volume => ["volume", "buy_volume"],
            _ => (string[])["quote_volume"],
        })
        {
            using (var tooLong = new Statement(database,
                $"SELECT open_time, {name} FROM candle WHERE series = ? AND typeof({name}) = 'integer' AND {name} NOT BETWEEN ? AND ?"))
            using (var toText = new Statement(database, $"UPDATE candle SET {name} = ? WHERE series = ? AND open_time = ?"))
            {
                var found = new List<(long OpenTime, long Number)>();
                tooLong.Bind(1, row.Id).Bind(2, -most).Bind(3, most);
                while (tooLong.Step())
                {
                    found.Add((tooLong.Long(0), tooLong.Long(1)));
                }

                foreach (var (openTime, number) in found)
                {
                    toText.Bind(1, ScaledNumber.ToText(ScaledNumber.ToDecimal(number, before, before))).Bind(2, row.Id).Bind(3, openTime).Run();
                }
            }

            using var widen = new Statement(database, $"UPDATE candle SET {name} = {name} * ? WHERE series = ? AND typeof({name}) = 'integer'");
            widen.Bind(1, factor).Bind(2, row.Id).Run();
        }

        row[column] = row[column] with { Scale = scale };
        series.Save(row);
    }
}
