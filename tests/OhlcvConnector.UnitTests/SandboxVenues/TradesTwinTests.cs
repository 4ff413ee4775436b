using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>The trades that the simulated exchanges send are those that their candles are made of.</summary>
public class TradesTwinTests
{
    private const long From = 1_767_614_460_000; // the first minute that opens after the start
    private const long To = From + MinuteMs;

    [Fact]
    public async Task Hyperliquids_trades_make_its_candles()
    {
        var (subscribe, read) = Hyperliquid("BTC");

        await ShouldMakeTheCandleAsync("hyperliquid", Market.UsdMargined, "BTC", "hyperliquid/ws", subscribe, read);
    }

    [Fact]
    public async Task Gate_ios_spot_trades_make_its_candles() =>
        await ShouldMakeTheCandleAsync("gateio", Market.Spot, "BTC_USDT", "gateio/ws/v4/", """{"time":1,"id":7,"channel":"spot.trades","event":"subscribe","payload":["BTC_USDT"]}""", text =>
            Update(text, "spot.trades") is { } row
                ? [new Fill(Time(row), Number(row, "id"), Text(row, "price"), Text(row, "amount"))]
                : []);

    [Fact]
    public async Task Gate_ios_futures_trades_make_its_candles() =>
        await ShouldMakeTheCandleAsync("gateio", Market.UsdMargined, "BTC_USDT", "gateio/v4/ws/usdt", """{"time":1,"id":7,"channel":"futures.trades","event":"subscribe","payload":["BTC_USDT"]}""", text =>
            Update(text, "futures.trades") is { } rows
                ? [.. rows.EnumerateArray().Select(
                    row => new Fill(Number(row, "create_time_ms"), Number(row, "id"), Text(row, "price"), Math.Abs(Number(row, "size")) * 0.0001m))]
                : []);

    [Theory]
    [InlineData(SandboxFaultKind.DoubledTrades, 2.0, 1.0)]
    [InlineData(SandboxFaultKind.LostTrades, 0.0, 0.0)]
    [InlineData(SandboxFaultKind.ReorderedTrades, 1.0, 1.0)]
    [InlineData(SandboxFaultKind.LateTrades, 1.0, 1.0)]
    [InlineData(SandboxFaultKind.MergedTrades, 0.9, 0.9)]
    public async Task A_fault_of_trades_strikes_them(SandboxFaultKind kind, double most, double maxDifferent)
    {
        await using var sandbox = await StartAsync(speed: 60);
        sandbox.Server.Inject(new SandboxFault(kind) { Exchange = "hyperliquid", Symbol = "BTC" });
        using var talk = await sandbox.TalkAsync("hyperliquid/ws");
        var (subscribe, read) = Hyperliquid("BTC");

        var fills = await ReadAsync(
            talk, [subscribe, Hyperliquid("ETH").Subscribe], text => [.. read(text), .. Hyperliquid("ETH").Read(text).Select(fill => fill with { Size = 0 })]);

        var struck = fills.Where(fill => fill.Size > 0 && fill.TimeMs is >= From and < To).ToList();
        var whole = sandbox.Books("hyperliquid", Market.UsdMargined, "BTC", From, To).Single().TradeCount;

        ((double)struck.Count / whole).ShouldBeLessThanOrEqualTo(most);
        ((double)struck.Select(fill => fill.Id).Distinct().Count() / whole).ShouldBeLessThanOrEqualTo(maxDifferent);
        (struck.Count == 0).ShouldBe(kind == SandboxFaultKind.LostTrades);
        struck.Zip(struck.Skip(1)).Any(pair => pair.First.TimeMs > pair.Second.TimeMs).ShouldBe(kind == SandboxFaultKind.ReorderedTrades);
    }

    [Fact]
    public async Task No_more_trades_are_promised_than_the_sandbox_sends()
    {
        await using var sandbox = await StartAsync(speed: 2_000);
        using var talk = await sandbox.TalkAsync("hyperliquid/ws");
        await talk.HearAsync();
        await talk.SayOnlyAsync(Hyperliquid("BTC").Subscribe);
        await talk.HearAsync(text => text.Contains("subscriptionResponse", StringComparison.Ordinal));
        await talk.SayOnlyAsync(Hyperliquid("ETH").Subscribe);

        (await talk.HearAsync(text => text.Contains("\"error\"", StringComparison.Ordinal))).ShouldContain("at most 2000 a second");
    }

    private static (string Subscribe, Func<string, List<Fill>> Read) Hyperliquid(string coin) => (
        $$$"""{"method":"subscribe","subscription":{"type":"trades","coin":"{{{coin}}}"}}""",
        text => text.StartsWith('{') && JsonElement.Parse(text) is var root && root.GetProperty("channel").GetString() == "trades"
            ? [.. root.GetProperty("data").EnumerateArray().Where(row => row.GetProperty("coin").GetString() == coin).Select(
                row => new Fill(Number(row, "time"), Number(row, "tid"), Text(row, "px"), Text(row, "sz")))]
            : []);

    private static async Task ShouldMakeTheCandleAsync(
        string exchange, Market market, string symbol, string path, string subscribe, Func<string, List<Fill>> read)
    {
        await using var sandbox = await StartAsync(speed: 60);
        using var talk = await sandbox.TalkAsync(path);

        var fills = await ReadAsync(talk, [subscribe], read);

        var from = FirstWholeMinute(fills);
        var candle = sandbox.Books(exchange, market, symbol, from, from + MinuteMs).Single();
        var own = fills.Where(fill => fill.TimeMs >= from && fill.TimeMs < from + MinuteMs).ToList();

        own.Select(fill => fill.Id).ShouldBeUnique();
        own.Zip(own.Skip(1)).ShouldContain(pair => pair.First.TimeMs == pair.Second.TimeMs);
        own.Count.ShouldBe((int)candle.TradeCount);
        own.Sum(fill => fill.Size).ShouldBe(candle.BaseVolume);
        (own[0].Price, own.Max(fill => fill.Price), own.Min(fill => fill.Price), own[^1].Price).ShouldBe((candle.Open, candle.High, candle.Low, candle.Close));
    }

    /// <summary>The minute after the first trade that was heard: however late the subscription was, all of it came.</summary>
    private static long FirstWholeMinute(List<Fill> fills) => ((fills[0].TimeMs / MinuteMs) + 1) * MinuteMs;

    /// <summary>Reads until the minute after the first whole one has begun well.</summary>
    private static async Task<List<Fill>> ReadAsync(StillSandbox.Talk talk, IEnumerable<string> subscribe, Func<string, List<Fill>> read)
    {
        foreach (var request in subscribe)
        {
            await talk.SayOnlyAsync(request);
        }

        var fills = new List<Fill>();
        while (!fills.Exists(fill => fill.TimeMs >= FirstWholeMinute(fills) + MinuteMs + 15_000))
        {
            fills.AddRange(read(await talk.HearAsync()));
        }

        return fills;
    }

    private static JsonElement? Update(string text, string channel) =>
        JsonElement.Parse(text) is var root
            && root.GetProperty("channel").GetString() == channel && root.GetProperty("event").GetString() == "update" ? root.GetProperty("result") : null;

    private static long Time(JsonElement row) => (long)Text(row, "create_time_ms");

    private static long Number(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    private static decimal Text(JsonElement row, string name) => decimal.Parse(row.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private sealed record Fill(long TimeMs, long Id, decimal Price, decimal Size);
}
