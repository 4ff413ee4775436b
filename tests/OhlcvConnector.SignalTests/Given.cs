using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals;

namespace OhlcvConnector.SignalTests;

/// <summary>Candles and rules for tests.</summary>
internal static class Given
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero); // a Monday

    public static Series Series(string interval = "1h", string symbol = "BTCUSDT", string exchange = "binance") => new(
        new Instrument
        {
            Exchange = exchange,
            Market = Market.Spot,
            VenueSymbol = symbol,
            Symbol = $"{symbol[..^4]}/{symbol[^4..]}",
            BaseAsset = symbol[..^4],
            QuoteAsset = symbol[^4..],
        },
        Interval.Parse(interval));

    /// <summary>A candle by its prices and volume.</summary>
    public static PriceQuote Candle(Series series, int index, decimal open, decimal high, decimal low, decimal close, decimal? volume = 10,
        bool isClosed = true) => new(
        series,
        new CandleValues
        {
            OpenMs = series.Interval.AddMs(Start.ToUnixTimeMilliseconds(), index),
            Open = open,
            High = high,
            Low = low,
            Close = close,
            Volume = volume,
            IsClosed = isClosed,
        },
        QuoteSource.Stream,
        Start);

    /// <summary>Candles that open, close and stay at these prices.</summary>
    public static IReadOnlyList<PriceQuote> Closes(Series series, params decimal[] closes) =>
        [.. closes.Select((close, index) => Candle(series, index, close, close, close, close))];

    /// <summary>A random walk with trends, the same for the same seed.</summary>
    public static IReadOnlyList<PriceQuote> Random(Series series, int count, int seed = 1)
    {
        var random = new Random(seed);
        var price = 100m;
        var drift = 0;
        var candles = new List<PriceQuote>();
        for (var index = 0; index < count; index++)
        {
            drift = index % 40 == 0 ? random.Next(-60, 61) : drift;
            var open = price;
            var close = Math.Round(open * (1 + ((random.Next(-300, 301) + drift) / 20_000m)), 4);
            var high = Math.Max(open, close) + (random.Next(0, 80) / 100m);
            var low = Math.Min(open, close) * (1 - (random.Next(0, 80) / 10_000m));
            candles.Add(Candle(series, index, open, high, low, close, random.Next(1, 1_000)));
            price = close;
        }

        return candles;
    }

    public static RuleSet Rules(string rules) => new(TradingConfig.Read($$"""{ "sets": [], "rules": [ {{rules}} ] }""").Rules);

    /// <summary>A rule with one condition.</summary>
    public static RuleSet When(string condition, string more = "") =>
        Rules($$"""{ "name": "r", "direction": "long", "when": "{{condition}}" {{(more.Length > 0 ? ", " + more : "")}} }""");

    public static IReadOnlyList<Signal> Run(RuleSet rules, IEnumerable<PriceQuote> candles, Series series)
    {
        var evaluator = new RuleEvaluator(series, rules);
        return [.. candles.SelectMany(candle => evaluator.Add(candle))];
    }

    /// <summary>The numbers of the candles that made signals, from 0.</summary>
    public static IEnumerable<int> Hits(RuleSet rules, IReadOnlyList<PriceQuote> candles)
    {
        var series = candles[0].Series;
        return Run(rules, candles, series).Select(signal => candles.ToList().FindIndex(candle => candle.CloseMs == signal.CloseMs));
    }

    /// <summary>The values of an indicator, each of a history that ends with its candle: calculated anew for each.</summary>
    public static double[] Anew(string specification, IReadOnlyList<PriceQuote> candles) =>
    [
        .. Enumerable.Range(1, candles.Count).Select(count =>
        {
            var set = IndicatorSet.Parse(specification);
            foreach (var candle in candles.Take(count))
            {
                set.Add(new Bar(candle));
            }

            return set[0];
        }),
    ];
}
