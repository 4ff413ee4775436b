using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>Appending to JetStream: once, in order, fenced, labelled. Against nats-server itself; what is stored is read by NATS's own client.</summary>
public class NatsPublishingTests
{
    private static readonly Series Bitcoin = Candles.Minutes();

    [Fact]
    public async Task Candles_are_stored_once_and_in_order_with_numbers_that_go_on()
    {
        using var server = await NatsServer.StartAsync();
        await using (var sink = Sink(server))
        {
            (await sink.EndAsync(Bitcoin)).ShouldBeNull();
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 0))).ShouldBe(SinkOutcome.Stored);
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 1))).ShouldBe(SinkOutcome.Stored);
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 1))).ShouldBe(SinkOutcome.AlreadyThere);
        }

        await using (var another = Sink(server))
        {
            (await another.EndAsync(Bitcoin)).ShouldBe(Candles.Closed(Bitcoin, 1).CloseTime);
            (await another.AppendAsync(Candles.Closed(Bitcoin, 2))).ShouldBe(SinkOutcome.Stored);
        }

        var stored = await Stored.AllAsync(server);
        stored.Select(one => one.Subject).ShouldBe(Enumerable.Repeat("ohlcv.binance.spot.BTCUSDT.1m", 3));
        stored.Select(one => one.Headers["Ohlcv-Seq"]).ShouldBe(["1", "2", "3"]);
        stored.Select(one => one.Headers["Ohlcv-Epoch"]).Distinct().Count().ShouldBe(1);
        stored.ShouldAllBe(one => one.Headers["Ohlcv-Version"] == "1" && one.Headers["Ohlcv-Kind"] == "candle" && one.Headers["Ohlcv-Label"] == "live");
        stored[2].Json.GetProperty("open").GetDecimal().ShouldBe(Candles.Closed(Bitcoin, 2).Open);
        stored[2].Json.GetProperty("seq").GetInt64().ShouldBe(3);
        stored[2].Json.GetProperty("symbol").GetString().ShouldBe("BTC/USDT");
    }

    [Fact]
    public async Task Of_two_publishers_of_one_close_the_first_wins_and_both_go_on()
    {
        using var server = await NatsServer.StartAsync();
        await using var one = Sink(server);
        await using var other = Sink(server);
        await one.EndAsync(Bitcoin);
        await other.EndAsync(Bitcoin);

        for (var index = 0; index < 20; index += 2)
        {
            (await one.AppendAsync(Candles.Closed(Bitcoin, index))).ShouldBe(SinkOutcome.Stored);
            (await other.AppendAsync(Candles.Closed(Bitcoin, index))).ShouldBe(SinkOutcome.AlreadyThere);
            (await other.AppendAsync(Candles.Closed(Bitcoin, index + 1))).ShouldBe(SinkOutcome.Stored);
            (await one.AppendAsync(Candles.Closed(Bitcoin, index + 1))).ShouldBe(SinkOutcome.AlreadyThere);
        }

        var stored = await Stored.AllAsync(server);
        stored.Select(message => message.Headers["Ohlcv-Seq"]).ShouldBe(Enumerable.Range(1, 20).Select(number => $"{number}"));
    }

    [Fact]
    public async Task A_publisher_that_believes_in_an_older_end_is_fenced_whatever_the_window_of_ids()
    {
        using var server = await NatsServer.StartAsync();
        await using var zombie = Sink(server);
        await using var owner = Sink(server);
        await zombie.AppendAsync(Candles.Closed(Bitcoin, 0));
        await owner.EndAsync(Bitcoin);
        await owner.AppendAsync(Revised(Candles.Closed(Bitcoin, 0), 101.75m)); // what came between is no candle that the zombie has

        (await zombie.AppendAsync(Candles.Closed(Bitcoin, 1))).ShouldBe(SinkOutcome.Fenced);

        zombie.WrongLastSequence.ShouldBe(1);
        (await zombie.EndAsync(Bitcoin)).ShouldBe(Candles.Closed(Bitcoin, 0).CloseTime);
        (await zombie.AppendAsync(Candles.Closed(Bitcoin, 1))).ShouldBe(SinkOutcome.Stored);
        (await Stored.AllAsync(server)).Select(one => (one.Headers["Ohlcv-Kind"], one.Headers["Ohlcv-Seq"]))
            .ShouldBe([("candle", "1"), ("revision", "1"), ("candle", "2")]);
    }

    [Fact]
    public async Task A_gap_is_told_under_the_same_subject_before_its_candle_and_once()
    {
        using var server = await NatsServer.StartAsync();
        var gap = new Gap(Candles.Closed(Bitcoin, 1).OpenTime, Candles.Closed(Bitcoin, 3).OpenTime, "the exchange has no \"history\" of it");
        await using (var sink = Sink(server))
        {
            await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 3) with { GapBefore = gap })).ShouldBe(SinkOutcome.Stored);
            (await sink.AppendAsync(Candles.Closed(Bitcoin, 3) with { GapBefore = gap })).ShouldBe(SinkOutcome.AlreadyThere);
        }

        var stored = await Stored.AllAsync(server);
        stored.Select(one => (one.Headers["Ohlcv-Kind"], one.Headers["Ohlcv-Seq"])).ShouldBe([("candle", "1"), ("gap", "1"), ("candle", "2")]);
        stored[1].Json.GetProperty("reason").GetString().ShouldBe(gap.Reason);
        stored[1].Json.GetProperty("to").GetDateTimeOffset().ShouldBe(gap.To);
        stored[1].Headers["Ohlcv-End"].ShouldBe($"{gap.To.ToUnixTimeMilliseconds()}");
    }

    [Fact]
    public async Task A_revision_is_stored_once_whoever_brings_it()
    {
        using var server = await NatsServer.StartAsync();
        await using var one = Sink(server);
        await using var other = Sink(server);
        await one.AppendAsync(Candles.Closed(Bitcoin, 0));
        var revision = Revised(Candles.Closed(Bitcoin, 0), 101.75m);

        (await one.AppendAsync(revision)).ShouldBe(SinkOutcome.Stored);
        (await one.AppendAsync(revision)).ShouldBe(SinkOutcome.AlreadyThere);
        (await other.AppendAsync(revision)).ShouldBe(SinkOutcome.AlreadyThere);
        (await one.AppendAsync(Revised(Candles.Closed(Bitcoin, 0), 101.8m))).ShouldBe(SinkOutcome.Stored);

        (await Stored.AllAsync(server)).Select(message => message.Json.GetProperty("close").GetDecimal()).ShouldBe([100.5m, 101.75m, 101.8m]);
    }

    [Fact]
    public async Task A_candle_that_somebody_deleted_is_stored_again_though_its_id_is_still_remembered()
    {
        using var server = await NatsServer.StartAsync();
        await using var sink = Sink(server);
        await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
        await Stored.PurgeAsync(server);

        (await sink.EndAsync(Bitcoin)).ShouldBeNull();
        (await sink.AppendAsync(Candles.Closed(Bitcoin, 0))).ShouldBe(SinkOutcome.Stored);
        (await Stored.AllAsync(server)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Simulated_candles_are_labelled_and_never_mixed_with_live_ones()
    {
        using var server = await NatsServer.StartAsync();
        await using var simulated = Sink(server, options => options.IsSandbox = true);
        await using var live = Sink(server);
        await simulated.AppendAsync(Candles.Closed(Bitcoin, 0));

        var refused = await Should.ThrowAsync<SinkException>(async () => await live.AppendAsync(Candles.Closed(Bitcoin, 1)));

        refused.Trouble.ShouldBe(SinkTrouble.Unfit);
        refused.Message.ShouldContain("never mixed");
        refused.Message.ShouldContain("OHLCV_LIVE");
        refused.Message.ShouldNotContain("Pass");
        var stored = (await Stored.AllAsync(server)).ShouldHaveSingleItem();
        stored.Headers["Ohlcv-Label"].ShouldBe("SANDBOX");
        stored.Json.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
    }

    internal static NatsQuoteSink Sink(NatsServer server, Action<NatsBusOptions>? configure = null)
    {
        var options = new NatsBusOptions { Address = server.Address };
        configure?.Invoke(options);
        return new NatsQuoteSink(options);
    }

    private static PriceQuote Revised(PriceQuote quote, decimal close) => new PriceQuote(
        quote.Series,
        new CandleValues
        {
            OpenMs = quote.OpenMs,
            Open = quote.Open,
            High = Math.Max(quote.High, close),
            Low = quote.Low,
            Close = close,
            Volume = quote.Volume,
            IsClosed = true,
        },
        QuoteSource.History, quote.ReceivedAt).AsRevision();
}
