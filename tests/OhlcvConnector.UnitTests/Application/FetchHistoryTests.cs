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
    private readonly List<(int From, int To, string Reason, MissingKind Kind)> _missing = [];
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
    public async Task What_is_missing_is_told_and_announced_by_the_next_candle_the_beginning_included()
    {
        Missing(0, 2, "none");
        Missing(4, 6, "none");
        Missing(6, 7, "1 row refused");
        var told = new List<MissingCandles>();

        var quotes = await ReadAsync("full", Interval.OneMinute, told.Add, 2, 3, 7);

        quotes.Select(quote => quote.GapBefore is { } gap ? $"{Minutes(gap.From)} to {Minutes(gap.To)}: {gap.Reason}" : "")
            .ShouldBe(["0 to 2: none", "", "4 to 7: none; 1 row refused"]);
        told.Select(missing => Minutes(missing.From)).ShouldBe([0, 4, 6]);
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
    public async Task What_is_missing_at_the_end_is_an_error_after_the_last_candle_unless_somebody_is_told()
    {
        Missing(3, 30, "none");
        var quotes = new List<PriceQuote>();

        var error = await Should.ThrowAsync<IncompleteHistoryException>(async () =>
        {
            await foreach (var quote in Read("full", Interval.OneMinute, onMissing: null, 0, 1, 2))
            {
                quotes.Add(quote);
            }
        });

        quotes.Count.ShouldBe(3);
        (Minutes(error.Missing.From), Minutes(error.Missing.To), error.Missing.Reason).ShouldBe((3, 30, "none"));
        (await ReadAsync("full", Interval.OneMinute, _ => { }, 0, 1, 2)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_not_listed_yet_is_told_and_is_no_gap()
    {
        Missing(0, 2, "not listed", MissingKind.BeforeListing);
        var told = new List<MissingCandles>();

        (await ReadAsync("full", Interval.OneMinute, told.Add, 2, 3)).ShouldAllBe(quote => quote.GapBefore == null);
        told.ShouldHaveSingleItem().Kind.ShouldBe(MissingKind.BeforeListing);
    }

    [Fact]
    public async Task Built_candles_with_a_hole_are_left_out_announced_and_told_whole()
    {
        Missing(7, 8, "none");
        var told = new List<MissingCandles>();

        var five = await ReadAsync("full", Interval.Parse("5m"), told.Add, [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14]);

        five.Select(quote => Minutes(quote.OpenTime)).ShouldBe([0, 10]);
        five[1].GapBefore!.From.ShouldBe(Start.AddMinutes(5));
        five[1].GapBefore!.To.ShouldBe(Start.AddMinutes(10));
        (Minutes(told.Single().From), Minutes(told.Single().To), told.Single().Series.Interval).ShouldBe((5, 10, Interval.Parse("5m")));
    }

    [Fact]
    public async Task A_built_candle_whose_last_parts_are_missing_is_not_closed_as_if_they_had_no_trades()
    {
        Missing(7, 30, "none");

        var five = await ReadAsync("full", Interval.Parse("5m"), _ => { }, 0, 1, 2, 3, 4, 5, 6);

        five.ShouldHaveSingleItem().OpenTime.ShouldBe(Start);
    }

    [Fact]
    public async Task A_built_candle_whose_last_parts_had_no_trades_is_closed_once_none_can_follow() =>
        (await ReadAsync("quiet", Interval.Parse("5m"), onMissing: null, 0, 1)).ShouldHaveSingleItem().IsClosed.ShouldBeTrue();

    [Fact]
    public async Task What_cannot_be_built_is_refused_with_what_there_is() =>
        (await Should.ThrowAsync<UnsupportedIntervalException>(() => ReadAsync("full", Interval.Parse("90s"), onMissing: null))).Message
            .ShouldBe("full spot has no interval '90s'. It has 1m.");

    private static double Minutes(DateTimeOffset time) => (time - Start).TotalMinutes;

    private void Missing(int from, int to, string reason, MissingKind kind = MissingKind.Gap) => _missing.Add((from, to, reason, kind));

    private async Task<List<PriceQuote>> ReadAsync(string exchange, Interval interval, Action<MissingCandles>? onMissing, params int[] minutes) =>
        await Read(exchange, interval, onMissing, minutes).ToListAsync();

    private IAsyncEnumerable<PriceQuote> Read(string exchange, Interval interval, Action<MissingCandles>? onMissing, params int[] minutes)
    {
        var series = new Series(Instrument(exchange: exchange), Interval.OneMinute);
        _history.ReadAsync(series, Arg.Any<DateTimeOffset>(), Arg.Any<DateTimeOffset>(), Arg.Any<bool>(), Arg.Any<Action<MissingCandles>?>(), Arg.Any<bool>(),
            Arg.Any<CancellationToken>())
            .Returns(call => Past(series, minutes, call.Arg<Action<MissingCandles>?>()));
        return _fetch.ReadAsync(new HistoryRequest
        {
            Exchange = exchange,
            Symbol = "BTCUSDT",
            Interval = interval,
            From = Start,
            To = Start.AddMinutes(30),
            BuildInterval = true,
            OnMissing = onMissing,
        });
    }

    private async IAsyncEnumerable<PriceQuote> Past(Series series, int[] minutes, Action<MissingCandles>? missing)
    {
        await Task.CompletedTask;
        foreach (var minute in minutes.Append(int.MaxValue))
        {
            foreach (var part in _missing.Where(part => part.From < minute).ToList())
            {
                _missing.Remove(part);
                missing?.Invoke(new MissingCandles(series, Start.AddMinutes(part.From), Start.AddMinutes(part.To), part.Reason, part.Kind));
            }

            if (minute < int.MaxValue)
            {
                yield return History(series, minute);
            }
        }
    }
}
