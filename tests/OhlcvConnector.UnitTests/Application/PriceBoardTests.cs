using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Application;

public class PriceBoardTests
{
    private readonly PriceBoard _board = new();

    [Theory]
    [InlineData("binance", "BTCUSDT")]
    [InlineData("BINANCE", "btc/usdt")]
    public async Task The_newest_quote_is_found_by_either_spelling_in_any_case(string exchange, string symbol)
    {
        await _board.FollowAsync(new[] { Quote(Minutes(), 0), Closed(Minutes(), 0), Quote(Minutes(), 1, trades: 3) }.ToAsyncEnumerable());

        _board.TryGet(exchange, symbol, out var quote).ShouldBeTrue();
        (quote.OpenMs, quote.IsClosed).ShouldBe((T0 + 60_000, false));
        _board.TryGet(exchange, "ETHUSDT", out _).ShouldBeFalse();
        _board.TryGet(exchange, symbol, out _, interval: Interval.OneHour).ShouldBeFalse();
        _board.TryGet(exchange, symbol, out _, Market.UsdMargined).ShouldBeFalse();
    }

    [Fact]
    public void What_is_older_does_not_replace_what_is_newer()
    {
        _board.Post(Closed(Minutes(), 1)).ShouldBeTrue();
        _board.Post(Closed(Minutes(), 0)).ShouldBeFalse("an earlier candle");
        _board.Post(Quote(Minutes(), 1)).ShouldBeFalse("the same candle while it was open");
        _board.Quotes.ShouldHaveSingleItem().IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void All_quotes_come_in_order_of_their_names()
    {
        _board.Post(Quote(Minutes("ETHUSDT"), 0));
        _board.Post(Quote(Minutes("BTCUSDT"), 0));
        _board.Post(Quote(new Series(Instrument("BTC-USDT", exchange: "okx"), Interval.OneMinute), 0));

        _board.Quotes.Select(quote => $"{quote.Exchange} {quote.Series.VenueSymbol}").ShouldBe(["binance BTCUSDT", "binance ETHUSDT", "okx BTC-USDT"]);
    }

    [Fact]
    public async Task It_can_be_read_while_streams_are_followed()
    {
        var following = Task.WhenAll(Enumerable.Range(0, 4).Select(symbol => Task.Run(() => _board.FollowAsync(
            Enumerable.Range(0, 5_000).Select(index => Closed(Minutes($"S{symbol}"), index)).ToAsyncEnumerable()))));
        while (!following.IsCompleted)
        {
            _board.Quotes.ShouldAllBe(quote => quote.High == quote.Close && quote.Open == 100 + ((quote.OpenMs - T0) / 60_000));
        }

        await following;

        _board.Quotes.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Cancelling_ends_the_following()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _board.FollowAsync(Waiting(), stop.Token));
    }

    private static async IAsyncEnumerable<PriceQuote> Waiting(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        yield break;
    }
}
