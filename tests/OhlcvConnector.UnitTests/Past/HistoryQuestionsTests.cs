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
    private static readonly Dictionary<string, (int From, int To, Func<ScriptedVenue, long, long, IEnumerable<long>> Rows)> Spot = new()
    {
        ["full pages"] = (0, 2_500, (venue, from, to) => venue.Grid(from, to).Take(1_000)),
        ["full pages, the newest of a range"] = (0, 2_500, (venue, from, to) => venue.Grid(from, to).TakeLast(1_000)),
        ["a hole of one candle"] = (0, 1_000, (venue, from, to) => Without(venue, from, to, 500, 501).Take(1_000)),
        ["two holes of a page"] = (0, 1_000, (venue, from, to) => Without(venue, from, to, 500, 501).Where(openMs => openMs != venue.At(700)).Take(1_000)),
        ["a hole across the end of a page"] = (0, 3_000, (venue, from, to) => Without(venue, from, to, 990, 1_010).Take(1_000)),
        ["a hole of pages"] = (0, 4_000, (venue, from, to) => Without(venue, from, to, 100, 3_900).Take(1_000)),
        ["a hole of pages, the newest of a range"] = (0, 4_000, (venue, from, to) => Without(venue, from, to, 100, 3_900).TakeLast(1_000)),
        ["ten rows missing at the end"] = (0, 3_000, (venue, from, to) => Without(venue, from, to, 2_990, 99_999).Take(1_000)),
        ["pages missing at the end"] = (0, 9_000, (venue, from, to) => Without(venue, from, to, 1_000, 99_999).Take(1_000)),
        ["nothing at all"] = (0, 3_000, (_, _, _) => []),
        ["nothing before the listing"] = (0, 3_000, (venue, from, to) => Without(venue, from, to, -99_999, 2_400).Take(1_000)),
        ["nothing before the listing, the newest of a range"] = (0, 9_000, (venue, from, to) => Without(venue, from, to, -99_999, 2_400).TakeLast(1_000)),
        ["a beginning in a hole"] = (300, 1_000, (venue, from, to) => Without(venue, from, to, 100, 800).Take(1_000)),
        ["a cap of a hundred"] = (0, 300, (venue, from, to) => venue.Grid(from, to).Take(100)),
        ["a cap of a hundred, the newest of a range"] = (0, 300, (venue, from, to) => venue.Grid(from, to).TakeLast(100)),
        ["nothing every other time"] = (0, 2_500, (venue, from, to) => venue.Questions.Count % 2 == 1 ? [] : venue.Grid(from, to).Take(1_000)),
        ["nothing after the first page"] = (0, 3_000, (venue, from, to) => venue.Questions.Count > 1 ? [] : venue.Grid(from, to).Take(1_000)),
        ["every fourth missing, another one each time"] = (0, 40, (venue, from, to) => venue.Grid(from, to).Take(1_000).Where(openMs => openMs / 60_000 % 4 != venue.Questions.Count % 4)),
        ["the last candle missing"] = (43_195, 43_200, (venue, from, to) => Without(venue, from, to, 43_199, 43_200).Take(1_000)),
        ["the last candle a minute late"] = (43_195, 43_200, (venue, from, to) =>
            venue.Grid(from, to).Where(openMs => openMs != venue.At(43_199) || venue.NowMs >= venue.At(43_201)).Take(1_000)),
    };

    public static TheoryData<string, string> OfSpot => new()
    {
        { "full pages", "0-1000 1000-2000 2000-2500… = 2500" },
        { "full pages, the newest of a range", "0-1000 1000-2000 2000-2500… = 2500" },
        { "a hole of one candle", "0-1000 +2s 499-1000 +2s 499-1000 = 999, gap 500-501" },
        { "two holes of a page", "0-1000 +2s 499-1000 +2s 499-1000 = 998, gap 500-501, gap 700-701" },
        { "a hole across the end of a page", "0-1000 988-1988 +2s 989-1989 +2s 989-1989 1989-2989 2989-3000… = 2980, gap 990-1010" },
        { "a hole of pages", "0-1000 98-1098 +2s 98-4000… +2s 99-3901 +2s 99-3901 = 200, gap 100-3900" },
        { "a hole of pages, the newest of a range", "0-1000 98-1098 +2s 98-4000… +2s 99-3901 +2s 99-3901 = 200, gap 100-3900" },
        { "ten rows missing at the end", "0-1000 1000-2000 2000-3000 2988-3988 +2s 2988-3988 2989-3989 +2s 2989-3989 = 2990, gap 2990-3000" },
        { "pages missing at the end", "0-1000 1000-2000 999-8999 999-9000… +2s 999-9000… +2s 999-9000… = 1000, gap 1000-9000" },
        { "nothing at all", "0-1000 0-3000… +2s 0-3000… +2s 0-3000… 3000-43200… = 0, gap 0-3000" },
        { "nothing before the listing", "0-1000 0-3000… 0-2401 +2s 0-2401 +2s 0-2401 -64000-0 +2s -64000-0 = 600, before 0-2400" },
        { "nothing before the listing, the newest of a range", "0-1000 0-8000 0-7001 0-3500 0-1750 0-2501 0-2401 +2s 0-2401 +2s 0-2401 -64000-0 +2s -64000-0 3499-6002 3499-5003 3499-4004 8000-9000 = 6600, before 0-2400" },
        { "a beginning in a hole", "300-1000… 300-801 +2s 300-801 -63700-300 = 200, gap 300-800" },
        { "a cap of a hundred", "0-300… 98-1098 196-1196 294-1294 = 300" },
        { "a cap of a hundred, the newest of a range", "0-300… 0-202 0-100 99-103 = 300" },
        { "nothing every other time", "0-1000 0-2500… 999-1999 +2s 999-2500… 1998-2998 +2s 1998-2998 = 2500" },
        { "nothing after the first page", "0-1000 1000-2000 999-3000… +2s 999-3000… +4s 999-3000… +8s 999-3000… +16s 999-3000… +30s 999-3000… +30s 999-3000… = 1000, gap 1000-3000" },
        { "every fourth missing, another one each time", "0-40… +2s 0-40 = 40" },
        { "the last candle missing", "43195-43200… +0.5s 43198-43200… +1s 43198-43200… +2s 43198-43200… +4s 43198-43200… +8s 43198-43200… +16s 43198-43200… +30s 43198-43201… +30s 43198-43201… +2s 43198-43202… = 4, gap 43199-43200" },
        { "the last candle a minute late", "43195-43200… +0.5s 43198-43200… +1s 43198-43200… +2s 43198-43200… +4s 43198-43200… +8s 43198-43200… +16s 43198-43200… = 5" },
    };

    [Theory]
    [MemberData(nameof(OfSpot))]
    public async Task A_reader_of_the_past_asks(string pages, string questions)
    {
        var venue = new ScriptedVenue();
        var (from, to, rows) = Spot[pages];
        venue.Rows = (fromMs, toMs) => [.. rows(venue, fromMs, toMs)];

        var (opens, missing) = await venue.ReadAsync(venue.At(from), venue.At(to));

        $"{Asked(venue)} = {opens.Count}{string.Concat(missing.Select(part => $", {(part.Kind == MissingKind.Gap ? "gap" : "before")} {Name(venue, part.From.ToUnixTimeMilliseconds())}-{Name(venue, part.To.ToUnixTimeMilliseconds())}"))}"
            .ShouldBe(questions);
    }

    [Theory]
    [InlineData("a listing date", "0-20000 20000-20500… = 500, before 0-20000")]
    [InlineData("too old", "0-1000 2999-3000 1499-1500 749-750 1124-1125 1311-1312 1217-1218 1264-1265 1240-1241 1228-1229 1234-1235 1231-1232 1232-1233 1233-1234 1234-2234 2234-3000… = 1766, gap 0-1234")]
    [InlineData("so much at once is refused", "0-1000 98-1098 +2s 98-6000… +2s 98-1098 99-1099 +2s 99-1099 1099-2099 +2s 1099-2099 2099-3099 +2s 2099-3099 3099-4099 +2s 3099-4099 4099-5099 4099-4901 +2s 4099-4901 +2s 4099-4901 5099-6000… = 1200, gap 100-1099, gap 1099-2099, gap 2099-3099, gap 3099-4099, gap 4099-4900")]
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
    [InlineData("full pages", "0-1000 1000-2000 2000-3000 3000-4000 4000-5000 5000-6000 6000-7000 7000-7200… = 7200")]
    [InlineData("a hole of one candle", "0-1000 +2s 499-1499 +2s 499-1499 1499-2499 2499-3499 3499-4499 4499-5499 5499-6499 6499-7200… = 7199, gap 500-501")]
    [InlineData("a hole of pages", "0-1000 98-1098 +2s 98-7200… +2s 99-3901 +2s 99-3901 4898-5898 5898-6898 6898-7200… = 3400, gap 100-3900")]
    [InlineData("nothing before the listing", "0-1000 0-7200… 0-2401 +2s 0-2401 +2s 0-2401 -64000-0 +2s -64000-0 3400-4400 4400-5400 5400-6400 6400-7200… = 4800")]
    [InlineData("the last candle missing", "43195-43200… 43199-43200… +6s 43199-43200… +12s 43199-43200… +24s 43199-43201… +48s 43199-43202… 43199-43201 +2s 43199-43201 = 4, gap 43199-43200")]
    [InlineData("the last candle a minute late", "43195-43200… 43199-43200… +6s 43199-43200… +12s 43199-43200… +24s 43199-43201… = 5")]
    [InlineData("nothing every other time", "0-1000 0-7200… 1000-2000 1000-7200… 2000-3000 2000-7200… 3000-4000 3000-7200… 4000-5000 4000-7200… 5000-6000 5000-7200… 6000-7000 6000-7200… 7000-7200… +6s 7000-7200… = 7200")]
    public async Task A_stream_that_lacks_closes_asks(string pages, string questions)
    {
        var venue = new ScriptedVenue(days: pages.StartsWith("the last", StringComparison.Ordinal) ? 30 : 5);
        var (from, _, rows) = Spot[pages];
        venue.Rows = (fromMs, toMs) => [.. rows(venue, fromMs, toMs)];
        var last = venue.Series.Interval.PreviousMs(venue.Series.Interval.FloorMs(venue.NowMs));

        var delivered = await venue.FillAsync(quotes => quotes.Count > 0 && quotes[^1].OpenMs >= last, venue.Sequencer(venue.At(from)));

        $"{Asked(venue)} = {delivered.Count(quote => quote.OpenMs <= last)}{string.Concat(delivered.Where(quote => quote.GapBefore is not null).Select(quote => $", gap {Name(venue, quote.GapBefore!.From.ToUnixTimeMilliseconds())}-{Name(venue, quote.GapBefore.To.ToUnixTimeMilliseconds())}"))}"
            .ShouldBe(questions);
    }

    private static (ScriptedVenue Venue, int From, int To) Peculiar(string peculiarity)
    {
        ScriptedVenue venue;
        switch (peculiarity)
        {
            case "a listing date":
                venue = new ScriptedVenue(listedAt: DateTimeOffset.FromUnixTimeMilliseconds(Testing.Candles.T0).AddMinutes(20_000));
                venue.Rows = (from, to) => [.. Without(venue, from, to, -99_999, 20_000).Take(1_000)];
                return (venue, 0, 20_500);
            case "too old":
                venue = new ScriptedVenue();
                venue.Instead = (from, _) => from < venue.At(1_234) ? (400, """{"code":-4099,"msg":"Too long ago."}""") : null;
                return (venue, 0, 3_000);
            case "so much at once is refused":
                venue = new ScriptedVenue();
                venue.Instead = (from, to) => to - from > 1_001 * 60_000 ? (400, """{"code":-4099,"msg":"Too much."}""") : null;
                venue.Rows = (from, to) => [.. Without(venue, from, to, 100, 4_900).Take(1_000)];
                return (venue, 0, 6_000);
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
