using System.Runtime.CompilerServices;
using OhlcvConnector.Benchmarks.Ingest;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>
/// A market in place of an exchange: open candles of its symbols in turn, at a pace, through the product's own queue. The quote volume of each holds
/// nanoseconds of
/// the machine's monotonic clock.
/// </summary>
internal sealed class SyntheticFeed : IPriceFeedRepository, IInstrumentRepository, IPriceHistoryRepository
{
    public const string Exchange = "binance";

    /// <summary>Series that clients may want, but never get anything of; of ten, 1,024 clients can want each a different part.</summary>
    public static readonly string[] QuietSymbols = [.. Enumerable.Range(0, 10).Select(i => $"QUIET{i}USDT")];

    private static readonly Instrument[] Instruments = [.. VenueFrames.Symbols(Exchange).Concat(QuietSymbols).Select(symbol => new Instrument
    {
        Exchange = Exchange,
        Market = Market.Spot,
        VenueSymbol = symbol,
        Symbol = $"{symbol[..^4]}/USDT",
        BaseAsset = symbol[..^4],
        QuoteAsset = "USDT",
    })];

    private static readonly Interval[] Lengths = [Interval.OneMinute, VenueFrames.Interval];

    private readonly QuoteQueue _queue = new(10_000, Dispatch.Inline, new FeedCounters());
    private readonly OpenSlot[] _slots = [.. Instruments.Select(_ => new OpenSlot())];
    private volatile Series?[] _series = [.. Instruments.Select(_ => (Series?)null)];

    public IReadOnlyList<ExchangeProfile> Exchanges { get; } =
        [new ExchangeProfile(Exchange, [new MarketProfile(Market.Spot, Lengths, Lengths)], Market.Spot)];

    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Instrument>>(Instruments);

    /// <summary>It has no past.</summary>
    public IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
        CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<PriceQuote>();

    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
    {
        foreach (var one in series)
        {
            Set(one, one);
        }

        return new Feed(this);
    }

    /// <summary>Hands over so many candles, and wakes the reader once.</summary>
    public void Send(long first, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var index = (int)((first + i) % VenueFrames.SymbolCount);
            if (_series[index] is { } series)
            {
                _queue.PushOpen(_slots[index], NewQuote(series, first + i));
            }
        }

        _queue.Signal();
    }

    /// <summary>A series as clients ask for it.</summary>
    public static Series SeriesOf(long number) => new(Instruments[number % VenueFrames.SymbolCount], VenueFrames.Interval);

    /// <summary>The candle of a number, made now.</summary>
    public static PriceQuote NewQuote(Series series, long number)
    {
        var received = DateTimeOffset.UtcNow;
        var nowMs = received.ToUnixTimeMilliseconds();
        var stamp = LoadFrames.Now;
        var price = 60_000m + (number % 1_000 / 100m);
        return new PriceQuote(
            series,
            new CandleValues
            {
                OpenMs = VenueFrames.Interval.FloorMs(nowMs),
                Open = price,
                High = price + 12.34m,
                Low = price - 12.34m,
                Close = price + 1.01m,
                Volume = 1_234.56789m,
                QuoteVolume = new decimal((int)stamp, (int)(stamp >> 32), 0, isNegative: false, scale: 8),
                TradeCount = number,
                EventMs = nowMs,
            },
            QuoteSource.Stream,
            received);
    }

    private void Set(Series place, Series? series)
    {
        var changed = (Series?[])_series.Clone();
        changed[Array.FindIndex(Instruments, instrument => instrument.VenueSymbol == place.VenueSymbol)] = series;
        _series = changed;
    }

    private sealed class Feed(SyntheticFeed market) : IPriceFeed
    {
        public void Add(Series series, DateTimeOffset? since = null) => market.Set(series, series);

        public void Remove(Series series) => market.Set(series, null);

        public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            do
            {
                while (market._queue.TryTake(out var quote))
                {
                    yield return quote;
                }
            }
            while (await market._queue.WaitAsync(CancellationToken.None));
        }

        public ValueTask DisposeAsync()
        {
            market._queue.Complete();
            return ValueTask.CompletedTask;
        }
    }
}
