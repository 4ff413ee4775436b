using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Application.Archiving;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>What is known of a series, against the simplest thing that could be meant by it: a word for each open time.</summary>
public class CoverageMapTests
{
    private const int Slots = 24;

    private static readonly (Coverage Coverage, string? Reason)[] Words =
    [
        (Coverage.Complete, null), (Coverage.Complete, null), (Coverage.Missing, "no rows"), (Coverage.Missing, "too old"),
            (Coverage.BeforeListing, "not listed"), (Coverage.NeverAsked, null),
    ];

    [Fact]
    public void It_says_of_each_open_time_what_a_word_for_each_open_time_says()
    {
        var range =
            from start in Gen.Choose(0, Slots)
            from end in Gen.Choose(0, Slots)
            from word in Gen.Elements(Words)
            select new CoverageRange(start, end, word.Coverage, word.Reason);
        Prop.ForAll(range.ListOf().ToArbitrary(), Gen.Choose(0, Slots).ToArbitrary(), Gen.Choose(0, Slots).ToArbitrary(), Holds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3_000).WithQuietOnSuccess(true));
    }

    [Fact]
    public void What_was_complete_stays_so_when_the_venue_gives_it_no_longer()
    {
        var map = new CoverageMap([new(10, 20, Coverage.Complete)]);
        map.Add(new(0, 30, Coverage.Missing, "does not reach so far back"));

        map.Ranges.ShouldBe([new(0, 10, Coverage.Missing, "does not reach so far back"), new(10, 20, Coverage.Complete),
            new(20, 30, Coverage.Missing, "does not reach so far back")]);
    }

    [Fact]
    public void What_was_missing_and_came_is_complete_and_one_with_its_neighbours()
    {
        var map = new CoverageMap([new(0, 10, Coverage.Complete), new(10, 12, Coverage.Missing, "no rows"), new(12, 20, Coverage.Complete)]);
        map.Add(new(10, 12, Coverage.Complete));

        map.Ranges.ShouldBe([new(0, 20, Coverage.Complete)]);
    }

    [Fact]
    public void What_is_forgotten_was_never_asked()
    {
        var map = new CoverageMap([new(0, 20, Coverage.Complete)]);
        map.Add(new(5, 10, Coverage.NeverAsked));

        map.Between(0, 25).ShouldBe([new(0, 5, Coverage.Complete), new(5, 10, Coverage.NeverAsked), new(10, 20, Coverage.Complete),
            new(20, 25, Coverage.NeverAsked)]);
    }

    private static bool Holds(IList<CoverageRange> added, int from, int to)
    {
        var naive = new (Coverage Coverage, string? Reason)[Slots];
        foreach (var range in added)
        {
            for (var slot = range.FromMs; slot < range.ToMs; slot++)
            {
                if (naive[slot].Coverage != Coverage.Complete || range.Coverage == Coverage.NeverAsked)
                {
                    naive[slot] = (range.Coverage, range.Reason);
                }
            }
        }

        var map = new CoverageMap(added);

        IsTidy(map.Ranges).ShouldBeTrue(string.Join(", ", map.Ranges));
        map.Ranges.ShouldAllBe(range => range.Coverage != Coverage.NeverAsked);
        Spread(map.Ranges).ShouldBe(naive);
        var between = map.Between(from, to);

        IsTidy(between).ShouldBeTrue();
        if (from < to)
        {
            (between[0].FromMs, between[^1].ToMs).ShouldBe((from, to));
            between.Zip(between.Skip(1)).ShouldAllBe(pair => pair.First.ToMs == pair.Second.FromMs);
            Spread(between)[from..to].ShouldBe(naive[from..to]);
        }
        else
        {
            between.ShouldBeEmpty();
        }

        return true;
    }

    /// <summary>Ascending, none empty, none overlaps, and neighbours that say the same are one.</summary>
    private static bool IsTidy(IReadOnlyList<CoverageRange> ranges) =>
        ranges.All(range => range.FromMs < range.ToMs)
        && ranges.Zip(ranges.Skip(1)).All(pair => pair.First.ToMs < pair.Second.FromMs
            || (pair.First.ToMs == pair.Second.FromMs && (pair.First.Coverage, pair.First.Reason) != (pair.Second.Coverage, pair.Second.Reason)));

    private static (Coverage Coverage, string? Reason)[] Spread(IReadOnlyList<CoverageRange> ranges)
    {
        var words = new (Coverage Coverage, string? Reason)[Slots];
        foreach (var range in ranges)
        {
            for (var slot = range.FromMs; slot < range.ToMs; slot++)
            {
                words[slot] = (range.Coverage, range.Reason);
            }
        }

        return words;
    }
}
