using System.Text;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.TradingTests;

/// <summary>Searches that leave variants behind, and such as go on after a kill.</summary>
public class HalvingTests
{
    private static readonly StrategyKind SmaCross = StrategyCatalog.Find("sma-cross");
    private static readonly IReadOnlyList<IReadOnlyDictionary<string, decimal>> Variants =
        ParameterRange.Grid([ParameterRange.Of("fast", 2, 9, 1), ParameterRange.Of("slow", 12, 30, 3)]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_round_tries_the_better_half_on_twice_the_time_and_the_last_on_all()
    {
        var data = Bars.Series(Bars.Random(8, 800));
        var tried = 0;

        var found = StrategySearch.Halve(SmaCross, Variants, data, new SearchOptions { Tried = count => InterlockedMax(ref tried, count) }, Token);

        found.Count.ShouldBe(56);
        found.Select(one => Words(one.Settings)).Distinct().Count().ShouldBe(56);
        var last = found.Take(7).ToList();
        last.ShouldAllBe(one => one.Statistics!.DurationDays > 790);
        found.Skip(7).ShouldAllBe(one => one.Score == null);
        Behind("half").ShouldBe((7, 399));
        Behind("quarter").ShouldBe((14, 199));
        Behind("eighth").ShouldBe((28, 99));
        tried.ShouldBe(56 + 28 + 14 + 7);
        StrategySearch.HalvingRuns(56).ShouldBe(tried);

        // by hand: the better half of all on the last hundred candles are those that went on
        var eighth = StrategySearch.Run(SmaCross, Variants, Bars.Series([.. data[0].Candles.Skip(700)]), new SearchOptions(), Token);
        eighth.Skip(28).Select(one => Words(one.Settings)).Order().ShouldBe(
            found.Where(one => one.Failure?.Contains("eighth", StringComparison.Ordinal) == true).Select(one => Words(one.Settings)).Order());

        (int Count, double Days) Behind(string word)
        {
            var some = found.Where(one => one.Failure?.EndsWith($"last {word} of the time", StringComparison.Ordinal) == true).ToList();
            return (some.Count, some.Max(one => one.Statistics!.DurationDays));
        }
    }

    [Fact]
    public void A_search_that_was_killed_goes_on_and_finds_the_same()
    {
        var data = Bars.Series(Bars.Random(8, 300));
        using var notes = new MemoryStream();
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => StrategySearch.Run(
            SmaCross, Variants, data,
            new SearchOptions { Journal = new SearchJournal(notes), Workers = 1, Tried = count => { if (count == 20) { stop.Cancel(); } } }, stop.Token));
        notes.Write("{\"part\":\"abc\",\"setti"u8); // the kill came amid a line

        var journal = new SearchJournal(notes);
        journal.Count.ShouldBe(20);
        var runs = 0;
        var found = StrategySearch.Run(SmaCross, Variants, data, new SearchOptions { Journal = journal, Tried = _ => Interlocked.Increment(ref runs) }, Token);

        (journal.Found, runs).ShouldBe((20, 56));
        var alone = StrategySearch.Run(SmaCross, Variants, data, new SearchOptions(), Token);
        found.Select(one => (Words(one.Settings), one.Score, one.DailySharpe)).ShouldBe(alone.Select(one => (Words(one.Settings), one.Score, one.DailySharpe)));
        found[0].Statistics.ShouldBe(alone[0].Statistics);
        Encoding.UTF8.GetString(notes.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(56);
    }

    [Fact]
    public void Notes_of_other_candles_costs_or_days_are_not_taken_for_these()
    {
        var data = Bars.Series(Bars.Random(8, 120));
        using var notes = new MemoryStream();
        var journal = new SearchJournal(notes);
        var other = Bars.Series([.. data[0].Candles.Select((candle, i) => i == 60 ? candle with { Volume = 1_001 } : candle)]);
        Run(data, new SearchOptions());

        Run(other, new SearchOptions());
        Run(data, new SearchOptions { Broker = new BrokerOptions { TakerFee = 0.001m } });
        Run(data, new SearchOptions { DaysPerYear = 252 });
        Run([data[0] with { Fine = data[0].Candles }], new SearchOptions());
        journal.Found.ShouldBe(0);

        // the goal ranks what was run, and changes nothing of it; nor does how a number is written
        Run(data, new SearchOptions { Goal = SearchGoal.Return });
        journal.Found.ShouldBe(2);
        var settings = new Dictionary<string, decimal> { ["slow"] = 12.0m, ["fast"] = 2.00m };
        StrategySearch.Run(SmaCross, [settings], data, new SearchOptions { Journal = journal }, Token);
        journal.Found.ShouldBe(3);

        void Run(IReadOnlyList<BacktestSeries> of, SearchOptions options) =>
            StrategySearch.Run(SmaCross, [Variants[0], Variants[1]], of, options with { Journal = journal }, Token);
    }

    [Fact]
    public void A_variant_without_a_trade_and_one_that_cannot_be_made_are_noted_too()
    {
        var data = Bars.Series(Bars.Random(8, 60));
        IReadOnlyList<IReadOnlyDictionary<string, decimal>> variants = ParameterRange.Grid([new("fast", [0, 20]), new("slow", [20])]);
        using var notes = new MemoryStream();
        var first = Run(new SearchJournal(notes));
        var journal = new SearchJournal(notes);

        Run(journal).ShouldBe(first);

        journal.Found.ShouldBe(2);
        first.ShouldBe([("fast is 0", null), (null, 0)], ignoreOrder: true);

        List<(string? Failure, int? Trades)> Run(SearchJournal of) => [.. StrategySearch
            .Run(SmaCross, variants, data, new SearchOptions { Journal = of }, Token)
            .Select(one => (one.Failure?.Contains("fast is 0", StringComparison.Ordinal) == true ? "fast is 0" : one.Failure, one.Statistics?.Trades))];
    }

    [Fact]
    public void A_walk_forward_goes_on_too()
    {
        var data = Bars.Series(Bars.Random(8, 300));
        using var notes = new MemoryStream();
        var first = StrategySearch.WalkForward(SmaCross, Variants, data, 2, new SearchOptions { Journal = new SearchJournal(notes) }, Token);
        var journal = new SearchJournal(notes);

        var again = StrategySearch.WalkForward(SmaCross, Variants, data, 2, new SearchOptions { Journal = journal }, Token);

        journal.Found.ShouldBe(2 * 56);
        again.Select(fold => (Words(fold.Settings), fold.Trained, fold.Tested)).ShouldBe(
            first.Select(fold => (Words(fold.Settings), fold.Trained, fold.Tested)));
    }

    [Theory]
    [InlineData("open,high\n")]
    [InlineData("{\"a\":1}\n")]
    [InlineData("text without an end")]
    public void A_file_that_holds_something_else_is_refused_and_left_alone(string text)
    {
        using var notes = new MemoryStream();
        notes.Write(Encoding.UTF8.GetBytes(text));

        Should.Throw<InvalidDataException>(() => new SearchJournal(notes)).Message.ShouldContain("Line 1 is no note of a search");
        Encoding.UTF8.GetString(notes.ToArray()).ShouldBe(text);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var now = Volatile.Read(ref most); value > now && Interlocked.CompareExchange(ref most, value, now) != now; now = Volatile.Read(ref most))
        {
            // another thread was first
        }
    }

    private static string Words(IReadOnlyDictionary<string, decimal> settings) => string.Join(' ', settings.Select(one => $"{one.Key}={one.Value}"));
}
