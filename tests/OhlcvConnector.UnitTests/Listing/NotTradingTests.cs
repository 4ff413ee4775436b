using NSubstitute;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>A request for something that does not trade is answered at once, never with silence.</summary>
public sealed class NotTradingTests
{
    private readonly ListedInstruments _listing = new();
    private readonly IPriceFeedRepository _feeds = Substitute.For<IPriceFeedRepository>();
    private readonly IPriceFeed _feed = Substitute.For<IPriceFeed>();
    private readonly StreamPrices _stream;

    public NotTradingTests()
    {
        _listing.Kept[Market.Spot].AddRange(
        [
            Instrument("AUSDT", "A", exchange: "toy"),
            Instrument("HUSDT", "H", exchange: "toy", isTrading: false) with { Status = "SETTLING" },
            Instrument("IUSDT", "I", exchange: "toy", isTrading: false),
        ]);
        _feed.ReadAllAsync(Arg.Any<CancellationToken>()).Returns(AsyncEnumerable.Empty<PriceQuote>());
        _feeds.Open(default!, default).ReturnsForAnyArgs(_feed);
        _stream = new StreamPrices(_listing, _feeds, new ManualTimeProvider());
    }

    [Fact]
    public async Task Alone_or_unheard_it_is_an_error_that_says_what_to_do()
    {
        var error = await Should.ThrowAsync<NotTradingException>(
            () => ReadAsync(new StreamRequest { Exchange = "toy", Symbols = ["HUSDT"], OnStatus = _ => { } }));

        error.Message.ShouldBe("toy spot HUSDT does not trade now (SETTLING). Past candles can be read as history; to wait until it trades, ask with AwaitTrading, or --wait in a terminal.");
        error.Series.ShouldHaveSingleItem().VenueSymbol.ShouldBe("HUSDT");

        var several = await Should.ThrowAsync<NotTradingException>(
            () => ReadAsync(new StreamRequest { Exchange = "toy", Symbols = ["AUSDT", "HUSDT", "IUSDT"] }));

        several.Message.ShouldStartWith("toy spot HUSDT does not trade now (SETTLING); toy spot IUSDT does not trade now. ");
        _feeds.DidNotReceiveWithAnyArgs().Open(default!, default);
    }

    [Theory]
    [InlineData("HUSDT", true, false)]
    [InlineData("HUSDT", true, true)]
    [InlineData("AUSDT HUSDT", false, true)]
    public async Task Who_waits_or_is_told_gets_a_feed_of_all(string symbols, bool waits, bool isTold)
    {
        Action<SeriesStatus>? told = isTold ? _ => { } : null;

        await ReadAsync(new StreamRequest { Exchange = "toy", Symbols = symbols.Split(' '), AwaitTrading = waits, OnStatus = told });

        _feeds.ReceivedWithAnyArgs(1).Open(default!, default);
        _feed.Received().OnStatus = told;
    }

    private async Task ReadAsync(StreamRequest request)
    {
        await foreach (var _ in _stream.StreamAsync(request))
        {
            // none comes
        }
    }
}
