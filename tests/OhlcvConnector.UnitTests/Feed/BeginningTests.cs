using System.Collections.Concurrent;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>Where a stream with a past begins: with the first candle there is, whatever the listing says of dates, and after few questions.</summary>
public class BeginningTests
{
    private const long DayMs = 86_400_000;

    [Theory]
    [InlineData(40, 10)] // renamed, or listed again: candles from before its listing are there
    [InlineData(5, 30)]  // what lies before its first candle cannot exist
    [InlineData(5, null)]
    public async Task A_stream_since_ever_begins_with_the_first_candle_there_is(int daysThere, int? listedDaysAgo)
    {
        var time = new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0).AddHours(1));
        DateTimeOffset? listedAt = listedDaysAgo is { } days ? DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0 - (days * DayMs)) : null;
        var series = new Series(Candles.Instrument("BTCUSDT") with { ListedAt = listedAt }, Interval.OneDay, "BTCUSDT");
        await using var binance = new LoopbackBinance();
        binance.Klines = request =>
            $"[{string.Join(',', Opens(request, Candles.T0 - (daysThere * DayMs)).Select(openMs => LoopbackBinance.Row(series, openMs, trades: 7)))}]";
        await using var repositories = binance.Repositories(options => options.TimeProvider = time);
        await using var feed = repositories.Open([series], DateTimeOffset.MinValue);
        var closes = new ConcurrentQueue<PriceQuote>();
        var reading = ReadAsync(feed, closes);

        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return closes.Count == daysThere;
            },
            "the past comes");

        closes.Select(quote => quote.OpenMs).ShouldBe(Enumerable.Range(0, daysThere).Select(day => Candles.T0 - ((daysThere - day) * DayMs)));
        closes.ShouldAllBe(quote => quote.GapBefore == null);
        binance.Venue.Requests.Count(request => request.Target.Contains("klines", StringComparison.Ordinal)).ShouldBeLessThan(20);
        var ending = feed.DisposeAsync().AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return ending.IsCompleted;
            },
            "it ends");
        await reading;
    }

    /// <summary>What is there of a question's range, as Binance answers: ascending from its start, up to its limit.</summary>
    private static IEnumerable<long> Opens(LoopbackRequest request, long firstMs)
    {
        var query = request.Target[(request.Target.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        var from = Math.Max(firstMs, long.Parse(query["startTime"]));
        for (var openMs = firstMs; openMs <= Math.Min(Candles.T0, long.Parse(query["endTime"])); openMs += DayMs)
        {
            if (openMs >= from)
            {
                yield return openMs;
            }
        }
    }

    private static async Task ReadAsync(IPriceFeed feed, ConcurrentQueue<PriceQuote> closes)
    {
        await foreach (var quote in feed.ReadAllAsync())
        {
            if (quote.IsClosed)
            {
                closes.Enqueue(quote);
            }
        }
    }
}
