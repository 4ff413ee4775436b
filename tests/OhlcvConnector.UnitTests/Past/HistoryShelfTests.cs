using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>Rows that came, in any order, taken in the order of the grid; and what an answer says of what it lacks.</summary>
public class HistoryShelfTests
{
    private readonly Series _series = Minutes();
    private readonly HistoryShelf _shelf = new(Interval.OneMinute);

    [Fact]
    public void Rows_are_taken_in_their_order_as_far_as_they_have_no_hole()
    {
        Add(2, 0, 1, 4);

        _shelf.FirstMs.ShouldBe(At(0));

        Take(0).ShouldBe("Candles 0-3");
        _shelf.TryTake(At(3), out var nothing).ShouldBeFalse();
        nothing.ShouldBeNull();
        _shelf.FirstMs.ShouldBe(At(4));
        Take(4).ShouldBe("Candles 4-5");
        _shelf.FirstMs.ShouldBeNull();
        Add(7, 6);

        Take(6).ShouldBe("Candles 6-8", "it is used again");
    }

    [Fact]
    public void What_lies_before_the_moment_is_forgotten()
    {
        Add(0, 1, 2, 3);

        Take(2).ShouldBe("Candles 2-4");
        Add(1);

        _shelf.TryTake(At(5), out _).ShouldBeFalse();
        _shelf.FirstMs.ShouldBeNull();
    }

    [Fact]
    public void A_row_that_comes_twice_is_one_and_the_first_stays()
    {
        _shelf.Add(One(History(_series, 1, trades: 1)), At(9));
        _shelf.Add(One(History(_series, 0, trades: 2)), At(8));
        _shelf.Add(One(History(_series, 0, trades: 3)), At(7));
        _shelf.Add(One(History(_series, 1, trades: 4)), At(7));

        _shelf.TryTake(At(0), out var piece).ShouldBeTrue();
        piece.Candles.Select(candle => candle.TradeCount).ShouldBe([2, 1]);
        piece.VenueNowMs.ShouldBe(At(8), "the earliest time at which one of them was said");
    }

    [Fact]
    public void A_candle_takes_the_place_of_a_refused_row_and_never_the_other_way_round()
    {
        Add(1, 2);
        _shelf.Refuse(At(0), ["bad"]);
        _shelf.Refuse(At(1), ["bad"]);
        Add(0);

        Take(0).ShouldBe("Candles 0-3");
    }

    [Fact]
    public void Refused_rows_that_follow_each_other_are_one_gap_with_each_rule_and_how_often()
    {
        Add(0);
        _shelf.Refuse(At(1), ["odd", "even"]);
        _shelf.Refuse(At(2), ["even"]);
        _shelf.Refuse(At(4), ["late"]);
        Add(3);

        Take(0).ShouldBe("Candles 0-1");
        _shelf.TryTake(At(1), out var gap).ShouldBeTrue();
        (gap.Kind, gap.FromMs, gap.ToMs, gap.IsFollowed).ShouldBe((HistoryPieceKind.Gap, At(1), At(3), true));
        gap.Reason.ShouldBe("2 rows refused: even; 1 row refused: odd");
        Take(3).ShouldBe("Candles 3-4");
        Take(4).ShouldBe("Gap 4-5");
    }

    [Fact]
    public void Of_many_rules_the_three_that_are_broken_most_are_named() =>
        HistoryShelf.Words(["a", "b", "b", "c", "c", "c", "d", "d", "d", "d"]).ShouldBe("4 rows refused: d; 3 rows refused: c; 2 rows refused: b");

    [Theory]
    [InlineData("0 1 2", 0, false, 0)]   // it is there
    [InlineData("0 1 4", 2, false, 4)]   // between two rows
    [InlineData("2 3 4", 0, false, 0)]   // what lies before several rows may have been cut off
    [InlineData("0 1 2", 3, false, 3)]   // and what lies after them, too
    [InlineData("0 1 2", 3, true, 3)]
    [InlineData("3", 0, false, 3)]       // one row, asked from the very hole on
    [InlineData("3", 1, false, 1)]
    [InlineData("3", 4, false, 9)]       // one row right before it
    [InlineData("3", 6, false, 9)]
    [InlineData("", 0, false, 0)]
    [InlineData("", 0, true, 9)]
    [InlineData("", 4, true, 9)]
    [InlineData("0 1 2", -1, true, -1)]  // of what it was not asked it says nothing
    [InlineData("", -1, true, -1)]
    [InlineData("", 9, true, 9)]
    [InlineData("0 8", 1, false, 8)]
    public void An_answer_is_believed_about_a_hole_whose_neighbours_it_shows(string rows, int moment, bool mayBeEmpty, int expected)
    {
        var answer = Answer(0, 9, [.. rows.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(row => History(_series, int.Parse(row)))]);

        answer.EmptyUntil(At(moment), mayBeEmpty).ShouldBe(At(expected));
    }

    [Fact]
    public void An_answer_counts_what_was_asked_for_each_once_refused_rows_too()
    {
        var answer = Answer(
            1, 5,
            [History(_series, 3, isClosed: false, trades: 1), History(_series, 0), History(_series, 5), History(_series, 3, trades: 2), History(_series, 1)],
            At(2) + 1, At(2) + 2, At(1), At(7), null);

        answer.Candles.Select(candle => candle.OpenMs).ShouldBe([At(1), At(3)]);
        answer.Candles[1].TradeCount.ShouldBe(2, "of two the closed one");
        (answer.Count, answer.Refused.Length).ShouldBe((3, 5));
        (answer.FromMs, answer.ToMs, answer.VenueNowMs, answer.CameAt).ShouldBe((At(1), At(5), At(8), 77));
        answer.EmptyUntil(At(2), mayBeEmpty: false).ShouldBe(At(2), "a refused row is there");
        (answer.HasFrom(At(3)), answer.HasFrom(At(3) + 1)).ShouldBe((true, false));
        Answer(0, 9, []).HasFrom(0).ShouldBeFalse();
    }

    [Fact]
    public void An_answer_tells_its_last_row_and_the_first_from_a_moment_on_refused_rows_too()
    {
        var answer = Answer(0, 9, [History(_series, 2), History(_series, 4), History(_series, 5)], At(7) + 3);

        answer.LastMs.ShouldBe(At(7));
        ((int[])[-1, 2, 3, 4, 5, 6, 7]).Select(index => (answer.FirstFrom(At(index)) - T0) / 60_000).ShouldBe([2, 2, 4, 4, 5, 7, 7]);
        answer.FirstFrom(At(7) + 1).ShouldBeNull();

        var empty = Answer(0, 9, []);

        (empty.Count, empty.LastMs, empty.FirstFrom(0)).ShouldBe((0, null, null));
    }

    [Fact]
    public void A_refusal_says_nothing_of_any_candle()
    {
        var refusal = HistoryAnswer.Refusing(_series, At(0), At(9), "too old");

        refusal.Refusal.ShouldBe("too old");
        refusal.EmptyUntil(At(3), mayBeEmpty: true).ShouldBe(At(3));
    }

    private HistoryAnswer Answer(int from, int to, PriceQuote[] candles, params long?[] refused)
    {
        var batch = new QuoteBatch(new SeriesTable(Venues.All[0].Markets[0]));
        batch.Reset(QuoteSource.History, DateTimeOffset.UnixEpoch, At(100));
        foreach (var candle in candles)
        {
            var values = new CandleValues { OpenMs = candle.OpenMs, Open = 1, High = 1, Low = 1, Close = 1, TradeCount = candle.TradeCount };
            batch.Add(_series, ref values, candle.IsClosed);
        }

        foreach (var openMs in refused)
        {
            batch.Refuse(_series, openMs, "bad");
        }

        return HistoryAnswer.Of(_series, batch, At(from), At(to), At(8), cameAt: 77);
    }

    private void Add(params int[] indexes)
    {
        foreach (var index in indexes)
        {
            _shelf.Add(One(History(_series, index)), At(99));
        }
    }

    private string Take(int at)
    {
        _shelf.TryTake(At(at), out var piece).ShouldBeTrue();
        piece!.Candles.Select(candle => candle.OpenMs)
            .ShouldBe(piece.Candles.Count == 0 ? [] : [.. Enumerable.Range(0, piece.Candles.Count).Select(index => piece.FromMs + (index * 60_000L))]);
        return $"{piece.Kind} {(piece.FromMs - T0) / 60_000}-{(piece.ToMs - T0) / 60_000}";
    }

    private static long At(int index) => T0 + (index * 60_000L);

    private static PriceQuote[] One(PriceQuote candle) => [candle];
}
