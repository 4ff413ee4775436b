using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Server.Calendar;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

public sealed class CalendarTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 30, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("calendar-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Days_that_were_asked_for_are_covered_and_others_are_not()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1, configure: options => options.Archive = Path.Combine(_folder.FullName, "candles.db"));
        var today = new DateTimeOffset(stage.Sandbox.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        await stage.GetAsync($"/v1/candles?exchange=binance&symbol=BTCUSDT&interval=1h&from={today.AddDays(-2):yyyy-MM-ddTHH:mm:ssZ}&to={today.AddDays(-1).AddHours(6):yyyy-MM-ddTHH:mm:ssZ}");
        var path = $"/api/v1/archive/calendar?exchange=binance&symbol=BTC/USDT&interval=1h&from={today.AddDays(-3):yyyy-MM-dd}&to={today:yyyy-MM-dd}";
        await Eventually.TrueAsync(() => Days(stage, path)[1].GetProperty("covered").GetDouble() == 1, "what was read is kept");
        var calendar = await stage.GetDescribedAsync(path);
        var days = calendar.GetProperty("days").EnumerateArray().ToList();

        days.Select(day => day.Text("day")).ShouldBe([$"{today.AddDays(-3):yyyy-MM-dd}", $"{today.AddDays(-2):yyyy-MM-dd}", $"{today.AddDays(-1):yyyy-MM-dd}"]);
        days.Select(day => day.GetProperty("covered").GetDouble()).ShouldBe([0, 1, 0.25]);
        var hole = days[2].GetProperty("holes")[0];
        (hole.Text("state"), hole.Time("from")).ShouldBe(("never asked", today.AddDays(-1).AddHours(6)));
        (await stage.RefusedAsync(HttpMethod.Get, path.Replace($"from={today.AddDays(-3):yyyy-MM-dd}", "from=2020-01-01", StringComparison.Ordinal), null, 400))
            .ShouldContain("at most 800 days");
        (await stage.GetDescribedAsync("/api/v1/archive/calendar?exchange=binance&symbol=BTCUSDT")).GetProperty("days").GetArrayLength().ShouldBe(365);
    }

    [Fact]
    public async Task Without_an_archive_it_says_so()
    {
        await using var stage = await ServerStage.SetAsync();

        (await stage.RefusedAsync(HttpMethod.Get, "/api/v1/archive/calendar?exchange=binance&symbol=BTCUSDT", null, 404)).ShouldContain("Archive is not set");
    }

    [Fact]
    public void A_day_before_the_listing_is_no_hole_and_many_holes_are_counted()
    {
        var known = new List<CoverageRange> { Range(0, 36, Coverage.BeforeListing) };
        for (var i = 0; i < 60; i++)
        {
            known.Add(Range(48 + (i * 0.2), 48 + (i * 0.2) + 0.1, Coverage.Complete));
            known.Add(Range(48 + (i * 0.2) + 0.1, 48 + ((i + 1) * 0.2), Coverage.Missing, $"reason {i}"));
        }

        var days = CalendarEndpoint.Days(known, Start, Start.AddHours(60));

        days.Select(day => day.Covered).ShouldBe([null, 0, 0.5]);
        days[1].Holes.ShouldHaveSingleItem().From.ShouldBe(Start.AddHours(36));
        (days[2].Holes.Count, days[2].HolesLeftOut).ShouldBe((50, 10));
        days[2].Holes[0].Reason.ShouldBe("reason 0");
    }

    private static CoverageRange Range(double fromHours, double toHours, Coverage coverage, string? reason = null) =>
        new(Start.AddHours(fromHours).ToUnixTimeMilliseconds(), Start.AddHours(toHours).ToUnixTimeMilliseconds(), coverage, reason);

    private static List<JsonElement> Days(ServerStage stage, string path) =>
        [.. stage.AskAsync(HttpMethod.Get, path).GetAwaiter().GetResult().Body.GetProperty("days").EnumerateArray()];
}
