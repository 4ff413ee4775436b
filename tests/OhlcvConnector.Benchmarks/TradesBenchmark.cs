using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// A trade from the bytes of its message to the counters of two intervals, one message a trade: 200 symbols, 20,000 trades in a second of market time. Writing
/// the
/// time and the id of each into its message is part of it.
/// </summary>
[MemoryDiagnoser]
public class TradesBenchmark
{
    public const int Trades = 20_000;
    private const int Symbols = 200;
    private const int Digits = 13;

    private readonly TapeTable _tapes = new();
    private readonly FeedCounters _counters = new();
    private IVenue _venue = null!;
    private VenueMarket _market = null!;
    private QuoteBatch _batch = null!;
    private (byte[] Frame, int TimeAt, int IdAt)[] _frames = [];
    private long _nowMs = 1_767_225_600_000;
    private long _id = 1_000_000_000_000;

    [Params("gateio", "hyperliquid")]
    public string Venue { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _venue = Venues.All.Single(venue => venue.Name == Venue);
        _market = _venue.Markets.First(market => market.Trades is not null);
        _batch = new QuoteBatch(new SeriesTable(_market), tapes: _tapes);
        var queue = new QuoteQueue(10_000, Dispatch.Inline, _counters);
        var delay = new TradeDelay();
        _frames = new (byte[], int, int)[Symbols];
        for (var at = 0; at < Symbols; at++)
        {
            var symbol = string.Create(CultureInfo.InvariantCulture, $"COIN{at}");
            var instrument = new Instrument
            {
                Exchange = Venue,
                Market = _market.Market,
                VenueSymbol = symbol,
                Symbol = symbol,
                BaseAsset = symbol,
                QuoteAsset = "USDT",
            };
            var tape = new TradeTape(new Series(instrument, Interval.OneMinute), _market.Trades!, delay, _counters);
            foreach (var interval in (Interval[])[Interval.OneMinute, Interval.Parse("5m")])
            {
                tape.Add(new SeriesSequencer(
                    new Series(instrument, interval), SequencerRules.For(_market, new ConnectorOptions()), queue, _counters, _nowMs, isExact: false));
            }

            tape.Begin(new TradeSource(), _nowMs - 10_000);
            _tapes.Add(tape);
            var text = Venue == "gateio"
                ? $$$"""{"time":1767225600,"time_ms":1767225600123,"channel":"spot.trades","event":"update","result":{"id":1111111111111,"create_time":1767225600,"create_time_ms":"2222222222222.4578","side":"sell","currency_pair":"{{{symbol}}}","amount":"0.0437","price":"64340.7"}}"""
                : $$$"""{"channel":"trades","data":[{"coin":"{{{symbol}}}","side":"B","px":"72581.0","sz":"0.00017","time":2222222222222,"hash":"0x{{{new string('0', 64)}}}","tid":1111111111111,"users":["0x{{{new string('a', 40)}}}","0x{{{new string('b', 40)}}}"]}]}""";
            _frames[at] = (Encoding.UTF8.GetBytes(text), text.IndexOf("2222222222222", StringComparison.Ordinal), text.IndexOf(
                "1111111111111", StringComparison.Ordinal));
        }

        All();
        if (_counters.Trades != Trades)
        {
            throw new InvalidOperationException($"{_counters.Trades} trades were counted instead of {Trades}.");
        }
    }

    [Benchmark(OperationsPerInvoke = Trades)]
    public long All()
    {
        for (var i = 0; i < Trades; i++)
        {
            var (frame, timeAt, idAt) = _frames[i % Symbols];
            _nowMs += i % 20 == 0 ? 1 : 0;
            Write(_nowMs, frame.AsSpan(timeAt, Digits));
            Write(_id++, frame.AsSpan(idAt, Digits));
            _batch.Reset(QuoteSource.Stream, DateTimeOffset.UnixEpoch);
            _venue.TryDecode(_market, frame, _batch);
            foreach (ref readonly var trade in _batch.Trades)
            {
                trade.Tape.OnTrade(trade.Trade, _nowMs + 100);
            }
        }

        return _counters.Trades;
    }

    private static void Write(long number, Span<byte> digits)
    {
        for (var at = digits.Length - 1; at >= 0; at--)
        {
            digits[at] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
