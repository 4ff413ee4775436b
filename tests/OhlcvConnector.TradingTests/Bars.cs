using System.Globalization;
using OhlcvConnector.Trading;

namespace OhlcvConnector.TradingTests;

/// <summary>Candles for tests: of a truth file, written by hand, or random.</summary>
internal static class Bars
{
    public const long Day = 86_400_000;

    /// <summary>Daily candles by their prices, open, high, low, close, from the first day of 1970 on.</summary>
    public static IReadOnlyList<Candle> Of(params (decimal Open, decimal High, decimal Low, decimal Close)[] prices) =>
        [.. prices.Select((price, index) => new Candle(index * Day, (index + 1) * Day, price.Open, price.High, price.Low, price.Close, 1_000))];

    /// <summary>Daily candles that open and close at the same price.</summary>
    public static IReadOnlyList<Candle> Flat(params decimal[] prices) => Of([.. prices.Select(price => (price, price, price, price))]);

    public static IReadOnlyList<BacktestSeries> Series(IReadOnlyList<Candle> candles, InstrumentRules? rules = null) =>
        [new BacktestSeries("test 1d", candles, rules ?? InstrumentRules.None)];

    /// <summary>Daily bars of GOOG, 2004 to 2013, as the backtesting package for Python ships them.</summary>
    public static IReadOnlyList<BacktestSeries> Goog() =>
        [new BacktestSeries("GOOG 1d", [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Truth", "GOOG.csv")).Skip(1).Select(Row)], InstrumentRules.None, OmitsQuietCandles: true)];

    /// <summary>A random walk that never falls to zero, the same for the same seed.</summary>
    public static IReadOnlyList<Candle> Random(int seed, int count)
    {
        var random = new Random(seed);
        var price = 100m;
        var candles = new List<Candle>();
        for (var i = 0; i < count; i++)
        {
            var open = Step(price);
            var close = Step(open);
            var (high, low) = (Math.Max(open, close) + random.Next(0, 200) / 100m, Math.Min(open, close) * (1 - (random.Next(0, 200) / 10_000m)));
            candles.Add(new Candle(i * Day, (i + 1) * Day, open, high, low, close, random.Next(1, 1_000)));
            price = close;
        }

        return candles;

        decimal Step(decimal from) => Math.Round(from * (1 + (random.Next(-300, 301) / 10_000m)), 4);
    }

    private static Candle Row(string line)
    {
        var cells = line.Split(',');
        var open = DateTimeOffset.ParseExact(cells[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
        return new Candle(open, open + Day, Number(1), Number(2), Number(3), Number(4), Number(5));

        decimal Number(int column) => decimal.Parse(cells[column], CultureInfo.InvariantCulture);
    }
}

/// <summary>A strategy that does at each candle what a script says, by the candle's number.</summary>
internal sealed class Scripted(params (int Bar, Action<TradedSeries, StrategyContext> Act)[] script) : IStrategy
{
    public List<string> Told { get; } = [];

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        foreach (var (bar, act) in script)
        {
            if (bar == series.Bar)
            {
                act(series, context);
            }
        }
    }

    public void OnGap(TradedSeries series, long fromMs, long toMs, StrategyContext context) =>
        Told.Add(FormattableString.Invariant($"gap {fromMs / Bars.Day} to {toMs / Bars.Day}"));

    public void OnFill(Fill fill, StrategyContext context) => Told.Add(FormattableString.Invariant($"{fill.Quantity} at {fill.Price}"));
}

/// <summary>Orders at random, the same for the same seed.</summary>
internal sealed class RandomOrders(int seed) : IStrategy
{
    private readonly Random _random = new(seed);

    public Action<StrategyContext>? AtCandle { get; init; }

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        AtCandle?.Invoke(context);
        if (_random.Next(4) == 0)
        {
            context.CancelAll(series);
        }

        var price = series.Last.Close * (1 + (_random.Next(-200, 201) / 10_000m));
        var (side, type) = ((Side)_random.Next(2), (OrderType)_random.Next(5));
        context.Place(
            series,
            new OrderRequest
            {
                Side = side,
                Type = type,
                Size = _random.Next(4) switch
                {
                    0 => OrderSize.Units(_random.Next(1, 40)),
                    1 => OrderSize.Cash(_random.Next(100, 5_000)),
                    2 => OrderSize.Equity(_random.Next(1, 100) / 100m),
                    _ => OrderSize.Position,
                },
                LimitPrice = type is OrderType.Limit or OrderType.StopLimit ? price : null,
                StopPrice = type is OrderType.Stop or OrderType.StopLimit ? price : null,
                TrailBy = type == OrderType.TrailingStop ? series.Last.Close * 0.02m : null,
                ReduceOnly = _random.Next(5) == 0,
                OcoGroup = _random.Next(5) == 0 ? "group" : null,
            });
    }
}
