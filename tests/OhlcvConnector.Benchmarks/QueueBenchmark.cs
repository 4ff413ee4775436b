using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// One quote from a thread to a reader who waits for it, each time: the wake-up and the hand-over, beside a channel that continues on the writer's thread.
/// </summary>
[MemoryDiagnoser]
public class QueueBenchmark
{
    private const int Quotes = 1_000;

    private readonly QuoteQueue _queue = new(10_000, Dispatch.Inline, new FeedCounters());
    private readonly OpenSlot _slot = new();
    private readonly Channel<PriceQuote> _channel = Channel.CreateUnbounded<PriceQuote>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private PriceQuote _quote;
    private long _read;

    [GlobalSetup]
    public void Setup()
    {
        var series = new Series(
            new Instrument { Exchange = "binance", Market = Market.Spot, VenueSymbol = "BTCUSDT", Symbol = "BTC/USDT", BaseAsset = "BTC", QuoteAsset = "USDT" }, Interval.OneMinute);
        _quote = new PriceQuote(
            series, new CandleValues { OpenMs = 60_000, Open = 1, High = 1, Low = 1, Close = 1 }, QuoteSource.Stream, DateTimeOffset.UnixEpoch);
        _ = ReadChannelAsync();
        _ = ReadQueueAsync();
    }

    [Benchmark(OperationsPerInvoke = Quotes, Baseline = true)]
    public long SynchronousChannel()
    {
        for (var i = 0; i < Quotes; i++)
        {
            _channel.Writer.TryWrite(_quote);
        }

        return _read;
    }

    [Benchmark(OperationsPerInvoke = Quotes)]
    public long QueueOfOpenCandles()
    {
        for (var i = 0; i < Quotes; i++)
        {
            _queue.PushOpen(_slot, _quote);
            _queue.Signal();
        }

        return _read;
    }

    [Benchmark(OperationsPerInvoke = Quotes)]
    public long QueueOfClosedCandles()
    {
        for (var i = 0; i < Quotes; i++)
        {
            _queue.PushClosed(_slot, _quote);
            _queue.Signal();
        }

        return _read;
    }

    private async Task ReadQueueAsync()
    {
        while (await _queue.WaitAsync(CancellationToken.None))
        {
            while (_queue.TryTake(out var quote))
            {
                _read += quote.OpenMs;
            }
        }
    }

    private async Task ReadChannelAsync()
    {
        while (await _channel.Reader.WaitToReadAsync())
        {
            while (_channel.Reader.TryRead(out var quote))
            {
                _read += quote.OpenMs;
            }
        }
    }
}
