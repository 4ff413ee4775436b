using System.Collections.Concurrent;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>What is wrong for good with one candle in a venue's history.</summary>
internal enum Defect
{
    None,

    /// <summary>The row was never written.</summary>
    Hole,

    /// <summary>The row's high lies below its low.</summary>
    BrokenRow,

    /// <summary>A column of the row is null.</summary>
    NullColumn,

    /// <summary>The row opens off its interval's grid, as Binance's of 2018-02 do.</summary>
    OffGrid,
}

/// <summary>One trade; its size is counted in the market's smallest unit or in contracts.</summary>
internal readonly record struct Trade(int OffsetMs, decimal Price, int Units);

/// <summary>The true values of a candle, or of its beginning.</summary>
internal readonly record struct Candle(long OpenMs, decimal Open, decimal High, decimal Low, decimal Close, long Units, decimal Base, decimal Quote, int Count);

/// <summary>One symbol of a market.</summary>
/// <param name="Name">The venue's spelling.</param>
/// <param name="Base">The base asset.</param>
/// <param name="Quote">The quote asset.</param>
/// <param name="Price">About what it costs.</param>
/// <param name="Tick">The price step.</param>
/// <param name="UnitSize">What one unit is in base coins, or in quote coins of an inverse market.</param>
/// <param name="IsQuiet">Whether many minutes have no trade.</param>
/// <param name="IsInverse">Whether a unit is a fixed amount of the quote asset.</param>
/// <param name="ListedMs">When its history begins.</param>
internal sealed record Listed(
    string Name, string Base, string Quote, decimal Price, decimal Tick, decimal UnitSize, bool IsQuiet = false, bool IsInverse = false, long ListedMs = 0)
{
    /// <summary>The symbol does not trade and brings no frame, though it is listed.</summary>
    public bool IsHalted { get; init; }
}

/// <summary>The truth: every trade of every symbol, for all times, from a seed. Nothing else in these tests knows what a candle should be.</summary>
/// <param name="seed">Same seed, same market.</param>
internal sealed class Books(int seed)
{
    public const long Minute = 60_000;

    private readonly ConcurrentDictionary<(string, long), Trade[]> _trades = new();
    private readonly ConcurrentDictionary<(string, long), Defect> _defects = new();

    /// <summary>A number that belongs to these words for ever, evenly spread.</summary>
    public ulong Hash(string text, long number, int purpose)
    {
        var hash = (ulong)seed * 0x9E3779B97F4A7C15 + (ulong)number * 0xD1B54A32D192ED03 + (ulong)purpose * 0x8CB92BA72F3D8DD7;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }

    /// <summary>Whether a chance of so many per cent came true here.</summary>
    public bool Chance(string text, long number, int purpose, int percent) => Hash(text, number, purpose) % 100 < (ulong)percent;

    /// <summary>Declares a candle of a minute damaged in history for good.</summary>
    public void Damage(string symbol, long openMs, Defect defect) => _defects[(symbol, openMs)] = defect;

    public Defect DefectOf(string symbol, long openMs) => _defects.TryGetValue((symbol, openMs), out var defect) ? defect : Defect.None;

    /// <summary>The trades of a minute, in order.</summary>
    public Trade[] Trades(Listed symbol, long minuteMs)
    {
        if (_trades.TryGetValue((symbol.Name, minuteMs), out var known))
        {
            return known;
        }

        if (_trades.Count > 60_000)
        {
            _trades.Clear(); // it is made again from the seed where it is asked for again
        }

        return _trades[(symbol.Name, minuteMs)] = Make(symbol, minuteMs);
    }

    /// <summary>Whether nothing is traded from the candle's start to its end.</summary>
    public bool IsQuiet(Listed symbol, long openMs, long lengthMs)
    {
        for (var minute = openMs; minute < openMs + lengthMs; minute += Minute)
        {
            if (Trades(symbol, minute).Length > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The candle as of a moment: all trades before it.</summary>
    public Candle At(Listed symbol, long openMs, long lengthMs, long untilMs = long.MaxValue)
    {
        Candle? last = null;
        foreach (var (candle, atMs) in States(symbol, openMs, lengthMs))
        {
            if (atMs >= untilMs)
            {
                break;
            }

            last = candle;
        }

        return last ?? Flat(symbol, openMs);
    }

    /// <summary>A candle before its first trade.</summary>
    public Candle Flat(Listed symbol, long openMs)
    {
        var last = LastPriceBefore(symbol, openMs);
        return new Candle(openMs, last, last, last, last, 0, 0, 0, 0);
    }

    /// <summary>The candle after each of its trades, with the time of that trade.</summary>
    public IEnumerable<(Candle Candle, long AtMs)> States(Listed symbol, long openMs, long lengthMs)
    {
        var candle = default(Candle);
        for (var minute = openMs; minute < openMs + lengthMs; minute += Minute)
        {
            foreach (var trade in Trades(symbol, minute))
            {
                var size = trade.Units * symbol.UnitSize;
                candle = new Candle(
                    openMs,
                    candle.Count == 0 ? trade.Price : candle.Open,
                    candle.Count == 0 ? trade.Price : Math.Max(candle.High, trade.Price),
                    candle.Count == 0 ? trade.Price : Math.Min(candle.Low, trade.Price),
                    trade.Price,
                    candle.Units + trade.Units,
                    candle.Base + (symbol.IsInverse ? Math.Round(size / trade.Price, 8) : size),
                    candle.Quote + (symbol.IsInverse ? size : size * trade.Price),
                    candle.Count + 1);
                yield return (candle, minute + trade.OffsetMs);
            }
        }
    }

    private decimal LastPriceBefore(Listed symbol, long openMs)
    {
        for (var minute = openMs - Minute; minute > openMs - (500 * Minute); minute -= Minute)
        {
            if (Trades(symbol, minute) is { Length: > 0 } trades)
            {
                return trades[^1].Price;
            }
        }

        return symbol.Price;
    }

    private Trade[] Make(Listed symbol, long minuteMs)
    {
        var random = new Random((int)(Hash(symbol.Name, minuteMs, 1) & int.MaxValue));
        if (symbol.IsQuiet && random.Next(100) < 35)
        {
            return [];
        }

        var number = minuteMs / Minute;
        var steps = (int)(symbol.Price / symbol.Tick);
        var level = steps * (1 + (0.03 * Math.Sin(number / 97.0)) + (0.01 * Math.Sin(number / 13.0)));
        var trades = new Trade[symbol.IsQuiet ? random.Next(1, 4) : random.Next(6, 20)];
        var offsets = trades.Select(_ => random.Next(60_000)).Order().ToArray();
        for (var at = 0; at < trades.Length; at++)
        {
            trades[at] = new Trade(offsets[at], (decimal)Math.Round(level + random.Next(-20, 21)) * symbol.Tick, random.Next(1, 900));
        }

        return trades;
    }
}
