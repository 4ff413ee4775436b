using NSubstitute;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Application;

public class FetchHistoryTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(T0);

    private readonly IInstrumentRepository _instruments = Substitute.For<IInstrumentRepository>();
    private readonly IPriceHistoryRepository _history = Substitute.For<IPriceHistoryRepository>();
    private readonly ManualTimeProvider _time;
    private readonly FetchHistory _fetch;

    public FetchHistoryTests()
    {
        Interval[] intervals = [Interval.OneMinute];
        _instruments.Exchanges.Returns([
            new ExchangeProfile("full", [new MarketProfile(Market.Spot, intervals, intervals)], Market.Spot),
            new ExchangeProfile("quiet", [new MarketProfile(Market.Spot, intervals, intervals, OmitsQuietCandles: true)], Market.Spot)]);
        foreach (var exchange in (string[])["full", "quiet"])
        {
            _instruments.ListAsync(exchange, Market.Spot, Arg.Any<CancellationToken>()).Returns([Instrument(exchange: exchange)]);
        }

        _time = new ManualTimeProvider(Start.AddHours(1));
        _fetch = new FetchHistory(_instruments, _history, _time);
    }

    [Fact]
    public async Task What_the_exchange_lacks_is_announced_by_the_next_candle_the_beginning_included()
    {
        var quotes = await ReadAsync("full", Interval.OneMinute, 2, 3, 7);
        quotes.Select(quote => quote.GapBefore is { } gap ? (gap.From - Start).TotalMinutes + " to " + (gap.To - Start).TotalMinutes : "").ShouldBe(["0 to 2", "", "4 to 7"]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(+1)]
    public async Task A_range_that_starts_just_now_can_be_read_although_our_clock_was_set(int hours)
    {
        _time.Step(TimeSpan.FromHours(hours));
        var request = new HistoryRequest { Exchange = "full", Symbol = "BTCUSDT", From = Start.AddMinutes(59), To = Start.AddHours(1) };
        (await _fetch.ResolveAsync(request)).From.ShouldBe(request.From);

        var future = request with { From = Start.AddHours(3), To = null };
        (await Should.ThrowAsync<ArgumentException>(() => _fetch.ResolveAsync(future))).Message.ShouldContain("starts in the future");
    }

    [Fact]
    public async Task Where_quiet_candles_are_not_published_a_missing_one_is_no_gap() =>
        (await ReadAsync("quiet", Interval.OneMinute, 2, 3, 7)).ShouldAllBe(quote => quote.GapBefore == null);

    [Fact]
    public async Task Built_candles_with_a_hole_are_left_out_and_announced()
    {
        var five = await ReadAsync("full", Interval.Parse("5m"), [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14]);
        five.Select(quote => (quote.OpenTime - Start).TotalMinutes).ShouldBe([0, 10]);
        five[1].GapBefore!.From.ShouldBe(Start.AddMinutes(5));
        five[1].GapBefore!.To.ShouldBe(Start.AddMinutes(10));
    }

    [Fact]
    public async Task A_built_candle_whose_last_parts_had_no_trades_is_closed_once_none_can_follow() =>
        (await ReadAsync("quiet", Interval.Parse("5m"), 0, 1)).ShouldHaveSingleItem().IsClosed.ShouldBeTrue();

    [Fact]
    public async Task What_cannot_be_built_is_refused_with_what_there_is() =>
        (await Should.ThrowAsync<UnsupportedIntervalException>(() => ReadAsync("full", Interval.Parse("90s")))).Message.ShouldBe("full spot has no interval '90s'. It has 1m.");

    private async Task<List<PriceQuote>> ReadAsync(string exchange, Interval interval, params int[] minutes)
    {
        var series = new Series(Instrument(exchange: exchange), Interval.OneMinute);
        _history.ReadAsync(series, Arg.Any<DateTimeOffset>(), Arg.Any<DateTimeOffset>(), Arg.Any<bool>(), Arg.Any<CancellationToken>())
            .Returns(minutes.Select(index => History(series, index)).ToAsyncEnumerable());
        return await _fetch.ReadAsync(new HistoryRequest { Exchange = exchange, Symbol = "BTCUSDT", Interval = interval, From = Start, To = Start.AddMinutes(30), BuildInterval = true }).ToListAsync();
    }
}
