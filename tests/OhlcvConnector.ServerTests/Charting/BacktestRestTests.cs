using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Backtests;
using OhlcvConnector.Testing;
using OhlcvConnector.Trading;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

public sealed class BacktestRestTests
{
    private const string Backtests = "/api/v1/backtests";

    [Fact]
    public async Task A_backtest_is_that_of_the_candles_that_the_server_answers()
    {
        await using var stage = await ServerStage.SetAsync();
        var (from, to) = Range(stage, hours: 30);
        var id = await StartAsync(stage, $$"""
            {"strategy":"sma-cross","parameters":{"fast":3,"slow":8},"exchange":"binance","symbols":["BTC/USDT"],"interval":"5m","from":"{{from}}","to":"{{to}}",
             "cash":5000,"walkForward":{"folds":3,"ranges":{"fast":[2,3],"slow":[6,8,10] },"goal":"return" } }
            """);
        var done = await EndedAsync(stage, id, "done");

        var candles = await stage.GetDescribedAsync($"/v1/candles?exchange=binance&symbol=BTCUSDT&interval=5m&from={from}&to={to}&limit=5000");
        var expected = Expected([.. candles.GetProperty("candles").EnumerateArray().Select(Candle)]);
        var statistics = done.GetProperty("backtest").GetProperty("statistics");
        statistics.GetProperty("equityFinal").GetDecimal().ShouldBe(expected.EquityFinal);
        statistics.GetProperty("trades").GetInt32().ShouldBe(expected.Trades);
        statistics.GetProperty("commissions").GetDecimal().ShouldBe(expected.Commissions);
        statistics.GetProperty("maxDrawdownPercent").GetDouble().ShouldBe(expected.MaxDrawdownPercent, 1e-9);
        expected.Trades.ShouldBeGreaterThan(5);

        done.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        done.GetProperty("backtest").GetProperty("candles").GetInt32().ShouldBe(candles.GetProperty("candles").GetArrayLength());
        done.GetProperty("backtest").GetProperty("progress").GetDouble().ShouldBe(1);
        var (equity, trades) = (done.GetProperty("equity"), done.GetProperty("trades"));
        equity[equity.GetArrayLength() - 1].GetProperty("equity").GetDecimal().ShouldBe(expected.EquityFinal);
        trades.EnumerateArray().Sum(trade => trade.GetProperty("profit").GetDecimal()).ShouldBe(expected.EquityFinal - 5000, 0.000001m);
        var folds = done.GetProperty("walkForward").EnumerateArray().ToList();
        folds.Count.ShouldBe(3);
        folds.Select(fold => fold.GetProperty("parameters").GetProperty("slow").GetInt32()).ShouldBeSubsetOf([6, 8, 10]);
        folds.Zip(folds.Skip(1)).ShouldAllBe(pair => pair.First.GetProperty("to").GetDateTimeOffset() <= pair.Second.GetProperty("from").GetDateTimeOffset());
        (await stage.GetDescribedAsync(Backtests)).GetProperty("backtests")[0].Text("id").ShouldBe(id);
    }

    [Fact]
    public async Task Every_strategy_of_the_list_runs_with_its_defaults_and_rules_by_the_rules_that_are_sent()
    {
        await using var stage = await ServerStage.SetAsync();
        var (from, to) = Range(stage, hours: 10);
        var strategies = (await stage.GetDescribedAsync("/api/v1/strategies")).GetProperty("strategies").EnumerateArray().ToList();
        strategies.Select(one => one.Text("name")).ShouldBe([.. StrategyCatalog.All.Select(kind => kind.Name), "rules"]);
        foreach (var strategy in strategies)
        {
            var parameters = string.Join(',', strategy.GetProperty("parameters").EnumerateArray()
                .Select(one => string.Create(CultureInfo.InvariantCulture, $"\"{one.Text("name")}\":{one.GetProperty("default").GetDecimal()}")));
            var rules = strategy.Flag("needsRules") ? ""","rules":{"name":"up","direction":"long","when":"rsi:14 crosses above 50"}""" : "";
            var id = await StartAsync(stage, $$"""
                {"strategy":"{{strategy.Text("name")}}","parameters":{ {{parameters}} },"exchange":"okx","market":"spot","symbols":["BTC/USDT","ETH/USDT"],
                 "interval":"1m","from":"{{from}}","to":"{{to}}"{{rules}}}
                """);
            (await EndedAsync(stage, id, "done")).GetProperty("backtest").GetProperty("symbols").GetArrayLength().ShouldBe(2);
        }
    }

    [Theory]
    [InlineData("""{"strategy":"sma-crss","exchange":"binance","symbols":["BTCUSDT"],"from":FROM}""", 400, "did you mean sma-cross?")]
    [InlineData("""{"strategy":"sma-cross","parameters":{"fst":3},"exchange":"binance","symbols":["BTCUSDT"],"from":FROM}""", 400, "no parameter 'fst'")]
    [InlineData("""{"strategy":"sma-cross","parameters":{"fast":0},"exchange":"binance","symbols":["BTCUSDT"],"from":FROM}""", 400, "a whole number from 1 to 10000")]
    [InlineData("""{"strategy":"sma-cross","exchange":"nasdaq","symbols":["BTCUSDT"],"from":FROM}""", 404, "no exchange 'nasdaq'")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDX"],"from":FROM}""", 404, "BTCUSDX")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":[],"from":FROM}""", 400, "1 to 10 symbols")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","market":"swamp","symbols":["BTCUSDT"],"from":FROM}""", 400, "no market 'swamp'")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"interval":"h1","from":FROM}""", 400, "no interval")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"interval":"1m","from":"2020-01-01T00:00:00Z"}""", 400, "at most 200000 are")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"from":"2999-01-01T00:00:00Z"}""", 400, "starts in the future")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"from":FROM,"leverage":0}""", 400, "Leverage is 0")]
    [InlineData("""{"strategy":"rules","exchange":"binance","symbols":["BTCUSDT"],"from":FROM}""", 400, "needs 'rules'")]
    [InlineData("""{"strategy":"rules","rules":[{"name":"x","direction":"long","when":"rsj:14 > 3"}],"exchange":"binance","symbols":["BTCUSDT"],"from":FROM}""", 400, "no indicator 'rsj'")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"from":FROM,"walkForward":{"folds":0,"ranges":{"fast":[2]}}}""", 400, "1 to 20 folds")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"from":FROM,"walkForward":{"folds":2,"ranges":{"slow":[1,2]}}}""", 400, "slow is 1")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"from":FROM,"walkForward":{"folds":2,"ranges":{"slow":[3]},"goal":"luck"}}""", 400, "no goal 'luck'")]
    [InlineData("""{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"from":FROM,"steps":1}""", 400, "no field 'steps'")]
    public async Task What_cannot_run_is_refused_in_words_before_anything_is_read(string body, int status, string words)
    {
        await using var stage = await ServerStage.SetAsync();
        var asked = body.Replace("FROM", $"\"{Range(stage, 5).From}\"", StringComparison.Ordinal);
        var refused = await stage.RefusedAsync(HttpMethod.Post, Backtests, asked, status);

        refused.ShouldContain(words);
        (await stage.GetDescribedAsync(Backtests)).GetProperty("backtests").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_symbol_that_is_named_in_two_spellings_is_traded_once()
    {
        await using var stage = await ServerStage.SetAsync();
        var body = $$"""
            {"strategy":"buy-and-hold","exchange":"binance","symbols":["BTC/USDT","BTCUSDT","btcusdt","ETHUSDT"],"interval":"1m","from":"{{Range(stage, 5).From}}"}
            """;

        var ran = (await EndedAsync(stage, await StartAsync(stage, body), "done")).GetProperty("backtest");
        ran.GetProperty("symbols").EnumerateArray().Select(symbol => symbol.GetString()).ShouldBe(["BTC/USDT", "ETHUSDT"]);
    }

    [Fact]
    public async Task Too_many_combinations_are_refused()
    {
        await using var stage = await ServerStage.SetAsync();
        var values = string.Join(',', Enumerable.Range(2, 30));
        var body = $$"""
            {"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"from":"{{Range(stage, 5).From}}","walkForward":{"folds":2,"ranges":{"fast":[{{values}}],"slow":[{{values}}] } } }
            """;

        (await stage.RefusedAsync(HttpMethod.Post, Backtests, body, 400)).ShouldContain("900 combinations");
    }

    [Fact]
    public async Task They_wait_for_their_turn_are_cancelled_and_forgotten_and_a_server_takes_only_so_many()
    {
        await using var stage = await ServerStage.SetAsync();
        await stage.GetAsync("/v1/symbols?exchange=binance");
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.SlowAnswer) { Exchange = "binance", Amount = TimeSpan.FromHours(1) });
        var body = $$"""{"strategy":"buy-and-hold","exchange":"binance","symbols":["BTCUSDT"],"interval":"1m","from":"{{Range(stage, 5).From}}"}""";
        var ids = new List<string>();
        for (var i = 0; i < BacktestLimits.AtOnce + BacktestLimits.Waiting; i++)
        {
            ids.Add(await StartAsync(stage, body));
        }

        (await stage.RefusedAsync(HttpMethod.Post, Backtests, body, 429)).ShouldContain("backtests wait already");
        await Eventually.TrueAsync(() => States(stage).Count(state => state == "reading") == BacktestLimits.AtOnce, "two have their turn");
        States(stage).Count(state => state == "waiting").ShouldBe(BacktestLimits.Waiting);
        foreach (var id in ids.SkipLast(1))
        {
            (await stage.AskAsync(HttpMethod.Delete, $"{Backtests}/{id}")).Status.ShouldBe(200);
        }

        await Eventually.TrueAsync(() => States(stage).Count(state => state == "cancelled") == ids.Count - 1, "they end");
        stage.Sandbox.ClearFaults();
        (await stage.AskAsync(HttpMethod.Delete, $"{Backtests}/{ids[^1]}")).Status.ShouldBe(200);
        await EndedAsync(stage, ids[^1], "cancelled");
        await EndedAsync(stage, await StartAsync(stage, body), "done");
        (await stage.AskAsync(HttpMethod.Delete, $"{Backtests}/{ids[0]}")).Status.ShouldBe(200);
        (await stage.RefusedAsync(HttpMethod.Get, $"{Backtests}/{ids[0]}", null, 404)).ShouldContain("There is no backtest");
    }

    [Fact]
    public async Task Over_gaps_it_runs_only_when_told_to_and_an_exchange_that_is_down_ends_it_in_words()
    {
        await using var stage = await ServerStage.SetAsync(faults: sandbox => sandbox.Inject(new SandboxFault(SandboxFaultKind.Hole) { Exchange = "bybit" }));
        var body = $$"""{"strategy":"buy-and-hold","exchange":"bybit","market":"spot","symbols":["BTCUSDT"],"interval":"1m","from":"{{Range(stage, 30).From}}" """;
        var failed = (await EndedAsync(stage, await StartAsync(stage, body + "}"), "failed")).GetProperty("backtest");
        failed.Text("problem")!.ShouldContain("allowGaps runs all the same");
        var ran = (await EndedAsync(stage, await StartAsync(stage, body + ""","allowGaps":true}"""), "done")).GetProperty("backtest");
        ran.GetProperty("gaps").GetInt32().ShouldBe(failed.GetProperty("gaps").GetInt32());
        ran.GetProperty("gaps").GetInt32().ShouldBePositive();
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError) { Exchange = "bybit" });

        var other = body.Replace("BTCUSDT", "ETHUSDT", StringComparison.Ordinal);
        (await EndedAsync(stage, await StartAsync(stage, other + "}"), "failed")).GetProperty("backtest").Text("problem")!.ShouldContain("bybit");
    }

    [Fact]
    public void A_curve_is_thinned_without_losing_its_peaks_and_troughs()
    {
        var random = new Random(7);
        for (var run = 0; run < 50; run++)
        {
            long[] times = [.. Enumerable.Range(0, random.Next(1, 3_000)).Select(i => (long)i)];
            decimal[] values = [.. times.Select(_ => (decimal)random.NextDouble())];
            var most = random.Next(4, 200);
            var thin = EquityPoints.Thin(times, values, most);

            thin.Count.ShouldBeLessThanOrEqualTo(most);
            thin.Select(point => point.TimeMs).ShouldBe(thin.Select(point => point.TimeMs).Order());
            thin.ShouldAllBe(point => values[point.TimeMs] == point.Equity);
            (thin[0].TimeMs, thin[^1].TimeMs).ShouldBe((times[0], times[^1]));
            (thin.Min(point => point.Equity), thin.Max(point => point.Equity)).ShouldBe((values.Min(), values.Max()));
        }
    }

    private static BacktestStatistics Expected(IReadOnlyList<Candle> candles)
    {
        var instrument = new Instrument
        {
            Exchange = "binance",
            Market = Market.Spot,
            VenueSymbol = "BTCUSDT",
            Symbol = "BTC/USDT",
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            TickSize = 0.01m,
            LotSize = 0.00001m,
        };
        var fees = VenueFees.Of("binance", Market.Spot)!.Value;
        var rules = InstrumentRules.Of(instrument) with { TakerFee = fees.Taker, MakerFee = fees.Maker };
        var settings = new Dictionary<string, decimal> { ["fast"] = 3, ["slow"] = 8 };
        var result = Backtest.Run(
            StrategyCatalog.Find("sma-cross").Create(settings), [new BacktestSeries("expected", candles, rules)], new BrokerOptions { Cash = 5000 });
        return BacktestStatistics.Of(result);
    }

    private static Candle Candle(JsonElement row) => new(
        row.Time("openTime").ToUnixTimeMilliseconds(), row.Time("closeTime").ToUnixTimeMilliseconds(), row.GetProperty("open").GetDecimal(),
        row.GetProperty("high").GetDecimal(), row.GetProperty("low").GetDecimal(), row.GetProperty("close").GetDecimal(), row.GetProperty("volume").GetDecimal());

    private static (string From, string To) Range(ServerStage stage, int hours)
    {
        var to = Interval.OneHour.Floor(stage.Sandbox.Clock.GetUtcNow());
        return (Text(to.AddHours(-hours)), Text(to));

        static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static async Task<string> StartAsync(ServerStage stage, string body)
    {
        var (status, answer) = await stage.AskAsync(HttpMethod.Post, Backtests, body);
        status.ShouldBe(202, answer.GetRawText());
        return answer.Text("id")!;
    }

    private static List<string> States(ServerStage stage)
    {
        var all = stage.AskAsync(HttpMethod.Get, Backtests).GetAwaiter().GetResult().Body.GetProperty("backtests");
        return [.. all.EnumerateArray().Select(one => one.Text("state")!)];
    }

    private static async Task<JsonElement> EndedAsync(ServerStage stage, string id, string state)
    {
        var path = $"{Backtests}/{id}";
        await Eventually.TrueAsync(
            () => stage.AskAsync(HttpMethod.Get, path).GetAwaiter().GetResult().Body.GetProperty("backtest").Text("state") is "done" or "failed" or "cancelled",
            "it ends");
        var answer = await stage.GetDescribedAsync(path, "/api/v1/backtests/{id}");
        answer.GetProperty("backtest").Text("state").ShouldBe(state, answer.GetProperty("backtest").GetRawText());
        return answer;
    }
}
