using OhlcvConnector.Application.Archiving;
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
    private readonly Statement _isKept = new(database,
        "SELECT 1 FROM revision WHERE series = ? AND open_time = ? AND before = ? AND after = ? AND revised_ms = ?");

    /// <summary>Keeps a candle.</summary>
    public Kept Keep(SeriesRow row, in PriceQuote candle, DateTimeOffset now)
    {
        Write(_insert, row, candle);
        if (_insert.Changes > 0)
        {
            return Kept.Added;
        }

        var old = Find(row, candle.OpenMs)!.Value; // it is in the way
        if (KeptCandle.Successor(old, candle, out var isRevision) is not { } successor)
        {
            return Kept.Same;
        }

        if (isRevision)
        {
            Revise(row, old, candle, now);
        }

        Write(_replace, row, successor);
        return isRevision ? Kept.Revised : Kept.Same;
    }

    /// <summary>Keeps a change that another archive kept, and gives a candle that still is as before the values after.</summary>
    /// <returns>Whether it was not kept.</returns>
    public bool Take(SeriesRow row, CandleRevision revision)
    {
        var (before, after, at) = revision;
        _isKept.Bind(1, row.Id).Bind(2, after.OpenMs / 1000).Bind(3, CandleText.Of(before)).Bind(4, CandleText.Of(after)).Bind(5, at.ToUnixTimeMilliseconds());
        var isKept = _isKept.Step();
        _isKept.Reset();
        if (isKept)
        {
            return false;
        }

        Revise(row, before, after, at);
        if (Find(row, after.OpenMs) is { } kept && kept.Agrees(before) && !kept.Agrees(after))
        {
            Write(_replace, row, after);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insert.Dispose();
        _replace.Dispose();
        _find.Dispose();
        _revise.Dispose();
        _isKept.Dispose();
    }

    private PriceQuote? Find(SeriesRow row, long openMs)
    {
        _find.Bind(1, row.Id).Bind(2, openMs / 1000);
        try
        {
            return _find.Step() ? CandleReading.Read(_find, row) : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    private void Revise(SeriesRow row, in PriceQuote before, in PriceQuote after, DateTimeOffset at) => _revise
        .Bind(1, row.Id).Bind(2, after.OpenMs / 1000).Bind(3, CandleText.Of(before)).Bind(4, CandleText.Of(after)).Bind(5, at.ToUnixTimeMilliseconds()).Run();

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
