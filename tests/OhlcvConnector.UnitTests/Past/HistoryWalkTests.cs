using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>Whatever a venue's pages look like: all that it has comes, once and in order, and all that it lacks is named.</summary>
public class HistoryWalkTests
{
    private static readonly Dictionary<string, Func<ScriptedVenue, long, long, IEnumerable<long>>> Unkind = new()
    {
        ["a cap of a hundred, the newest"] = (venue, from, to) => venue.Grid(from, to).TakeLast(100),
        ["a cap of a hundred, the oldest"] = (venue, from, to) => venue.Grid(from, to).Take(100),
        ["the newest of a range"] = (venue, from, to) => venue.Grid(from, to).TakeLast(1_000),
        ["newest first"] = (venue, from, to) => venue.Grid(from, to).Take(1_000).Reverse(),
        ["half of what was asked for"] = (venue, from, to) => Half(venue.Grid(from, to).Take(1_000)),
        ["half of what was asked for, the newer"] = (venue, from, to) => venue.Grid(from, to).Take(1_000).Reverse().Take(501).Reverse(),
        ["each row twice"] = (venue, from, to) => venue.Grid(from, to).Take(500).SelectMany(openMs => new[] { openMs, openMs }),
        ["rows from before and after the range"] = (venue, from, to) => venue.Grid(from - 300_000, to + 300_000).Take(1_000),
        ["no order at all"] = (venue, from, to) => venue.Grid(from, to).Take(1_000).OrderBy(openMs => openMs / 60_000 * 7_919 % 1_009),
        ["nothing every other time"] = (venue, from, to) => venue.Questions.Count % 2 == 1 ? [] : venue.Grid(from, to).Take(1_000),
        ["two rows at a time now and then"] = (venue, from, to) => venue.Grid(from, to).Take(venue.Questions.Count % 3 == 0 ? 2 : 1_000),
        ["a hole in the middle the first time"] = (venue, from, to) =>
            venue.Grid(from, to).Take(1_000).Where(openMs => venue.Questions.Count > 1 || openMs / 60_000 % 500 > 20),
        ["ten rows, the newest"] = (venue, from, to) => venue.Grid(from, to).TakeLast(10),
        ["ten rows, the oldest"] = (venue, from, to) => venue.Grid(from, to).Take(10),
        ["fifty rows, the newest"] = (venue, from, to) => venue.Grid(from, to).TakeLast(50),
        ["every seventh row missing, another one each time"] = (venue, from, to) =>
            venue.Grid(from, to).Take(1_000).Where(openMs => openMs / 60_000 % 7 != venue.Questions.Count % 7),
        ["every seventh row missing, and the same the second time"] = (venue, from, to) =>
            venue.Grid(from, to).Take(1_000).Where(openMs => openMs / 60_000 % 7 != (venue.Questions.Count < 3 ? 1 : venue.Questions.Count) % 7),
        ["no beginning the first time"] = (venue, from, to) => venue.Grid(from, to).Take(1_000).Skip(venue.Questions.Count == 1 ? 700 : 0),
    };

    [Fact]
    public async Task Full_pages_are_read_with_one_question_each()
    {
        var venue = new ScriptedVenue();

        await ShouldBeWhole(venue, 0, 3_000);

        venue.Questions.Count.ShouldBe(3);
    }

    public static TheoryData<string> Unkindnesses => [.. Unkind.Keys];

    [Theory]
    [MemberData(nameof(Unkindnesses))]
    public async Task What_the_venue_has_comes_whole_however_it_pages(string pages)
    {
        var venue = new ScriptedVenue();
        venue.Rows = (from, to) => [.. Unkind[pages](venue, from, to)];

        await ShouldBeWhole(venue, 0, 2_500);

        venue.Questions.Count.ShouldBeLessThan(pages.StartsWith("ten", StringComparison.Ordinal) ? 700 : 140, pages);
    }

    [Fact]
    public async Task A_row_that_breaks_a_rule_is_a_gap_with_the_rule_and_reading_goes_on()
    {
        var venue = new ScriptedVenue();
        var row = venue.Row;
        venue.Row = openMs => openMs == venue.At(300) ? row(openMs).Replace("\"2\"", "\"0.7\"", StringComparison.Ordinal) : row(openMs);

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(4_320));

        opens.Count.ShouldBe(4_319);
        Lines(venue, missing).ShouldBe(["300 to 301: 1 row refused: the high is below the open"]);
        venue.Access.Counters.Refused.ShouldBe(1);
        venue.Questions.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("null,\"0.5\"", "300 to 301: 1 row refused: it cannot be read: Expected a number, found Null")]
    [InlineData("\"x\",\"0.5\"", "300 to 301: 1 row refused: it cannot be read: 'x' is not a number that a decimal can hold exactly")]
    [InlineData("{\"a\":[1]},\"0.5\"", "300 to 301: 1 row refused: it cannot be read: Expected a number, found StartObject")]
    public async Task A_row_that_cannot_be_read_fails_neither_its_page_nor_the_read(string columns, string line)
    {
        var venue = new ScriptedVenue();
        var row = venue.Row;
        venue.Row = openMs => openMs == venue.At(300) ? row(openMs).Replace("\"2\",\"0.5\"", columns, StringComparison.Ordinal) : row(openMs);

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(2_000));

        opens.Count.ShouldBe(1_999);
        Lines(venue, missing).ShouldBe([line]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[null,1,1,1,1,1,1,1,1]")]
    [InlineData("\"row\"")]
    public async Task A_row_without_a_readable_time_is_named_where_the_candle_is_missing(string text)
    {
        var venue = new ScriptedVenue();
        var row = venue.Row;
        venue.Row = openMs => openMs == venue.At(300) ? text : row(openMs);

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(2_000));

        opens.Count.ShouldBe(1_999);
        Lines(venue, missing).ShouldHaveSingleItem().ShouldStartWith("300 to 301: 1 row refused: it cannot be read: Expected a ");
    }

    [Fact]
    public async Task A_page_of_refused_rows_alone_is_one_gap_and_reading_goes_on()
    {
        var venue = new ScriptedVenue();
        var row = venue.Row;
        venue.Row = openMs =>
            openMs >= venue.At(1_000) && openMs < venue.At(2_000) ? row(openMs).Replace("\"10\"", "\"-1\"", StringComparison.Ordinal) : row(openMs);

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(3_000));

        opens.Count.ShouldBe(2_000);
        Lines(venue, missing).ShouldBe(["1000 to 2000: 1000 rows refused: the volume is negative"]);
    }

    [Fact]
    public async Task Rows_off_the_grid_are_refused_and_what_lies_before_them_is_missing()
    {
        var venue = new ScriptedVenue();
        long[] rows = [.. Enumerable.Range(0, 50).Select(venue.At), .. Enumerable.Range(60, 40).Select(
            index => venue.At(index) + 14_789), .. Enumerable.Range(101, 99).Select(venue.At)];
        venue.Rows = (from, to) => [.. rows.Where(openMs => openMs >= from && openMs < to)];

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(200));

        opens.Count.ShouldBe(149);
        Lines(venue, missing).ShouldBe(
        [
            "50 to 60: the exchange's history has none of them",
            "60 to 100: 40 rows refused: the open time is not on the interval's grid",
            "100 to 101: the exchange's history has none of them",
        ]);
    }

    [Theory]
    [InlineData(700, 1_000)] // a page's length and more
    [InlineData(999, 1_001)] // across the end of a page
    [InlineData(1_000, 1_001)] // at it
    [InlineData(500, 501)]
    [InlineData(100, 2_900)]
    public async Task A_hole_is_one_gap_and_is_asked_about_a_few_times(int from, int to)
    {
        foreach (var isNewest in new[] { false, true })
        {
            var venue = new ScriptedVenue();
            venue.Rows = (fromMs, toMs) => Page(venue.Grid(fromMs, toMs).Where(openMs => openMs < venue.At(from) || openMs >= venue.At(to)), isNewest);

            var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(3_000));

            opens.ShouldBe(Enumerable.Range(0, 3_000).Where(index => index < from || index >= to).Select(venue.At));
            Lines(venue, missing).ShouldBe([$"{from} to {to}: the exchange's history has none of them"]);
            venue.Questions.Count.ShouldBeLessThan(20);
        }
    }

    [Fact]
    public async Task Many_holes_of_a_page_cost_one_more_question()
    {
        var venue = new ScriptedVenue();
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs / 60_000 % 3 > 0).Take(1_000)];

        var (opens, missing) = await venue.ReadAsync(venue.At(1), venue.At(1_000));

        (opens.Count, missing.Count).ShouldBe((666, 333));
        venue.Questions.Count.ShouldBeLessThan(6);
    }

    [Theory]
    [InlineData(2_990)]
    [InlineData(2_999)]
    [InlineData(1_000)]
    [InlineData(0)]
    public async Task What_is_missing_at_the_end_is_announced(int end)
    {
        var venue = new ScriptedVenue();
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs < venue.At(end)).Take(1_000)];

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(3_000));

        opens.Count.ShouldBe(end);
        Lines(venue, missing).ShouldBe([$"{end} to 3000: the exchange's history has none of them"]);
        venue.Questions.Count.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData(true, 2_400)]
    [InlineData(false, 2_400)]
    [InlineData(true, 300)]
    [InlineData(false, 300)]
    public async Task What_lies_before_the_first_candle_ever_is_no_gap(bool isNewest, int listed)
    {
        var venue = new ScriptedVenue();
        venue.Rows = (from, to) => Page(venue.Grid(from, to).Where(openMs => openMs >= venue.At(listed)), isNewest);

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(3_000));

        opens.ShouldBe(Enumerable.Range(listed, 3_000 - listed).Select(venue.At));
        missing.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            part => part.Kind.ShouldBe(MissingKind.BeforeListing),
            part => part.To.ToUnixTimeMilliseconds().ShouldBe(venue.At(listed)));
        venue.Questions.Count.ShouldBeLessThan(30);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Six_years_without_a_candle_before_the_listing_cost_a_few_questions(bool isNewest)
    {
        var venue = new ScriptedVenue(days: 6 * 365);
        var first = venue.At(6 * 365 * 1_440 - 5_000);
        venue.Rows = (from, to) => Page(venue.Grid(Math.Max(from, first), to), isNewest);

        var (opens, missing) = await venue.ReadAsync(0, venue.NowMs);

        opens.Count.ShouldBe(5_000);
        missing.ShouldHaveSingleItem().Kind.ShouldBe(MissingKind.BeforeListing);
        venue.Questions.Count.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task All_the_time_there_was_is_asked_for_where_a_question_must_not_be_wider_than_a_page()
    {
        var venue = new ScriptedVenue("gateio", Market.Spot, "1d", days: 600);
        venue.Row = openMs => $"""["{openMs / 1000}","15","1.5","2","0.5","1","10","true"]""";
        venue.Rows = (from, to) => [.. venue.Grid(Math.Max(from, venue.At(100)), to).Take(1_000)];
        var asked = venue.NowMs;

        var (opens, missing) = await venue.ReadAsync(0, venue.NowMs);

        opens.Count.ShouldBe(500);
        missing.ShouldAllBe(part => part.Kind == MissingKind.BeforeListing);
        (venue.NowMs - asked).ShouldBeLessThan(15_000);
    }

    [Fact]
    public async Task The_listing_date_is_worth_an_answer()
    {
        var first = 20_000;
        var venue = new ScriptedVenue(listedAt: DateTimeOffset.FromUnixTimeMilliseconds(new ScriptedVenue().At(first)));
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs >= venue.At(first)).Take(1_000)];

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(first + 1_000));

        opens.Count.ShouldBe(1_000);
        missing.ShouldHaveSingleItem().Reason.ShouldStartWith("it is listed since");
        venue.Questions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Candles_before_the_listing_date_come_all_the_same()
    {
        var venue = new ScriptedVenue(listedAt: DateTimeOffset.FromUnixTimeMilliseconds(new ScriptedVenue().At(1_500)));

        await ShouldBeWhole(venue, 0, 3_000);
    }

    [Fact]
    public async Task A_range_that_begins_in_a_hole_begins_with_a_gap()
    {
        var venue = new ScriptedVenue();
        venue.Rows = (from, to) => Page(venue.Grid(from, to).Where(openMs => openMs < venue.At(100) || openMs >= venue.At(800)), isNewest: true);

        var (opens, missing) = await venue.ReadAsync(venue.At(300), venue.At(1_000));

        opens.Count.ShouldBe(200);
        Lines(venue, missing).ShouldBe(["300 to 800: the exchange's history has none of them"]);
    }

    [Fact]
    public async Task A_venue_that_says_nothing_in_the_middle_is_not_believed_and_not_asked_for_ever()
    {
        var venue = new ScriptedVenue();
        venue.Rows = (from, to) => venue.Questions.Count > 1 ? [] : [.. venue.Grid(from, to).Take(1_000)];

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(3_000));

        opens.Count.ShouldBe(1_000);
        Lines(venue, missing).ShouldBe(["1000 to 3000: the exchange's answers lack what it has shown before, however often it is asked"]);
        venue.Questions.Count.ShouldBeLessThan(15);
    }

    [Fact]
    public async Task A_venue_that_says_nothing_for_a_minute_loses_nothing()
    {
        var venue = new ScriptedVenue();
        var trouble = DateTimeOffset.MaxValue;
        venue.Rows = (from, to) =>
        {
            trouble = venue.Questions.Count == 2 ? venue.Clock.GetUtcNow().AddMinutes(1) : trouble;
            return venue.Questions.Count >= 2 && venue.Clock.GetUtcNow() < trouble ? [] : [.. venue.Grid(from, to).Take(1_000)];
        };

        await ShouldBeWhole(venue, 0, 3_000);
    }

    [Fact]
    public async Task A_venue_that_is_a_candle_behind_loses_nothing()
    {
        var venue = new ScriptedVenue();
        var written = venue.Clock.GetUtcNow().AddSeconds(8).ToUnixTimeMilliseconds(); // the last closed row; the open one is shown all the time
        var last = venue.Series.Interval.PreviousMs(venue.Series.Interval.FloorMs(venue.NowMs));
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs != last || venue.NowMs >= written).Take(1_000)];

        var (opens, missing) = await venue.ReadAsync(last - 600_000, venue.NowMs);

        opens[^1].ShouldBe(last);
        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_young_hole_is_a_gap_once_it_is_old()
    {
        var venue = new ScriptedVenue();
        var last = venue.Series.Interval.PreviousMs(venue.Series.Interval.FloorMs(venue.NowMs));
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs != last).Take(1_000)];
        var asked = venue.NowMs;

        var (_, missing) = await venue.ReadAsync(last - 600_000, venue.NowMs);

        missing.ShouldHaveSingleItem().From.ToUnixTimeMilliseconds().ShouldBe(last);
        (venue.NowMs - last - 60_000).ShouldBeGreaterThan(120_000);
        (venue.NowMs - asked).ShouldBeLessThan(180_000);
        venue.Questions.Count.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(41, 42)]
    public async Task A_range_of_one_candle_is_one_question(int from, int to)
    {
        var venue = new ScriptedVenue();

        await ShouldBeWhole(venue, from, to);

        venue.Questions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_range_ends_with_the_open_candle_if_it_is_asked_for()
    {
        var venue = new ScriptedVenue();
        var open = venue.Series.Interval.FloorMs(venue.NowMs);

        (await venue.ReadAsync(open - 120_000, venue.NowMs)).Opens.ShouldBe([open - 120_000, open - 60_000]);
        (await venue.ReadAsync(open - 120_000, venue.NowMs, includeOpen: true)).Opens.ShouldBe([open - 120_000, open - 60_000, open]);
        (await venue.ReadAsync(open, venue.NowMs, includeOpen: true)).Opens.ShouldBe([open]);
        (await venue.ReadAsync(open, venue.NowMs)).ShouldSatisfyAllConditions(read => read.Opens.ShouldBeEmpty(), read => read.Missing.ShouldBeEmpty());
    }

    [Theory]
    [InlineData("1w")]
    [InlineData("1M")]
    [InlineData("1d")]
    public async Task Long_intervals_are_whole_and_their_holes_are_named(string interval)
    {
        var venue = new ScriptedVenue(interval: interval, days: 3_000);
        var step = venue.Series.Interval;
        var first = step.FloorMs(venue.At(12));
        await ShouldBeWhole(venue, first, step.AddMs(first, 20));

        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs != step.AddMs(first, 7)).Take(1_000)];
        var (opens, missing) = await venue.ReadAsync(first, step.AddMs(first, 20));

        opens.Count.ShouldBe(19);
        missing.ShouldHaveSingleItem().From.ToUnixTimeMilliseconds().ShouldBe(step.AddMs(first, 7));
    }

    [Fact]
    public async Task Candles_of_several_days_that_are_counted_from_another_day_are_no_gaps()
    {
        var venue = new ScriptedVenue(interval: "3d", days: 300);
        var anchor = Testing.Candles.T0 + 86_400_000;
        venue.Rows = (from, to) => [.. Enumerable.Range(-50, 150).Select(index => anchor + (index * 3 * 86_400_000L)).Where(
            openMs => openMs >= from && openMs < to && openMs <= venue.NowMs)];

        var (opens, missing) = await venue.ReadAsync(anchor, anchor + (60 * 86_400_000L));

        (opens.Count, missing.Count).ShouldBe((20, 0));
    }

    [Fact]
    public async Task What_is_refused_for_good_because_it_is_too_old_is_one_gap_and_the_rest_comes()
    {
        var venue = new ScriptedVenue();
        venue.Instead = (from, _) => from < venue.At(1_234) ? (400, """{"code":-4099,"msg":"Too long ago."}""") : null;

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(3_000));

        opens.ShouldBe(Enumerable.Range(1_234, 1_766).Select(venue.At));
        Lines(venue, missing).ShouldBe(["0 to 1234: the exchange refuses what is so old: Too long ago. (code -4099, HTTP 400)"]);
        venue.Questions.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task What_is_refused_altogether_is_an_error_and_opens_no_circuit()
    {
        var venue = new ScriptedVenue();
        venue.Instead = (_, _) => (400, """{"code":-4141,"msg":"Symbol is closed."}""");

        (await Should.ThrowAsync<SubscriptionRejectedException>(() => venue.ReadAsync(venue.At(0), venue.At(3_000)))).VenueMessage
            .ShouldStartWith("Symbol is closed.");
        venue.Access.RestCircuitBreaker.ConsecutiveFailures.ShouldBe(0);
    }

    [Fact]
    public async Task Coin_margined_contracts_are_asked_for_two_hundred_days_at_most_and_come_whole()
    {
        var venue = new ScriptedVenue(market: Market.CoinMargined, interval: "1d", days: 800);
        venue.Instead = (from, to) => to - 1 - from > 200 * 86_400_000L ? (400, """{"code":-4088,"msg":"Maximum time interval is 200 days."}""") : null;
        venue.Rows = (from, to) => [.. venue.Grid(from, to).TakeLast(1_500)];

        await ShouldBeWhole(venue, 0, 700);

        venue.Questions.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Beyond_the_venues_memory_is_a_gap_and_what_it_has_comes()
    {
        var venue = new ScriptedVenue("gateio", Market.UsdMargined);
        venue.Row = openMs => $$"""{"t":{{openMs / 1000}},"v":"1.7","c":"1.5","h":"2","l":"1","o":"1.2","sum":"25.5"}""";
        venue.Instead = (from, _) => (venue.NowMs - from) / 60_000 >= 10_000
            ? (400, """{"label":"INVALID_PARAM_VALUE","message":"Candlestick too long ago. Maximum 10000 points recently are allowed"}""") : null;

        var (opens, missing) = await venue.ReadAsync(venue.NowMs - (8 * 86_400_000L), venue.NowMs);

        opens.Count.ShouldBe(9_999, "the open one is the ten thousandth");
        missing.ShouldHaveSingleItem().Reason.ShouldBe("the venue keeps only its newest 10000 candles");
    }

    [Fact]
    public async Task Where_quiet_candles_are_left_out_a_missing_one_is_no_gap_but_what_nothing_follows_is()
    {
        var venue = new ScriptedVenue("hyperliquid", Market.UsdMargined, days: 3);
        venue.Row = openMs => $$"""{"t":{{openMs}},"T":{{openMs + 59_999}},"s":"BTCUSDT","i":"1m","o":"1","c":"1.5","h":"2","l":"0.5","v":"3","n":2}""";
        var end = venue.At(2_000);
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs / 60_000 % 7 != 3 && openMs < end)];

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(1_500));

        (opens.Count, missing.Count).ShouldBe((Enumerable.Range(0, 1_500).Count(index => venue.At(index) / 60_000 % 7 != 3), 0));

        var (more, gone) = await venue.ReadAsync(venue.At(1_500), venue.At(4_000));

        more[^1].ShouldBeLessThan(end);
        gone.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            part => part.From.ToUnixTimeMilliseconds().ShouldBe(more[^1] + 60_000),
            part => part.Reason.ShouldContain("ends before"));
    }

    [Fact]
    public async Task A_history_that_fails_is_an_error_and_no_gap()
    {
        var venue = new ScriptedVenue();
        venue.Instead = (_, _) => venue.Questions.Count > 1 ? (503, "<html>") : null;

        await Should.ThrowAsync<ExchangeUnavailableException>(() => venue.ReadAsync(venue.At(0), venue.At(3_000)));
    }

    private static async Task ShouldBeWhole(ScriptedVenue venue, int from, int to) => await ShouldBeWhole(venue, venue.At(from), venue.At(to));

    private static async Task ShouldBeWhole(ScriptedVenue venue, long fromMs, long toMs)
    {
        var (opens, missing) = await venue.ReadAsync(fromMs, toMs);

        Lines(venue, missing).ShouldBeEmpty();
        opens.ShouldBe(venue.Grid(fromMs, toMs));
    }

    private static long[] Page(IEnumerable<long> rows, bool isNewest) => [.. isNewest ? rows.TakeLast(1_000).Reverse() : rows.Take(1_000)];

    private static IEnumerable<long> Half(IEnumerable<long> rows)
    {
        var all = rows.ToList();
        return all.Take(all.Count / 2);
    }

    private static IEnumerable<string> Lines(ScriptedVenue venue, IEnumerable<MissingCandles> missing) => missing.Select(part =>
        $"{Index(venue, part.From)} to {Index(venue, part.To)}: {part.Reason}");

    private static long Index(ScriptedVenue venue, DateTimeOffset time) => venue.Series.Interval.CountBetween(venue.At(0), time.ToUnixTimeMilliseconds());
}
