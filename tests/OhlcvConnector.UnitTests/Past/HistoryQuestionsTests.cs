using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>
/// What exactly is asked for, and after which pauses: requests are what a venue limits. Candles are counted from the first of 2026; <c>+2s</c> is a pause, and
/// <c>*</c> the candle that is open.
/// </summary>
public class HistoryQuestionsTests
{
    private const string QuietRow = """{"t":OPEN,"T":OPEN,"s":"BTCUSDT","i":"1m","o":"1","c":"1.5","h":"2","l":"0.5","v":"3","n":2}""";
    private const int Page = 20;
    private static readonly Dictionary<string, (int From, int To, Func<ScriptedVenue, long, long, IEnumerable<long>> Rows)> Spot = new()
    {
        ["full pages"] = (0, 50, (venue, from, to) => venue.Grid(from, to).Take(Page)),
        ["full pages, the newest of a range"] = (0, 50, (venue, from, to) => venue.Grid(from, to).TakeLast(Page)),
        ["a hole of one candle"] = (0, 20, (venue, from, to) => Without(venue, from, to, 10, 11).Take(Page)),
        ["two holes of a page"] = (0, 20, (venue, from, to) => Without(venue, from, to, 10, 11).Where(openMs => openMs != venue.At(14)).Take(Page)),
        ["a hole across the end of a page"] = (0, 60, (venue, from, to) => Without(venue, from, to, 17, 23).Take(Page)),
        ["a hole of pages"] = (0, 90, (venue, from, to) => Without(venue, from, to, 7, 83).Take(Page)),
        ["a hole of pages, the newest of a range"] = (0, 90, (venue, from, to) => Without(venue, from, to, 7, 83).TakeLast(Page)),
        ["two rows missing at the end"] = (0, 60, (venue, from, to) => Without(venue, from, to, 58, 99_999).Take(Page)),
        ["pages missing at the end"] = (0, 180, (venue, from, to) => Without(venue, from, to, 20, 99_999).Take(Page)),
        ["nothing at all"] = (0, 60, (_, _, _) => []),
        ["nothing before the listing"] = (0, 60, (venue, from, to) => Without(venue, from, to, -99_999, 48).Take(Page)),
        ["nothing before the listing, the newest of a range"] = (0, 180, (venue, from, to) => Without(venue, from, to, -99_999, 48).TakeLast(Page)),
        ["a beginning in a hole"] = (10, 40, (venue, from, to) => Without(venue, from, to, 2, 26).Take(Page)),
        ["a cap of twelve"] = (0, 40, (venue, from, to) => venue.Grid(from, to).Take(12)),
        ["a cap of twelve, the newest of a range"] = (0, 40, (venue, from, to) => venue.Grid(from, to).TakeLast(12)),
        ["a cap of four, the newest of a range"] = (0, 40, (venue, from, to) => venue.Grid(from, to).TakeLast(4)),
        ["nothing every other time"] = (0, 50, (venue, from, to) => venue.Questions.Count % 2 == 1 ? [] : venue.Grid(from, to).Take(Page)),
        ["nothing after the first page"] = (0, 60, (venue, from, to) => venue.Questions.Count > 1 ? [] : venue.Grid(from, to).Take(Page)),
        ["every fourth missing, another one each time"] = (0, 18, (venue, from, to) =>
            venue.Grid(from, to).Take(Page).Where(openMs => openMs / 60_000 % 4 != venue.Questions.Count % 4)),
        ["the last candle missing"] = (43_195, 43_200, (venue, from, to) => Without(venue, from, to, 43_199, 43_200).Take(Page)),
        ["the last candle a minute late"] = (43_195, 43_200, (venue, from, to) =>
            venue.Grid(from, to).Where(openMs => openMs != venue.At(43_199) || venue.NowMs >= venue.At(43_201)).Take(Page)),
        ["a few rows after the last minutes"] = (43_185, 43_200, (venue, from, to) => Without(venue, from, to, 43_192, 43_197).Take(Page)),
    };

    public static TheoryData<string, string> OfSpot => new()
    {
        { "full pages", "0-20 20-40 40-50… = 50" },
        { "full pages, the newest of a range", "0-20 20-40 40-50… = 50" },
        { "a hole of one candle", "0-20 +2s 9-20 +2s 9-20 = 19, gap 10-11" },
        { "two holes of a page", "0-20 +2s 9-20 +2s 9-20 = 18, gap 10-11, gap 14-15" },
        { "a hole across the end of a page", "0-20 15-35 +2s 16-36 +2s 16-36 36-56 56-60… = 54, gap 17-23" },
        { "a hole of pages", "0-20 5-25 +2s 5-90… +2s 6-84 +2s 6-84 = 14, gap 7-83" },
        { "a hole of pages, the newest of a range", "0-20 5-25 +2s 5-90… +2s 6-84 +2s 6-84 = 14, gap 7-83" },
        { "two rows missing at the end", "0-20 20-40 40-60 56-76 +2s 56-76 57-77 +2s 57-77 = 58, gap 58-60" },
        { "pages missing at the end", "0-20 20-40 19-179 19-180… +2s 19-180… +2s 19-180… = 20, gap 20-180" },
        { "nothing at all", "0-20 0-60… +2s 0-60… +2s 0-60… 60-43200… = 0, gap 0-60" },
        { "nothing before the listing", "0-20 0-60… 0-49 +2s 0-49 +2s 0-49 -1280-0 +2s -1280-0 = 12, before 0-48" },
        { "nothing before the listing, the newest of a range", "0-20 0-160 0-141 0-70 0-35 0-51 0-49 +2s 0-49 +2s 0-49 -1280-0 +2s -1280-0 69-122 69-103 69-84 160-180 = 132, before 0-48" },
        { "a beginning in a hole", "10-30 10-27 +2s 10-27 -1270-10 30-40… = 14, gap 10-26" },
        { "a cap of twelve", "0-20 10-30 20-40 30-50 = 40" },
        { "a cap of twelve, the newest of a range", "0-20 0-9 20-32 32-40… = 40" },
        { "a cap of four, the newest of a range", "0-20 0-17 0-10 0-7 0-4 9-14 20-30 19-27 19-24 30-40 29-37 29-34 = 40" },
        { "nothing every other time", "0-20 0-50… 19-39 +2s 19-50… 38-58 +2s 38-58 = 50" },
        { "nothing after the first page", "0-20 20-40 19-60… +2s 19-60… +4s 19-60… +8s 19-60… +16s 19-60… +30s 19-60… +30s 19-60… = 20, gap 20-60" },
        { "every fourth missing, another one each time", "0-18… +2s 0-18 = 18" },
        { "the last candle missing", "43195-43200… +0.5s 43198-43200… +1s 43198-43200… +2s 43198-43200… +4s 43198-43200… +8s 43198-43200… +16s 43198-43200… +30s 43198-43201… +30s 43198-43201… +2s 43198-43202… = 4, gap 43199-43200" },
        { "the last candle a minute late", "43195-43200… +0.5s 43198-43200… +1s 43198-43200… +2s 43198-43200… +4s 43198-43200… +8s 43198-43200… +16s 43198-43200… = 5" },
        { "a few rows after the last minutes", "43185-43200… +2s 43191-43199… +2s 43191-43199… = 10, gap 43192-43197" },
    };

    [Theory]
    [MemberData(nameof(OfSpot))]
    public async Task A_reader_of_the_past_asks(string pages, string questions)
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        var (from, to, rows) = Spot[pages];
        venue.Rows = (fromMs, toMs) => [.. rows(venue, fromMs, toMs)];

        var (opens, missing) = await venue.ReadAsync(venue.At(from), venue.At(to));

        $"{Asked(venue)} = {opens.Count}{string.Concat(missing.Select(part => $", {(part.Kind == MissingKind.Gap ? "gap" : "before")} {Name(venue, part.From.ToUnixTimeMilliseconds())}-{Name(venue, part.To.ToUnixTimeMilliseconds())}"))}"
            .ShouldBe(questions);
    }

    [Theory]
    [InlineData("a listing date", "0-400 400-410… = 10, before 0-400")]
    [InlineData("too old", "0-20 59-60 29-30 14-15 21-22 25-26 23-24 22-23 23-43 43-60… = 37, gap 0-23")]
    [InlineData("so much at once is refused", "0-20 1-21 +2s 1-120… +2s 1-21 2-22 +2s 2-22 22-42 +2s 22-42 42-62 +2s 42-62 62-82 +2s 62-82 82-102 82-98 +2s 82-98 +2s 82-98 102-120… = 26, gap 3-22, gap 22-42, gap 42-62, gap 62-82, gap 82-97")]
    [InlineData("200 days at once", "0-200 +2s 0-200 200-400 400-600 +2s 200-400 400-600 -199-0 +2s -199-0 400-600 400-501 +2s 400-501 201-400 +2s 201-400 600-700… = 200, before 0-400, before 400-500")]
    [InlineData("a memory", "33201-35199… 35200-36000… = 2799, gap 32000-33201")]
    [InlineData("pages alone, before the listing", "0-998… 0-998… +2s 0-998… 999-1997… 1998-2599… +2s 999-1997… 1998-2996… -998--1… +2s -998--1… 1998-2600… 1998-2500… +2s 1998-2500… 1000-1997… +2s 1000-1997… = 100, before 0-1998, before 1998-2500")]
    [InlineData("quiet candles", "3900-4320… = 360")]
    [InlineData("quiet candles at the end", "3900-4320… 4313-4320… +2s 4313-4320… 4314-4320… +2s 4314-4320… = 356")]
    [InlineData("quiet candles for long at the end", "3900-4320… 3998-4320… +2s 3998-4320… 3999-4320… +2s 3999-4320… 4320-4320… = 86, gap 4000-4320")]
    public async Task A_reader_of_the_past_asks_where_the_venue_is_peculiar(string peculiarity, string questions)
    {
        var (venue, from, to) = Peculiar(peculiarity);

        var (opens, missing) = await venue.ReadAsync(venue.At(from), venue.At(to));

        $"{Asked(venue)} = {opens.Count}{string.Concat(missing.Select(part => $", {(part.Kind == MissingKind.Gap ? "gap" : "before")} {Name(venue, part.From.ToUnixTimeMilliseconds())}-{Name(venue, part.To.ToUnixTimeMilliseconds())}"))}"
            .ShouldBe(questions);
    }

    [Theory]
    [InlineData("full pages", "43100-43120 43120-43140 43140-43160 43160-43180 43180-43200 43199-43200… = 100")]
    [InlineData("a hole of one candle", "43100-43120 +2s 43109-43129 +2s 43109-43129 43129-43149 43149-43169 43169-43189 43189-43200… = 99, gap 43110-43111")]
    [InlineData("a hole of pages", "43100-43120 43105-43125 +2s 43105-43200… +2s 43106-43184 +2s 43106-43184 = 24, gap 43107-43183")]
    [InlineData("nothing before the listing", "43100-43120 43100-43200… 43100-43149 +2s 43100-43149 +2s 43100-43149 41820-43100 +2s 41820-43100 43168-43188 43188-43200… = 52")]
    [InlineData("the last candle missing", "43195-43200… 43199-43200… +6s 43199-43200… +12s 43199-43200… +24s 43199-43201… +48s 43199-43202… 43199-43201 +2s 43199-43201 = 4, gap 43199-43200")]
    [InlineData("the last candle a minute late", "43195-43200… 43199-43200… +6s 43199-43200… +12s 43199-43200… +24s 43199-43201… = 5")]
    [InlineData("nothing every other time", "43100-43120 43100-43200… 43120-43140 43120-43200… 43140-43160 43140-43200… 43160-43180 43160-43200… 43180-43200 +6s 43180-43200 43199-43200… +6s 43199-43200… = 100")]
    public async Task A_stream_that_lacks_closes_asks(string pages, string questions)
    {
        var venue = new ScriptedVenue(rowsOfPage: Page);
        var (from, _, rows) = Spot[pages];
        var start = from == 0 ? 43_100 : from; // a stream's past reaches to the present
        var laterMs = venue.At(start) - venue.At(from);
        venue.Rows = (fromMs, toMs) => [.. rows(venue, fromMs - laterMs, Math.Min(toMs, venue.NowMs + 1) - laterMs).Select(openMs => openMs + laterMs)];
        var last = venue.Series.Interval.PreviousMs(venue.Series.Interval.FloorMs(venue.NowMs));

        var delivered = await venue.FillAsync(quotes => quotes.Count > 0 && quotes[^1].OpenMs >= last, venue.Sequencer(venue.At(start)));

        $"{Asked(venue)} = {delivered.Count(quote => quote.OpenMs <= last)}{string.Concat(delivered.Where(quote => quote.GapBefore is not null).Select(quote => $", gap {Name(venue, quote.GapBefore!.From.ToUnixTimeMilliseconds())}-{Name(venue, quote.GapBefore.To.ToUnixTimeMilliseconds())}"))}"
            .ShouldBe(questions);
    }

    private static (ScriptedVenue Venue, int From, int To) Peculiar(string peculiarity)
    {
        ScriptedVenue venue;
        switch (peculiarity)
        {
            case "a listing date":
                venue = new ScriptedVenue(listedAt: DateTimeOffset.FromUnixTimeMilliseconds(Testing.Candles.T0).AddMinutes(400), rowsOfPage: Page);
                venue.Rows = (from, to) => [.. Without(venue, from, to, -99_999, 400).Take(Page)];
                return (venue, 0, 410);
            case "too old":
                venue = new ScriptedVenue(rowsOfPage: Page);
                venue.Instead = (from, _) => from < venue.At(23) ? (400, """{"code":-4099,"msg":"Too long ago."}""") : null;
                return (venue, 0, 60);
            case "so much at once is refused":
                venue = new ScriptedVenue(rowsOfPage: Page);
                venue.Instead = (from, to) => to - from > (Page + 1) * 60_000 ? (400, """{"code":-4099,"msg":"Too much."}""") : null;
                venue.Rows = (from, to) => [.. Without(venue, from, to, 3, 97).Take(Page)];
                return (venue, 0, 120);
            case "200 days at once":
                venue = new ScriptedVenue(market: Market.CoinMargined, interval: "1d", days: 800);
                venue.Rows = (from, to) => [.. Without(venue, from, to, -99_999, 500).TakeLast(1_500)];
                return (venue, 0, 700);
            case "a memory":
                venue = new ScriptedVenue("gateio", Market.UsdMargined);
                venue.Row = openMs => $$"""{"t":{{openMs / 1000}},"v":"1.7","c":"1.5","h":"2","l":"1","o":"1.2","sum":"25.5"}""";
                return (venue, 32_000, 36_000);
            case "pages alone, before the listing":
                venue = new ScriptedVenue("gateio", Market.Spot, "1d", days: 3_000);
                venue.Row = openMs => $"""["{openMs / 1000}","15","1.5","2","0.5","1","10","true"]""";
                venue.Rows = (from, to) => [.. Without(venue, from, to, -99_999, 2_500).Take(1_000)];
                return (venue, 0, 2_600);
            default:
                venue = new ScriptedVenue("hyperliquid", Market.UsdMargined, days: 3);
                venue.Row = openMs => QuietRow.Replace("OPEN", $"{openMs}", StringComparison.Ordinal);
                var end = peculiarity switch { "quiet candles" => 9_999, "quiet candles at the end" => 4_316, _ => 4_000 };
                venue.Rows = (from, to) => [.. Without(venue, from, to, end, 99_999).Where(openMs => openMs / 60_000 % 7 != 3)];
                return (venue, 3_900, 4_320);
        }
    }

    private static IEnumerable<long> Without(ScriptedVenue venue, long fromMs, long toMs, int from, int to) =>
        venue.Grid(fromMs, toMs).Where(openMs => openMs < venue.At(from) || openMs >= venue.At(to));

    private static string Asked(ScriptedVenue venue)
    {
        var words = new List<string>();
        var last = venue.Questions[0].AtMs;
        foreach (var (from, to, atMs) in venue.Questions)
        {
            words.Add($"{(atMs > last ? $"+{(atMs - last) / 1_000.0}s " : "")}{Name(venue, from)}-{Name(venue, to)}");
            last = atMs;
        }

        return string.Join(' ', words);
    }

    /// <summary>The number of a candle, or of the one that a moment lies in and <c>…</c>.</summary>
    private static string Name(ScriptedVenue venue, long momentMs)
    {
        var floorMs = venue.Series.Interval.FloorMs(momentMs);
        var number = venue.Series.Interval.CountBetween(Testing.Candles.T0, floorMs);
        return $"{(floorMs < Testing.Candles.T0 ? -venue.Series.Interval.CountBetween(floorMs, Testing.Candles.T0) : number)}{(momentMs > floorMs ? "…" : "")}";
    }
}
