using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>A judge who finds nothing must be able to find: each offence, made on purpose.</summary>
public sealed class SeriesJudgeTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 3, 10, 30, 30, TimeSpan.Zero);

    private readonly JudgedVenue _venue = Markets.Open("bybit", new FastClock(Start, 1), 1);
    private readonly Verdict _verdict;
    private readonly SeriesJudge _judge;
    private readonly Listed _symbol;
    private readonly long _since = Start.AddMinutes(-10.5).ToUnixTimeMilliseconds();

    public SeriesJudgeTests()
    {
        _verdict = new Verdict(_venue);
        _symbol = _venue.Symbols[0];
        _judge = new SeriesJudge(_verdict, "test", _symbol, Books.Minute, _since);
    }

    [Fact]
    public void Closes_and_updates_as_in_the_books_are_no_offence()
    {
        See(0, 1, 2);
        _judge.See(Quote(3, untilMs: At(3) + 30_000));
        See(3);

        Offences().ShouldBeEmpty();
        _verdict.Closed.ShouldBe(4);
    }

    [Fact]
    public void A_close_that_comes_twice_is_doubled()
    {
        See(0, 1, 1);

        Offences().ShouldBe([Offence.Doubled]);
    }

    [Fact]
    public void A_close_that_is_jumped_over_is_a_silent_skip_and_out_of_order_when_it_comes_after_all()
    {
        See(0, 2, 1);

        Offences().ShouldBe([Offence.OutOfOrder, Offence.SilentSkip]);
    }

    [Fact]
    public void A_close_that_never_comes_is_lost()
    {
        See(0, 1);
        _judge.End(At(3), Offence.Lost);

        Offences().ShouldBe([Offence.Lost]);
    }

    [Fact]
    public void A_close_that_lacks_a_trade_has_wrong_values_unless_it_says_inferred_and_lacks_the_last_moments_alone()
    {
        _judge.See(Quote(0, untilMs: At(0) + 30_000, isClosed: true));
        _judge.See(Quote(1, untilMs: At(1) + 30_000, isClosed: true, source: QuoteSource.Inferred));
        _judge.See(Quote(2, untilMs: At(2) + 58_000, isClosed: true, source: QuoteSource.Inferred));

        Offences().ShouldBe([Offence.WrongValues]);
        _verdict.Count(Offence.WrongValues).ShouldBe(2);
    }

    [Fact]
    public void A_gap_is_false_where_history_has_the_candle_and_true_where_it_has_not()
    {
        _venue.Books.Damage(_symbol.Name, At(1), Defect.Hole);
        See(0);
        _judge.See(Quote(2, isClosed: true) with { GapBefore = Gap(1, 2) });

        Offences().ShouldBeEmpty();

        _judge.See(Quote(4, isClosed: true) with { GapBefore = Gap(3, 4) });

        Offences().ShouldBe([Offence.FalseGap]);
    }

    [Fact]
    public void An_update_that_is_older_than_what_came_before_is_stale()
    {
        See(0);
        _judge.See(Quote(1, untilMs: At(1) + 40_000));
        _judge.See(Quote(1, untilMs: At(1) + 20_000));
        _judge.See(Quote(0, untilMs: At(0) + 59_000));

        Offences().ShouldBe([Offence.StaleUpdate]);
        _verdict.Count(Offence.StaleUpdate).ShouldBe(2);
    }

    public ValueTask DisposeAsync() => _venue.DisposeAsync();

    private long At(int minute) => _since + (minute * Books.Minute);

    private Gap Gap(int from, int to) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(At(from)), DateTimeOffset.FromUnixTimeMilliseconds(At(to)), "so it is said");

    private IEnumerable<Offence> Offences() => Enum.GetValues<Offence>().Where(offence => _verdict.Count(offence) > 0).OrderBy(offence => offence.ToString());

    private void See(params int[] minutes)
    {
        foreach (var minute in minutes)
        {
            _judge.See(Quote(minute, isClosed: true));
        }
    }

    private PriceQuote Quote(int minute, long untilMs = long.MaxValue, bool isClosed = false, QuoteSource source = QuoteSource.Stream)
    {
        var candle = _venue.Books.At(_symbol, At(minute), Books.Minute, untilMs);
        var values = new CandleValues
        {
            OpenMs = candle.OpenMs,
            Open = candle.Open,
            High = candle.High,
            Low = candle.Low,
            Close = candle.Close,
            Volume = candle.Base,
            QuoteVolume = candle.Quote,
            IsClosed = isClosed,
        };
        var instrument = new Instrument
        {
            Exchange = "bybit",
            Market = Market.UsdMargined,
            Symbol = _symbol.Name,
            VenueSymbol = _symbol.Name,
            BaseAsset = _symbol.Base,
            QuoteAsset = _symbol.Quote,
        };
        return new PriceQuote(new Series(instrument, Interval.OneMinute), values, source, Start);
    }
}
