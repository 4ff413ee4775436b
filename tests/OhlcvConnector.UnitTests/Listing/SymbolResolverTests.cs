using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>Symbols that are new, gone, halted, or of several coins.</summary>
public sealed class SymbolResolverTests
{
    private readonly ListedInstruments _listing = new();

    [Fact]
    public async Task The_listing_is_read_again_for_a_symbol_that_it_lacks()
    {
        _listing.Kept[Market.Spot].Add(Row("OLDUSDT", "OLD"));
        _listing.Anew = new() { [Market.Spot] = [Row("OLDUSDT", "OLD"), Row("NEWUSDT", "NEW")] };

        (await ResolveAsync("OLDUSDT")).VenueSymbol.ShouldBe("OLDUSDT");
        _listing.ReadAgain.ShouldBe(0);
        (await ResolveAsync("NEW/USDT")).VenueSymbol.ShouldBe("NEWUSDT");
        _listing.ReadAgain.ShouldBe(1);
    }

    [Fact]
    public async Task The_listing_is_read_again_for_a_symbol_that_does_not_trade_by_it()
    {
        _listing.Kept[Market.Spot].Add(Row("AUSDT", "A", isTrading: false));
        _listing.Anew = new() { [Market.Spot] = [Row("AUSDT", "A")] };

        (await ResolveAsync("AUSDT")).IsTrading.ShouldBeTrue();
    }

    [Fact]
    public async Task An_old_listing_serves_while_the_exchange_does_not_answer_and_a_miss_says_so()
    {
        _listing.Kept[Market.Spot].Add(Row("AUSDT", "A", isTrading: false));
        _listing.Anew = null;

        (await ResolveAsync("AUSDT")).IsTrading.ShouldBeFalse();
        (await Should.ThrowAsync<UnknownSymbolException>(() => ResolveAsync("B"))).Message.ShouldEndWith("Its listing could not be read again: toy is down");
    }

    [Fact]
    public async Task A_symbol_that_was_delisted_and_listed_again_under_its_name_is_the_one_that_trades()
    {
        _listing.Kept[Market.Spot].AddRange([Row("LUNAOLD", "LUNA", isTrading: false), Row("LUNANEW", "LUNA")]);

        (await ResolveAsync("LUNA/USDT")).VenueSymbol.ShouldBe("LUNANEW");
    }

    [Fact]
    public async Task A_name_of_several_coins_is_never_one_of_them_by_chance()
    {
        _listing.Kept[Market.Spot].AddRange([Row("@20", "PUMP"), Row("@188", "UPUMP") with { Aliases = ["PUMP/USDT"] }]);

        var error = await Should.ThrowAsync<AmbiguousSymbolException>(() => ResolveAsync("PUMP/USDT"));

        error.Message.ShouldBe("toy spot has 2 symbols 'PUMP/USDT': @20 (PUMP/USDT), @188 (UPUMP/USDT). Name one in the exchange's spelling.");
        error.Suggestions.ShouldBe(["@20", "@188"]);
        (await ResolveAsync("@20")).BaseAsset.ShouldBe("PUMP");
        (await ResolveAsync("UPUMP/USDT")).VenueSymbol.ShouldBe("@188");
    }

    [Fact]
    public async Task Letters_in_the_case_that_was_written_win()
    {
        _listing.Kept[Market.Spot].AddRange([Row("@1", "KPEPE"), Row("@2", "kPEPE")]);

        (await ResolveAsync("kPEPE/USDT")).VenueSymbol.ShouldBe("@2");
        (await ResolveAsync("KPEPE/USDT")).VenueSymbol.ShouldBe("@1");
        await Should.ThrowAsync<AmbiguousSymbolException>(() => ResolveAsync("kpepe/usdt"));
    }

    [Fact]
    public async Task The_same_name_in_two_markets_is_that_of_the_first_in_which_it_trades()
    {
        _listing.Kept[Market.Spot].Add(Row("SPOT", "A", isTrading: false));
        _listing.Kept[Market.UsdMargined].Add(Row("PERP", "A") with { Market = Market.UsdMargined });

        (await new SymbolResolver(_listing).ResolveAsync(_listing.Exchanges[1], null, "A/USDT")).VenueSymbol.ShouldBe("PERP");
    }

    private static Instrument Row(string venueSymbol, string baseAsset, bool isTrading = true) =>
        Instrument(venueSymbol, baseAsset, exchange: "toy", isTrading: isTrading);

    private Task<Instrument> ResolveAsync(string symbol) => new SymbolResolver(_listing).ResolveAsync(_listing.Exchanges[0], null, symbol);
}
