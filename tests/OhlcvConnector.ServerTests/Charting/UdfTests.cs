using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Udf;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

/// <summary>The UDF feed by the requests that TradingView's documentation has its charting library make.</summary>
public sealed class UdfTests
{
    private const string Ticker = "binance/spot:BTCUSDT";

    [Fact]
    public async Task A_chart_finds_its_symbol_and_has_all_that_it_needs_to_draw_it()
    {
        await using var stage = await ServerStage.SetAsync();
        var config = await stage.GetDescribedAsync("/udf/config");
        config.Flag("supports_search").ShouldBeTrue();
        config.Flag("supports_group_request").ShouldBeFalse();
        var resolutions = config.GetProperty("supported_resolutions").EnumerateArray().Select(one => one.GetString()!).ToList();
        resolutions.ShouldContain("1");
        resolutions.ShouldContain("60");
        resolutions.ShouldContain("1D");
        resolutions.ShouldAllBe(one => UdfResolution.Read(one) != null);

        var found = JsonDocument.Parse(await stage.GetAsync("/udf/search?query=btc&type=spot&exchange=binance&limit=30")).RootElement;
        found[0].Text("ticker").ShouldBe(Ticker);
        found.EnumerateArray().ShouldAllBe(row => row.Text("exchange") == "binance" && row.Text("type") == "spot");
        foreach (var symbol in new[] { Ticker, "BINANCE:BTCUSDT", "binance:BTC/USDT" })
        {
            var info = await stage.GetDescribedAsync($"/udf/symbols?symbol={Uri.EscapeDataString(symbol)}");
            (info.Text("ticker"), info.GetProperty("pricescale").GetInt32(), info.GetProperty("minmov").GetInt32()).ShouldBe((Ticker, 100, 1));
            (info.Text("session"), info.Text("timezone")).ShouldBe(("24x7", "Etc/UTC"));
        }

        var time = long.Parse(await stage.GetAsync("/udf/time"), CultureInfo.InvariantCulture);
        time.ShouldBeInRange(stage.Sandbox.Clock.GetUtcNow().ToUnixTimeSeconds() - 120, stage.Sandbox.Clock.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_search_of_one_exchange_is_not_cut_short_by_what_the_others_have()
    {
        await using var stage = await ServerStage.SetAsync(sandbox: venues => venues.SymbolCount = 300);

        var found = JsonDocument.Parse(await stage.GetAsync("/udf/search?query=usdt&type=spot&exchange=OKX&limit=200")).RootElement;
        found.GetArrayLength().ShouldBe(200);
        found.EnumerateArray().ShouldAllBe(row => row.Text("exchange") == "okx" && row.Text("type") == "spot");
    }

    [Fact]
    public async Task Bars_are_those_of_the_exchange_however_they_are_asked_for()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var to = Interval.OneHour.Floor(stage.Sandbox.Clock.GetUtcNow());
        var bars = await HistoryAsync(stage, $"symbol={Ticker}&resolution=5&from={to.AddHours(-2).ToUnixTimeSeconds()}&to={to.ToUnixTimeSeconds()}&currencyCode=USD");
        var candles = (await stage.GetDescribedAsync($"/v1/candles?exchange=binance&symbol=BTCUSDT&interval=5m&from={to.AddHours(-2):yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}"))
            .GetProperty("candles").EnumerateArray().ToList();
        candles.Count.ShouldBe(24);
        Longs(bars, "t").ShouldBe(candles.Select(candle => candle.Time("openTime").ToUnixTimeSeconds()));
        foreach (var (name, field) in new[] { ("o", "open"), ("h", "high"), ("l", "low"), ("c", "close"), ("v", "volume") })
        {
            bars.GetProperty(name).EnumerateArray().Select(one => one.GetDecimal()).ShouldBe(candles.Select(candle => candle.GetProperty(field).GetDecimal()));
        }

        var counted = await HistoryAsync(stage, $"symbol={Ticker}&resolution=5&from={to.ToUnixTimeSeconds()}&to={to.ToUnixTimeSeconds()}&countback=24");
        Longs(counted, "t").ShouldBe(Longs(bars, "t"));
        var now = await HistoryAsync(stage, $"symbol={Ticker}&resolution=60&from=0&to={to.AddHours(5).ToUnixTimeSeconds()}&countback=3");
        Longs(now, "t").ShouldBe([to.AddHours(-2).ToUnixTimeSeconds(), to.AddHours(-1).ToUnixTimeSeconds(), to.ToUnixTimeSeconds()], "the open bar is the last");
        var day = await HistoryAsync(stage, $"symbol={Ticker}&resolution=1D&from={to.AddDays(-5).ToUnixTimeSeconds()}&to={to.ToUnixTimeSeconds()}");
        Longs(day, "t").ShouldAllBe(open => open % 86_400 == 0);
    }

    [Fact]
    public async Task Where_there_is_nothing_it_says_so_and_where_the_next_bar_is()
    {
        await using var stage = await ServerStage.SetAsync(faults: sandbox => sandbox.Inject(new SandboxFault(SandboxFaultKind.Hole)));
        var old = await HistoryAsync(stage, $"symbol={Ticker}&resolution=60&from=1000&to=200000");
        (old.Text("s"), old.TryGetProperty("nextTime", out _)).ShouldBe(("no_data", false));
        var today = new DateTimeOffset(stage.Sandbox.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var midnight = today.AddDays(-1).ToUnixTimeSeconds(); // an hour lacks from there
        var quiet = await HistoryAsync(stage, $"symbol={Ticker}&resolution=1&from={midnight + 600}&to={midnight + 2400}");

        quiet.Text("s").ShouldBe("no_data");
        quiet.GetProperty("nextTime").GetInt64().ShouldBe(midnight - 60);
        var counted = await HistoryAsync(stage, $"symbol={Ticker}&resolution=1&from={midnight + 600}&to={midnight + 2400}&countback=150");
        Longs(counted, "t").ShouldBe([.. Enumerable.Range(0, 150).Select(i => midnight - (150 * 60) + (i * 60))], "it goes back over the hole");
    }

    [Theory]
    [InlineData("/udf/history?symbol=binance:NOPEUSDT&resolution=60&from=1&to=2000000000", "NOPEUSDT")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=60&from=1&to=2000000000", "is not exchange:symbol")]
    [InlineData("/udf/history?symbol=binance:BTCUSDT&resolution=1Q&from=1&to=2000000000", "is no resolution")]
    [InlineData("/udf/history?symbol=binance:BTCUSDT&resolution=1&from=x&to=2000000000", "'from' must be seconds")]
    [InlineData("/udf/history?symbol=binance:BTCUSDT&resolution=1&from=5&to=99999999999999", "'to' must be seconds")]
    [InlineData("/udf/history?symbol=binance:BTCUSDT&resolution=1&from=2000000001&to=2000000000", "'from' must be before 'to'")]
    [InlineData("/udf/history?symbol=binance:BTCUSDT&resolution=1&from=1&to=2000000000&countback=-1", "'countback' must be")]
    [InlineData("/udf/symbols", "needs 'symbol'")]
    [InlineData("/udf/search?query=btc&type=stock", "no type 'stock'")]
    public async Task Mistakes_are_said_in_the_words_of_the_protocol(string path, string words)
    {
        await using var stage = await ServerStage.SetAsync();
        var answer = JsonDocument.Parse(await stage.GetAsync(path)).RootElement;

        answer.Text("s").ShouldBe("error");
        answer.Text("errmsg")!.ShouldContain(words);
    }

    [Fact]
    public async Task Signals_are_marks_on_the_candles_that_made_them()
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.Signals.Add("binance:BTCUSDT");
            options.SignalIntervals = [Interval.OneMinute];
        });
        await Eventually.TrueAsync(
            () => stage.AskAsync(HttpMethod.Get, "/api/v1/signals").GetAwaiter().GetResult().Body.GetProperty("signals").GetArrayLength() > 0, "there is a signal");
        var signal = (await stage.GetDescribedAsync("/api/v1/signals")).GetProperty("signals").EnumerateArray().Last();
        var close = signal.Time("closeTime").ToUnixTimeSeconds();
        var marks = await stage.GetDescribedAsync($"/udf/marks?symbol={Ticker}&resolution=1&from={close - 60}&to={close}");
        var index = marks.GetProperty("id").EnumerateArray().Select(id => id.GetString()).ToList().IndexOf(signal.Text("id"));

        marks.GetProperty("time")[index].GetInt64().ShouldBe(close - 60);
        marks.GetProperty("text")[index].GetString()!.ShouldContain("SANDBOX");
        (await stage.GetDescribedAsync($"/udf/marks?symbol={Ticker}&resolution=60&from=0&to={close}")).GetProperty("id").GetArrayLength().ShouldBe(0);
    }

    private static List<long> Longs(JsonElement bars, string name) => [.. bars.GetProperty(name).EnumerateArray().Select(one => one.GetInt64())];

    private static Task<JsonElement> HistoryAsync(ServerStage stage, string query) => stage.GetDescribedAsync("/udf/history?" + query);
}
