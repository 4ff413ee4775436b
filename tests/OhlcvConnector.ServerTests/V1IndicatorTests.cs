using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Subscriptions with indicators' values.</summary>
public class V1IndicatorTests
{
    private const string With = "rsi:14,bbands:20:2,obv";

    [Theory]
    [InlineData("\"snapshot\":20", 24)]
    [InlineData("\"closed_only\":true", 3)]
    public async Task Values_of_past_and_live_candles_are_those_of_a_long_history(string more, int candles)
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync($$"""{"op":"subscribe","exchange":"binance","market":"spot","symbols":["BTC/USDT"],"with":["rsi:14","bbands:20:2","obv"],{{more}}}""");

        (await client.ReadAsync("ack")).GetProperty("subscriptions")[0].GetProperty("with").GetArrayLength().ShouldBe(3);

        Check(stage, await ReadClosedAsync(client, candles));
    }

    [Fact]
    public async Task Values_of_resumed_candles_are_those_that_were_missed()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var first = await stage.ConnectAsync();
        await first.SayAsync("""{"op":"subscribe","exchange":"binance","market":"spot","symbols":["BTCUSDT"],"closed_only":true,"with":["rsi:14","bbands:20:2","obv"]}""");
        var seen = await ReadClosedAsync(first, 6);
        await using var second = await stage.ConnectAsync();
        await second.SayAsync($$"""{"op":"subscribe","exchange":"binance","market":"spot","symbols":["BTCUSDT"],"with":["rsi:14","bbands:20:2","obv"],"resume_from":"{{seen[1].Text("open_time")}}"}""");
        var again = await ReadClosedAsync(second, 5);
        again.Select(candle => (candle.Text("open_time"), candle.GetProperty("values").GetRawText()))
            .ShouldBe(seen.Skip(1).Select(candle => (candle.Text("open_time"), candle.GetProperty("values").GetRawText())));

        await using var third = await stage.ConnectAsync();
        var from = seen[0].Time("open_time").AddMinutes(-300);
        await third.SayAsync($$"""{"op":"subscribe","exchange":"binance","market":"spot","symbols":["BTCUSDT"],"with":["rsi:14","bbands:20:2","obv"],"resume_from":"{{from:O}}"}""");

        (await third.ReadAsync("ack")).Flag("recovered").ShouldBeTrue();
        var longer = await ReadClosedAsync(third, 302);
        Check(stage, longer);

        longer[300].GetProperty("values").GetRawText().ShouldBe(seen[0].GetProperty("values").GetRawText());
    }

    [Fact]
    public async Task The_past_comes_with_its_values_though_nothing_streams()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Refuse) { Exchange = "binance" });
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"with":["rsi:14","bbands:20:2","obv"],"snapshot":30}""");
        Check(stage, [.. (await client.ReadAsync("snapshot")).GetProperty("candles").EnumerateArray()]);
    }

    [Fact]
    public async Task Several_in_one_text_count_as_several()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync($$"""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"with":["{{string.Join(',', Enumerable.Range(2, 21).Select(period => $"sma:{period}"))}}"]}""");
        (await client.ReadAsync("error")).Text("message")
            .ShouldBe("'with' must name 1 to 20 indicators of at most 200 characters, such as rsi:14, macd:12:26:9.");
    }

    [Fact]
    public async Task An_open_candle_has_provisional_values()
    {
        await using var stage = await ServerStage.SetAsync(speed: 10);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"okx","market":"spot","symbols":["BTC-USDT"],"with":["rsi:14","ema:5"]}""");
        var quote = await client.ReadAsync("quote");

        quote.GetProperty("values").GetProperty("rsi:14").GetDouble().ShouldBeInRange(0, 100);
        var series = stage.Sandbox.Candles(
            "okx", Market.Spot, "BTC-USDT", Interval.OneMinute, quote.Time("open_time").AddMinutes(-200), quote.Time("open_time"));
        var ema = new Ema(5);
        foreach (var candle in series)
        {
            ema.Add((double)candle.Close);
        }

        quote.GetProperty("values").GetProperty("ema:5").GetDouble().ShouldBe(ema.Peek(quote.GetProperty("close").GetDouble()), 1e-6);
    }

    [Fact]
    public async Task Values_are_calculated_once_however_many_clients_want_them()
    {
        using var stage = new BroadcastStage(moreThreads: 0);
        var (channel, set) = (stage.Btc, IndicatorSet.Parse("sma:2"));
        stage.Publish(channel, 0, isClosed: true);
        var clients = new List<BroadcastClient>();
        for (var index = 0; index < 300; index++)
        {
            var indicators = channel.Acquire(set, Join)!;
            await indicators.Ready;
            var client = stage.NewClient(index % 3 == 0 ? " strings" : "", closedOnly: index % 5 == 0);
            client.Subscribe(channel, indicators);
            clients.Add(client);
        }

        var shared = channel.Acquire(set, Join)!;
        var before = shared.Calculations;
        for (var index = 1; index <= 10; index++)
        {
            stage.Publish(channel, index, isClosed: false);
            stage.Publish(channel, index, isClosed: true);
            stage.Flush();
        }

        (shared.Calculations - before).ShouldBe(20, "an open state and a close of each of ten candles");
        clients.ShouldAllBe(client => client.Wire.Words.Last().StartsWith("BTCUSDT 10 closed 109.6", StringComparison.Ordinal));

        Task Join(SeriesIndicators indicators, CancellationToken token)
        {
            return Task.Run(() => channel.TryJoin(indicators, long.MaxValue, [], omitsQuiet: false).ShouldBeTrue(), token);
        }
    }

    [Fact]
    public void After_a_gap_they_begin_anew_even_when_an_open_candle_says_it_that_nobody_wants()
    {
        using var stage = new BroadcastStage(moreThreads: 0);
        var channel = stage.Btc;
        stage.Publish(channel, 0, isClosed: true);
        var indicators = channel.Acquire(IndicatorSet.Parse("sma:2"), (_, _) => Task.CompletedTask)!;

        channel.TryJoin(indicators, long.MaxValue, [], omitsQuiet: false).ShouldBeTrue();
        var client = stage.NewClient(closedOnly: true);
        client.Subscribe(channel, indicators);
        stage.Publish(channel, 1, isClosed: true);
        var gap = new Gap(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0), DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0), "lost");
        stage.Broadcast.Publish(channel, Candles.Quote(channel.Series, 5) with { GapBefore = gap }, DateTimeOffset.UnixEpoch);
        stage.Publish(channel, 5, isClosed: true);
        stage.Publish(channel, 6, isClosed: true);
        stage.Flush();

        client.Wire.Words.ShouldBe(["BTCUSDT 1 closed 100.6", "BTCUSDT 5 closed NaN", "BTCUSDT 6 closed 105.6"]);
    }

    [Fact]
    public async Task A_series_has_a_bounded_number_of_sets_and_those_that_nobody_wants_end()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        await using var client = await stage.ConnectAsync();
        for (var index = 0; index < SeriesChannel.MaxSets; index++)
        {
            await using var other = await stage.ConnectAsync();
            await other.SayAsync($$"""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"with":["sma:{{index + 2}}"]}""");
            await other.ReadAsync("ack");
            await other.CloseAsync();
        }

        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Clients == 1, "those who closed are gone");
        var clients = new List<TestClient>();
        for (var index = 0; index < SeriesChannel.MaxSets; index++)
        {
            clients.Add(await stage.ConnectAsync());
            await clients[index].SayAsync($$"""{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT"],"with":["ema:{{index + 2}}"]}""");
            await clients[index].ReadAsync("ack");
        }

        await client.SayAsync("""{"op":"subscribe","id":2,"exchange":"binance","symbols":["BTCUSDT"],"with":["rsi:14"]}""");
        var error = await client.ReadAsync("error");

        (error.Text("code"), error.Text("message")).ShouldBe(
            ("too_many_subscriptions", "binance spot BTCUSDT 1m is asked for with 8 other sets of indicators already; ask for one of those, or for none."));
        await client.SayAsync("""{"op":"subscribe","id":3,"exchange":"binance","symbols":["BTCUSDT"],"with":["ema:2"]}""");

        (await client.ReadAsync("ack")).Text("id").ShouldBe("3");
        foreach (var one in clients)
        {
            await one.DisposeAsync();
        }
    }

    private static async Task<List<JsonElement>> ReadClosedAsync(TestClient client, int count)
    {
        var closed = new List<JsonElement>();
        while (closed.Count < count)
        {
            var message = (await client.ReadAsync())!.Value;
            closed.AddRange(message.Text("type") switch
            {
                "snapshot" => message.GetProperty("candles").EnumerateArray(),
                "quote" when message.Flag("is_closed") => [message],
                _ => [],
            });
        }

        return closed[..count];
    }

    /// <summary>Against a run of the same formulas over the books of the exchange, from long before; what counts from its beginning by its steps.</summary>
    private static void Check(ServerStage stage, List<JsonElement> candles)
    {
        var (first, last) = (candles[0].Time("open_time"), candles[^1].Time("open_time"));
        var set = IndicatorSet.Parse(With);
        var truth = new Dictionary<DateTimeOffset, double[]>();
        foreach (var candle in stage.Sandbox.Candles("binance", Market.Spot, "BTCUSDT", Interval.OneMinute, first.AddMinutes(-2_000), last.AddMinutes(1)))
        {
            set.Add(new Bar(candle.OpenTime.ToUnixTimeMilliseconds(), (double)candle.Open, (double)candle.High, (double)candle.Low, (double)candle.Close,
                (double)candle.BaseVolume));
            truth[candle.OpenTime] = [.. Enumerable.Range(0, set.Columns.Count).Select(column => set[column])];
        }

        var offset = candles[0].GetProperty("values").GetProperty("obv").GetDouble() - truth[first][^1];
        foreach (var candle in candles)
        {
            var values = candle.GetProperty("values").EnumerateObject().Select(value => value.Value.GetDouble() - (value.Name == "obv" ? offset : 0)).ToArray();
            values.Zip(truth[candle.Time("open_time")]).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1e-8 * Math.Max(1, Math.Abs(pair.Second)));
        }
    }
}
