using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// What a subscribed series takes of the heap: a feed of 10,000 series less one of 100, divided; the caller's own instruments are not counted.
/// </summary>
/// <remarks><c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- memory</c></remarks>
internal static class SeriesMemory
{
    private const int Few = 100;
    private const int Many = 10_000;

    public static async Task<int> RunAsync()
    {
        await using var repositories = new VenueRepositories(Venues.All, new ConnectorOptions(), NullLoggerFactory.Instance);
        await using var first = Open(repositories, 1).Feed; // what is made once
        var (few, fewBytes) = Open(repositories, Few);
        var (many, manyBytes) = Open(repositories, Many);
        await using (few)
        await using (many)
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{(double)(manyBytes - fewBytes) / (Many - Few):F0} bytes of heap a subscribed series"));
        }

        return 0;
    }

    private static (IPriceFeed Feed, long Bytes) Open(VenueRepositories repositories, int count)
    {
        var series = Enumerable.Range(0, count).Select(i => new Series(
            new Instrument
            {
                Exchange = "binance",
                Market = Market.Spot,
                VenueSymbol = $"COIN{i:00000}USDT",
                Symbol = $"COIN{i:00000}/USDT",
                BaseAsset = "COIN",
                QuoteAsset = "USDT",
            },
            Interval.OneMinute)).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var feed = repositories.Open(series);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(series);
        return (feed, bytes);
    }
}
