using BenchmarkDotNet.Attributes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Sequence;

namespace OhlcvConnector.Benchmarks;

/// <summary>A series' order and its queue, from a decoded quote to the reader's hands, without waiting.</summary>
[MemoryDiagnoser]
public class SequencerBenchmark
{
    private const int Quotes = 1_000;

    private readonly Series _series = new(
        new Instrument { Exchange = "binance", Market = Market.Spot, VenueSymbol = "BTCUSDT", Symbol = "BTC/USDT", BaseAsset = "BTC", QuoteAsset = "USDT" }, Interval.OneMinute);

    private QuoteQueue _queue = null!;
    private SeriesSequencer _sequencer = null!;
    private long _nextMs = 60_000;

    [GlobalSetup]
    public void Setup()
    {
        var counters = new FeedCounters();
        _queue = new QuoteQueue(10_000, Dispatch.Inline, counters);
        _sequencer = new SeriesSequencer(_series, new SequencerRules { Deadline = TimeSpan.FromSeconds(3) }, _queue, counters, _nextMs, isExact: true);
    }

    /// <summary>Updates of one open candle that are all read.</summary>
    [Benchmark(OperationsPerInvoke = Quotes, Baseline = true)]
    public long OpenUpdates()
    {
        long sum = 0;
        for (var i = 0; i < Quotes; i++)
        {
            _sequencer.OnStream(Quote(_nextMs, isClosed: false), generation: 1, _nextMs);
            sum += _queue.TryTake(out var quote) ? quote.OpenMs : 0;
        }

        return sum;
    }

    /// <summary>Candles that each close and are all read.</summary>
    [Benchmark(OperationsPerInvoke = Quotes)]
    public long ClosedCandles()
    {
        long sum = 0;
        for (var i = 0; i < Quotes; i++)
        {
            _sequencer.OnStream(Quote(_nextMs, isClosed: true), generation: 1, _nextMs);
            _nextMs += 60_000;
            sum += _queue.TryTake(out var quote) ? quote.OpenMs : 0;
        }

        return sum;
    }

    /// <summary>Of the two above, what it takes to make the quotes.</summary>
    [Benchmark(OperationsPerInvoke = Quotes)]
    public long QuotesAlone()
    {
        long sum = 0;
        for (var i = 0; i < Quotes; i++)
        {
            sum += Quote(_nextMs, isClosed: false).OpenMs;
        }

        return sum;
    }

    private PriceQuote Quote(long openMs, bool isClosed)
    {
        var values = new CandleValues
        {
            OpenMs = openMs,
            Open = 61m,
            High = 63m,
            Low = 59m,
            Close = 62m,
            Volume = 100m,
            QuoteVolume = 1000m,
            TradeCount = 5,
            EventMs = 1_000,
            IsClosed = isClosed,
        };
        return PriceQuote.TryCreate(_series, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch, out var quote, out _)
            ? quote
            : throw new InvalidOperationException("A rule is broken.");
    }
}
