using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;
using OhlcvConnector.Prices;
using OhlcvConnector.Prices.Streams;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.PricesTests;

public class FollowedQuotesTests
{
    private readonly FollowedQuotes _streams = new();

    [Theory]
    [InlineData("binance", "BTCUSDT")]
    [InlineData("BINANCE", "btc/usdt")]
    public async Task The_newest_quote_is_found_by_either_spelling_in_any_case(string exchange, string symbol)
    {
        await _streams.FollowAsync(new[] { Quote(Minutes(), 0), Closed(Minutes(), 0), Quote(Minutes(), 1, trades: 3) }.ToAsyncEnumerable());

        _streams.TryGet(exchange, symbol, out var quote).ShouldBeTrue();
        (quote.OpenMs, quote.IsClosed).ShouldBe((T0 + 60_000, false));
        _streams.TryGet(exchange, "ETHUSDT", out _).ShouldBeFalse();
        _streams.TryGet(exchange, symbol, out _, interval: Interval.OneHour).ShouldBeFalse();
        _streams.TryGet(exchange, symbol, out _, Market.UsdMargined).ShouldBeFalse();
    }

    [Fact]
    public void What_is_older_does_not_replace_what_is_newer()
    {
        _streams.Post(Closed(Minutes(), 1)).ShouldBeTrue();
        _streams.Post(Closed(Minutes(), 0)).ShouldBeFalse("an earlier candle");
        _streams.Post(Quote(Minutes(), 1)).ShouldBeFalse("the same candle while it was open");
        _streams.Quotes.ShouldHaveSingleItem().IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void All_quotes_come_in_order_of_their_names()
    {
        _streams.Post(Quote(Minutes("ETHUSDT"), 0));
        _streams.Post(Quote(Minutes("BTCUSDT"), 0));
        _streams.Post(Quote(new Series(Instrument("BTC-USDT", exchange: "okx"), Interval.OneMinute), 0));

        _streams.Quotes.Select(quote => $"{quote.Exchange} {quote.Series.VenueSymbol}").ShouldBe(["binance BTCUSDT", "binance ETHUSDT", "okx BTC-USDT"]);
    }

    [Fact]
    public async Task It_can_be_read_while_streams_are_followed()
    {
        var following = Task.WhenAll(Enumerable.Range(0, 4).Select(symbol => Task.Run(() => _streams.FollowAsync(
            Enumerable.Range(0, 5_000).Select(index => Closed(Minutes($"S{symbol}"), index)).ToAsyncEnumerable()))));
        while (!following.IsCompleted)
        {
            _streams.Quotes.ShouldAllBe(quote => quote.High == quote.Close && quote.Open == 100 + ((quote.OpenMs - T0) / 60_000));
        }

        await following;

        _streams.Quotes.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Cancelling_ends_the_following()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _streams.FollowAsync(Waiting(), stop.Token));
    }

    [Fact]
    public async Task The_tracker_answers_by_asset_from_the_streams_and_tells_of_changes()
    {
        await using var tracker = new PriceTracker([_streams], new PriceTrackerOptions { CacheTtl = TimeSpan.FromDays(20_000) });
        _streams.Post(Closed(Minutes(), 0));
        var request = new PriceRequest("BTC");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var told = new List<TrackedPrice>();
        await foreach (var price in tracker.WatchAsync([request], patience.Token))
        {
            told.Add(price);
            if (told.Count == 2)
            {
                break;
            }

            _streams.Post(Closed(Minutes(), 1));
        }

        told.Select(price => price.Price!.Price).ShouldBe([Closed(Minutes(), 0).Close, Closed(Minutes(), 1).Close]);
        told.ShouldAllBe(price => price.Price!.Source == "streams" && price.Price.Quote == "USDT");
        (await tracker.ReadAsync("ETH"))[0].Problem.ShouldBe(PriceProblem.Unknown);
    }

    private static async IAsyncEnumerable<PriceQuote> Waiting(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        yield break;
    }
}
