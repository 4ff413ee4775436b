using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Rest;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>What a reader of the past is told of what is missing, in pages of twenty rows.</summary>
public class HistoryReasonsTests
{
    private const int Page = 20;
    private const string None = "the exchange's history has none of them";

    [Theory]
    [InlineData("\"0.7\"", "1 row refused: the high is below the open")]
    [InlineData("null", "1 row refused: it cannot be read: Expected a number, found Null")]
    public async Task A_refused_row_is_a_gap_of_its_own_and_what_follows_comes(string high, string reason)
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        Spoil(venue, index => index is 10 or 20 or 59, "\"2\"", high);

        (await LinesAsync(venue, 0, 60)).ShouldBe([$"Gap 10-11 {reason}", $"Gap 20-21 {reason}", $"Gap 59-60 {reason}", "57 candles"]);

        venue.Access.Counters.Refused.ShouldBe(3);
        venue.Log.Lines.Count(line => line == $"Information: History of binance spot BTCUSDT 1m: {reason}").ShouldBe(3);
    }

    [Fact]
    public async Task A_page_of_refused_rows_is_one_gap()
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        Spoil(venue, index => index is >= 20 and < 40, "\"10\"", "\"-1\"");

        (await LinesAsync(venue, 0, 60)).ShouldBe(["Gap 20-40 20 rows refused: the volume is negative", "40 candles"]);
    }

    [Fact]
    public async Task Refused_rows_that_were_not_asked_for_are_missed_by_nobody()
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        venue.Rows = (from, to) => [.. venue.Grid(from - 300_000, to + 300_000).Take(Page + 5)];
        Spoil(venue, index => index is < 10 or >= 28, "\"2\"", "\"0.7\"");

        (await LinesAsync(venue, 10, 28)).ShouldBe(["18 candles"]);
    }

    [Fact]
    public async Task A_row_without_a_time_is_the_reason_where_a_candle_is_missing()
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        var row = venue.Row;
        venue.Row = openMs => openMs == venue.At(10) ? "null" : row(openMs);

        (await LinesAsync(venue, 0, 40)).ShouldSatisfyAllConditions(
            lines => lines[0].ShouldStartWith("Gap 10-11 1 row refused: it cannot be read: Expected a "),
            lines => lines[1].ShouldBe("39 candles"));
    }

    [Fact]
    public async Task Rows_off_the_grid_take_the_places_that_they_lie_in()
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        long[] rows = [venue.At(0), venue.At(1), .. Enumerable.Range(4, 4).Select(
            index => venue.At(index) + 14_789), .. Enumerable.Range(9, 6).Select(venue.At)];
        venue.Rows = (from, to) => [.. rows.Where(openMs => openMs >= from && openMs < to)];

        (await LinesAsync(venue, 0, 15))
            .ShouldBe([$"Gap 2-4 {None}", "Gap 4-8 4 rows refused: the open time is not on the interval's grid", $"Gap 8-9 {None}", "8 candles"]);
    }

    [Fact]
    public async Task A_refused_row_of_the_last_two_minutes_may_still_become_one()
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        var (last, good) = (43_199, venue.NowMs + 45_000);
        Spoil(venue, index => index == last && venue.NowMs < good, "\"2\"", "\"0.7\"");

        (await LinesAsync(venue, 43_190, 43_200)).ShouldBe(["10 candles"]);
    }

    [Fact]
    public async Task Each_kind_of_absence_has_its_words()
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs >= venue.At(10) && openMs != venue.At(20)).Take(Page)];

        (await LinesAsync(venue, 0, 40)).ShouldBe(["BeforeListing 0-10 the exchange has nothing older", $"Gap 20-21 {None}", "29 candles"]);

        venue = new ScriptedVenue(rowsOfPage: Page, listedAt: DateTimeOffset.FromUnixTimeMilliseconds(Testing.Candles.T0).AddMinutes(10).AddSeconds(30));
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs >= venue.At(10)).Take(Page)];

        (await LinesAsync(venue, 0, 40)).ShouldBe(["BeforeListing 0-10 it is listed since 2026-01-01 00:10:30Z", "30 candles"]);

        venue = new ScriptedVenue(rowsOfPage: Page);
        venue.Rows = (from, to) => venue.Questions.Count > 1 ? [] : [.. venue.Grid(from, to).Take(Page)];

        (await LinesAsync(venue, 0, 40)).ShouldBe(["Gap 20-40 the exchange's answers lack what it has shown before, however often it is asked", "20 candles"]);

        venue = new ScriptedVenue(rowsOfPage: Page);
        venue.Instead = (from, _) => from < venue.At(7) ? (400, """{"code":-4099,"msg":"Too long ago."}""") : null;

        (await LinesAsync(venue, 0, 40)).ShouldBe(["Gap 0-7 the exchange refuses what is so old: Too long ago. (code -4099, HTTP 400)", "33 candles"]);
    }

    [Theory]
    [InlineData(-100, 0, "BeforeListing", 1)]  // so far back it is refused, and in the page before there is nothing, twice
    [InlineData(-19, 0, "Gap", 0)]             // what cannot be asked for may have been
    [InlineData(-99_999, 0, "BeforeListing", 2)]
    [InlineData(-99_999, 1, "Gap", 1)]         // the second answer shows what the first lacked
    public async Task What_is_missing_first_is_no_gap_only_where_two_answers_show_nothing_older(int refusedBefore, int shownAfter, string kind, int empty)
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        var older = 0;
        venue.Rows = (from, to) =>
        {
            older += to <= venue.At(0) ? 1 : 0;
            return [.. venue.Grid(from, to).Where(
                openMs => openMs >= venue.At(8) || (openMs < venue.At(-5) && shownAfter > 0 && older > shownAfter)).Take(Page)];
        };
        venue.Instead = (from, _) => from < venue.At(refusedBefore) ? (400, """{"code":-4099,"msg":"Too long ago."}""") : null;

        var lines = await LinesAsync(venue, 0, 30);

        lines[0].ShouldStartWith($"{kind} 0-8 ");
        lines[1].ShouldBe("22 candles");
        older.ShouldBeGreaterThanOrEqualTo(empty);
    }

    [Theory]
    [InlineData(null, "Gap")]
    [InlineData(-1, "Gap")]
    [InlineData(40_000, "BeforeListing")] // listed within what the venue keeps
    public async Task Beyond_a_venues_memory_is_a_gap_unless_nothing_was_listed_then(int? listedAt, string kind)
    {
        DateTimeOffset? listed = listedAt is { } minutes ? DateTimeOffset.FromUnixTimeMilliseconds(Testing.Candles.T0).AddMinutes(minutes) : null;
        var venue = new ScriptedVenue("gateio", Market.UsdMargined, listedAt: listed);
        venue.Row = openMs => $$"""{"t":{{openMs / 1000}},"v":"1.7","c":"1.5","h":"2","l":"1","o":"1.2","sum":"25.5"}""";

        var lines = await LinesAsync(venue, 33_000, 33_300);

        lines[0].ShouldBe($"{kind} 33000-33201 the venue keeps only its newest 10000 candles");
        lines[^1].ShouldBe("99 candles");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_open_candle_comes_last_if_it_is_asked_for_and_lies_in_the_range_which_costs_one_question(bool waits)
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);

        (await OpensAsync(43_197, 43_201, includeOpen: true)).ShouldBe("43197 43198 43199 43200, 2 questions");
        (await OpensAsync(43_200, 43_201, includeOpen: true)).ShouldBe("43200, 1 questions");
        (await OpensAsync(43_197, 43_200, includeOpen: true)).ShouldBe("43197 43198 43199, 1 questions");
        (await OpensAsync(43_197, 43_201, includeOpen: false)).ShouldBe("43197 43198 43199, 1 questions");
        (await OpensAsync(43_201, 43_205, includeOpen: true)).ShouldBe(", 0 questions");
        venue.Clock.Advance(TimeSpan.FromSeconds(30)); // a candle opens in this millisecond
        (await OpensAsync(43_201, 43_205, includeOpen: true)).ShouldBe("43201, 1 questions");

        async Task<string> OpensAsync(int from, int to, bool includeOpen)
        {
            var before = venue.Questions.Count;
            var (opens, _) = await venue.ReadAsync(venue.At(from), venue.At(to), includeOpen, waits);
            return $"{string.Join(' ', opens.Select(openMs => Index(venue, openMs)))}, {venue.Questions.Count - before} questions";
        }
    }

    [Fact]
    public async Task Who_does_not_wait_gets_the_open_candle_though_one_before_it_is_not_there_yet()
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs != venue.At(43_198)).Take(Page)];

        var (opens, missing) = await venue.ReadAsync(venue.At(43_196), venue.At(43_201), includeOpen: true, waitForLate: false);

        opens.Select(openMs => Index(venue, openMs)).ShouldBe([43_196, 43_197, 43_200]);
        missing.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("binance", "43198", "Candles 43190-43198 Unsettled 43198-43199 followed, 1 questions, 0 s")]
    [InlineData("binance", "43198 43199", "Candles 43190-43198 Unsettled 43198-43200, 1 questions, 0 s")]
    [InlineData("binance", "43198 43199 43200", "Candles 43190-43197 Unsettled 43197-43198 shown, 1 questions, 0 s")]
    [InlineData("binance", "43199 43200", "Candles 43190-43198 Unsettled 43198-43199 shown, 1 questions, 0 s")]
    [InlineData("binance", "43199", "Candles 43190-43199 Unsettled 43199-43200, 1 questions, 0 s")]
    [InlineData("binance", "43200", "Candles 43190-43198 Unsettled 43198-43199 shown, 1 questions, 0 s")]
    [InlineData("binance", "43195 43198", "Candles 43190-43195 Gap 43195-43196 followed Candles 43196-43198 Unsettled 43198-43199 followed, 3 questions, 4 s")]
    [InlineData("binance", "43190 43191 43192 43193 43194 43195 43196 43197 43198 43199 43200", "Unsettled 43190-43200, 1 questions, 0 s")]
    [InlineData("hyperliquid", "43198", "Candles 43190-43198 Unsettled 43198-43199 followed, 1 questions, 0 s")]
    [InlineData("hyperliquid", "43199", "Candles 43190-43199 Unsettled 43199-43200, 1 questions, 0 s")]
    [InlineData("hyperliquid", "43200", "Candles 43190-43199 Unsettled 43199-43200 shown, 1 questions, 0 s")]
    [InlineData("hyperliquid", "43199 43200", "Candles 43190-43198 Unsettled 43198-43199 shown, 1 questions, 0 s")]
    [InlineData("hyperliquid", "43190 43191", "Candles 43192-43200, 2 questions, 0 s")]
    [InlineData("hyperliquid", "43195 43198 43200", "Candles 43190-43195 Candles 43196-43198 Unsettled 43198-43199, 1 questions, 0 s")]
    public async Task A_stream_that_asks_is_told_what_is_settled_and_how_far_the_rest_goes(string exchange, string lacking, string pieces)
    {
        var venue = new ScriptedVenue(exchange, exchange == "binance" ? Market.Spot : Market.UsdMargined, rowsOfPage: Page);
        if (exchange == "hyperliquid")
        {
            venue.Row = openMs => $$"""{"t":{{openMs}},"T":{{openMs + 59_999}},"s":"BTCUSDT","i":"1m","o":"1","c":"1.5","h":"2","l":"0.5","v":"3","n":2}""";
        }

        var absent = lacking.Split(' ').Select(int.Parse).ToHashSet();
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => !absent.Contains((int)Index(venue, openMs))).Take(Page)];
        var asked = venue.NowMs;

        var found = await venue.PiecesAsync(
            HistoryWalkRules.OfStream(venue.Access.Market, isBeginning: false, isShown: false), venue.At(43_190), long.MaxValue);

        $"{string.Join(' ', found.Select(Text))}, {venue.Questions.Count} questions, {(venue.NowMs - asked) / 1_000} s".ShouldBe(pieces);

        string Text(HistoryPiece piece) =>
            $"{piece.Kind} {Index(venue, piece.FromMs)}-{Index(venue, piece.ToMs)}{(piece.IsFollowed ? " followed" : "")}{(piece.IsShown ? " shown" : "")}";
    }

    [Fact]
    public void How_long_a_row_may_still_come_or_change_depends_on_who_asks_and_where()
    {
        var usual = Venues.All.Single(venue => venue.Name == "binance").Markets[0];
        var quiet = Venues.All.Single(venue => venue.Name == "hyperliquid").Markets[0];

        (usual.OmitsQuietCandles, quiet.OmitsQuietCandles).ShouldBe((false, true));

        Seconds(HistoryWalkRules.OfPast(usual, waits: true, RestUrgency.Bulk)).ShouldBe((120, 120, 120, true, false, true));
        Seconds(HistoryWalkRules.OfPast(quiet, waits: false, RestUrgency.Short)).ShouldBe((120, 30, 70, false, false, true));
        Seconds(HistoryWalkRules.OfStream(usual, isBeginning: true, isShown: true)).ShouldBe((120, 120, 120, false, true, true));
        Seconds(HistoryWalkRules.OfStream(usual, isBeginning: false, isShown: false)).ShouldBe((120, 120, 120, false, true, false));
        Seconds(HistoryWalkRules.OfStream(quiet, isBeginning: false, isShown: true))
            .ShouldBe((120, 120, 0, false, true, false), "a state that is older than what was shown is known for one");
        Seconds(HistoryWalkRules.OfStream(quiet, isBeginning: false, isShown: false)).ShouldBe((120, 120, 70, false, true, false));

        static (double Young, double AtEnd, double Unfollowed, bool Waits, bool AsksLater, bool MayBeUnlisted) Seconds(HistoryWalkRules rules) =>
            (rules.Young.TotalSeconds, rules.YoungAtEnd.TotalSeconds, rules.Unfollowed.TotalSeconds, rules.Waits, rules.AsksLater, rules.MayBeUnlisted);
    }

    private static void Spoil(ScriptedVenue venue, Func<long, bool> which, string good, string bad)
    {
        var row = venue.Row;
        venue.Row = openMs => which(Index(venue, openMs)) ? row(openMs).Replace(good, bad, StringComparison.Ordinal) : row(openMs);
    }

    private static async Task<List<string>> LinesAsync(ScriptedVenue venue, int from, int to)
    {
        var (opens, missing) = await venue.ReadAsync(venue.At(from), venue.At(to));
        return [.. missing.Select(part => $"{part.Kind} {Index(venue, part.From.ToUnixTimeMilliseconds())}-{Index(venue, part.To.ToUnixTimeMilliseconds())} {part.Reason}"), $"{opens.Count} candles"];
    }

    private static long Index(ScriptedVenue venue, long openMs) => (openMs - venue.At(0)) / 60_000;
}
