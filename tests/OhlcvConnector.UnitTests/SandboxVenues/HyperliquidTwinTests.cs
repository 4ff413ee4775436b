using System.Globalization;
using System.Text.Json;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What is easy to be too kind about when Hyperliquid is simulated.</summary>
public class HyperliquidTwinTests
{
    [Fact]
    public async Task Prices_have_five_significant_figures_or_are_whole()
    {
        await using var sandbox = await StartAsync(symbols: 20);
        var meta = (await InfoAsync(sandbox, """{"type":"meta"}""")).GetProperty("universe").EnumerateArray().ToDictionary(row => row.GetProperty("name").GetString()!);
        foreach (var (coin, row) in meta)
        {
            var candles = await InfoAsync(sandbox, $$$"""{"type":"candleSnapshot","req":{"coin":"{{{coin}}}","interval":"1d","startTime":{{{NowMs - (8 * DayMs)}}}}}""");
            foreach (var price in candles.EnumerateArray().SelectMany(
                candle => "ohlc".Select(name => decimal.Parse(candle.GetProperty(name.ToString()).GetString()!, CultureInfo.InvariantCulture))))
            {
                var digits = price.ToString("0.##########", CultureInfo.InvariantCulture);
                (digits.Replace(".", "", StringComparison.Ordinal).TrimStart('0').Length <= 5 || price == decimal.Truncate(price))
                    .ShouldBeTrue($"{coin} {digits}");
                digits.Split('.').ElementAtOrDefault(1)?.Length.ShouldBeLessThanOrEqualTo(6 - row.GetProperty("szDecimals").GetInt32(), coin);
            }
        }
    }

    [Fact]
    public async Task Tokens_stand_at_their_index_up_to_460_and_are_sparse_above()
    {
        await using var sandbox = await StartAsync();
        var spot = await InfoAsync(sandbox, """{"type":"spotMeta"}""");

        var tokens = spot.GetProperty("tokens").EnumerateArray()
            .Select(token => (Index: token.GetProperty("index").GetInt32(), Name: token.GetProperty("name").GetString())).ToList();

        tokens.Take(460).Select(token => token.Index).ShouldBe(Enumerable.Range(0, 460));
        tokens[150].Name.ShouldBe("HYPE");
        tokens[^1].Index.ShouldBeGreaterThan(tokens.Count);
        spot.GetProperty("universe").EnumerateArray().SelectMany(pair => pair.GetProperty("tokens").EnumerateArray())
            .ShouldAllBe(index => tokens.Any(token => token.Index == index.GetInt32()));
    }

    [Fact]
    public async Task All_exchanges_come_in_one_answer_with_their_collateral_and_the_margin_tables_that_they_name()
    {
        await using var sandbox = await StartAsync();

        var metas = (await InfoAsync(sandbox, """{"type":"allPerpMetas"}""")).EnumerateArray().ToList();

        metas.Count.ShouldBe((await InfoAsync(sandbox, """{"type":"perpDexs"}""")).GetArrayLength());
        metas.Select(meta => meta.GetProperty("collateralToken").GetInt32()).ShouldBe([0, 0, 360]);
        foreach (var meta in metas)
        {
            var tables = meta.GetProperty("marginTables").EnumerateArray().Select(table => table[0].GetInt32()).ToList();
            meta.GetProperty("universe").EnumerateArray().Select(row => row.GetProperty("marginTableId").GetInt32()).ShouldBeSubsetOf(tables);
        }
    }

    [Fact]
    public async Task The_exchange_tells_its_status_and_knows_no_other_path()
    {
        await using var sandbox = await StartAsync();

        (await InfoAsync(sandbox, """{"type":"exchangeStatus"}""")).GetProperty("time").GetInt64().ShouldBeInRange(NowMs, NowMs + 1000);
        (await sandbox.GetAsync($"hyperliquid/nothing")).Status.ShouldBe(404);
    }

    private static async Task<JsonElement> InfoAsync(StillSandbox sandbox, string body) => (await sandbox.PostAsync("hyperliquid/info", body)).Json;
}
