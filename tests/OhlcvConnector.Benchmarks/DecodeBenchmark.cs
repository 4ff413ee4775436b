using System.Text;
using BenchmarkDotNet.Attributes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Common;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Benchmarks;

/// <summary>One frame of candles, from bytes to a checked quote, with the series found by its bytes.</summary>
[MemoryDiagnoser]
public class DecodeBenchmark
{
    private static readonly byte[] Frame = Encoding.UTF8.GetBytes(
        """{"e":"kline","E":1718667728540,"s":"BTCUSDT","k":{"t":1718667720000,"T":1718667779999,"s":"BTCUSDT","i":"1m","f":3640284441,"L":3640284686,"o":"66477.91000000","c":"66472.20000000","h":"66477.91000000","l":"66468.00000000","v":"10.75371000","n":246,"x":false,"q":"714783.46215380","V":"9.29532000","Q":"617844.95963270","B":"0"}}""");

    private readonly IVenue _venue = Venues.All[0];
    private readonly VenueMarket _market;
    private readonly QuoteBatch _batch;

    public DecodeBenchmark()
    {
        _market = _venue.Markets[0];
        var table = new SeriesTable(_market);
        table.Add(new Series(
            new Instrument { Exchange = _venue.Name, Market = _market.Market, VenueSymbol = "BTCUSDT", Symbol = "BTC/USDT", BaseAsset = "BTC", QuoteAsset = "USDT" },
            Interval.OneMinute));
        _batch = new QuoteBatch(table);
    }

    [Benchmark]
    public int Kline()
    {
        _batch.Reset(QuoteSource.Stream, DateTimeOffset.UnixEpoch);
        _venue.TryDecode(_market, Frame, _batch);
        return _batch.Count;
    }
}
