using BenchmarkDotNet.Attributes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// One frame of one candle of each venue, from bytes to a checked quote whose series was found by its bytes, beside <see cref="ReaderBaseline"/>.
/// </summary>
[MemoryDiagnoser]
public class DecodeBenchmark
{
    public const int Frames = 1_000;

    private IVenue _venue = null!;
    private VenueMarket _market = null!;
    private SeriesTable _table = null!;
    private QuoteBatch _batch = null!;
    private byte[][] _frames = [];

    [Params("binance", "okx", "bybit", "gateio", "hyperliquid")]
    public string Venue { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _venue = Venues.All.Single(venue => venue.Name == Venue);
        _market = _venue.Markets[0];
        _table = new SeriesTable(_market);
        foreach (var symbol in VenueFrames.Symbols(Venue))
        {
            _table.Add(new Series(
                new Instrument { Exchange = Venue, Market = _market.Market, VenueSymbol = symbol, Symbol = symbol, BaseAsset = symbol, QuoteAsset = "USDT" },
                    VenueFrames.Interval));
        }

        _batch = new QuoteBatch(_table);
        _frames = VenueFrames.Create(Venue, Frames, 1_700_006_400_000);
        Check();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Frames)]
    public long Utf8JsonReaderAndUtf8Parser()
    {
        long sum = 0;
        foreach (var frame in _frames)
        {
            sum += ReaderBaseline.Read(Venue, frame, _table, out var candle) is null ? 0 : candle.OpenMs;
        }

        return sum;
    }

    /// <summary>What a frame costs that the fast way does not know.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public long RealParser()
    {
        long sum = 0;
        foreach (var frame in _frames)
        {
            _batch.Reset(QuoteSource.Stream, DateTimeOffset.UnixEpoch);
            _venue.Decode(_market, frame, _batch);
            sum += _batch.Count;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public long Product()
    {
        long sum = 0;
        foreach (var frame in _frames)
        {
            _batch.Reset(QuoteSource.Stream, DateTimeOffset.UnixEpoch);
            _venue.TryDecode(_market, frame, _batch);
            sum += _batch.Count;
        }

        return sum;
    }

    /// <summary>All three must read the same, or their times mean nothing.</summary>
    private void Check()
    {
        foreach (var frame in _frames)
        {
            _batch.Reset(QuoteSource.Stream, DateTimeOffset.UnixEpoch);
            var series = ReaderBaseline.Read(Venue, frame, _table, out var candle);
            if (!_venue.TryDecodeCandle(_market, frame, _batch) || _batch.Count != 1 || _batch.Quotes[0].Series != series
                || _batch.Quotes[0].Close != candle.Close
                || (candle.EventMs ?? 0) != (_batch.Quotes[0].EventTime?.ToUnixTimeMilliseconds() ?? 0))
            {
                throw new InvalidOperationException($"{Venue}: decoded otherwise, or not the fast way.");
            }
        }
    }
}
