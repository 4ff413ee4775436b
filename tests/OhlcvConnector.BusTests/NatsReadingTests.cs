using NATS.Client.Core;
using NATS.Client.JetStream;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>The three ports over JetStream: what was published is read again, live and of the past, whatever happens to the bus.</summary>
public class NatsReadingTests
{
    private static readonly Series Bitcoin = Candles.Minutes();
    private static readonly DateTimeOffset Begin = DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0);

    [Fact]
    public async Task What_the_bus_carries_is_listed_with_the_exchanges_spelling_and_the_common_one()
    {
        using var server = await NatsServer.StartAsync();
        var future = new Series(
            new Instrument
            {
                Exchange = "okx",
                Market = Market.CoinMargined,
                VenueSymbol = "BTC-USD-261225",
                Symbol = "BTC/USD:BTC-261225",
                BaseAsset = "BTC",
                QuoteAsset = "USD",
            },
            Interval.OneHour);
        await using (var sink = NatsPublishingTests.Sink(server))
        {
            await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
            await sink.AppendAsync(Candles.Closed(new Series(Bitcoin.Instrument, Interval.OneHour), 0));
            await sink.AppendAsync(Candles.Closed(future, 0));
        }

        await using var source = Source(server);
        await source.ConnectAsync();

        source.IsSandbox.ShouldBeFalse();
        source.Exchanges.Select(one => one.Name).ShouldBe(["binance", "okx"]);
        source.Exchanges[0].Markets.ShouldHaveSingleItem().Intervals.ShouldBe([Interval.OneMinute, Interval.OneHour]);
        var resolved = await new StreamPrices(source, source, source.MarketClock).ResolveAsync(
            new StreamRequest { Exchange = "okx", Symbols = ["BTC/USD:BTC-261225"], Interval = Interval.OneHour });
        var instrument = resolved.ShouldHaveSingleItem().Instrument;
        (await source.ListAsync("okx", Market.CoinMargined)).ShouldHaveSingleItem().ShouldBeSameAs(instrument, "it is kept, so that asking again is cheap");
        (instrument.VenueSymbol, instrument.BaseAsset, instrument.QuoteAsset, instrument.SettleAsset, instrument.ExpiresAt)
            .ShouldBe(("BTC-USD-261225", "BTC", "USD", "BTC", new DateTimeOffset(2026, 12, 25, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public async Task The_past_is_replayed_exactly_with_gaps_and_without_revisions()
    {
        using var server = await NatsServer.StartAsync();
        await using var sink = NatsPublishingTests.Sink(server);
        var gap = new Gap(Candles.Closed(Bitcoin, 20).OpenTime, Candles.Closed(Bitcoin, 25).OpenTime, "the exchange has none");
        var ether = Candles.Minutes("ETHUSDT");
        for (var index = 0; index < 60; index++)
        {
            await sink.AppendAsync(Candles.Closed(ether, index)); // between the others in the stream
            if (index is < 20 or >= 25)
            {
                await sink.AppendAsync(index == 25 ? Candles.Closed(Bitcoin, 25) with { GapBefore = gap } : Candles.Closed(Bitcoin, index));
            }
        }

        await using var source = Source(server);
        var missing = new List<MissingCandles>();
        var read = new List<PriceQuote>();
        await foreach (var quote in source.ReadAsync(
            Bitcoin, Begin.AddMinutes(10).AddSeconds(-1), Begin.AddMinutes(40), missing: missing.Add, waitForLate: false))
        {
            read.Add(quote);
        }

        read.Select(quote => quote.OpenTime).ShouldBe(Enumerable.Range(10, 30).Where(index => index is < 20 or >= 25).Select(index => Begin.AddMinutes(index)));
        read.ShouldAllBe(quote => quote.SameValues(Candles.Closed(Bitcoin, (int)(quote.OpenTime - Begin).TotalMinutes)));
        var part = missing.ShouldHaveSingleItem();
        (part.From, part.To, part.Reason).ShouldBe((gap.From, gap.To, gap.Reason));
    }

    [Fact]
    public async Task Series_join_a_running_feed_at_any_moment_without_a_seam()
    {
        const int Count = 1_500;
        using var server = await NatsServer.StartAsync();
        Series[] all = [Bitcoin, Candles.Minutes("ETHUSDT"), Candles.Minutes("SOLUSDT"), Candles.Minutes("XRPUSDT"), Candles.Minutes("ADAUSDT")];
        await using var sink = NatsPublishingTests.Sink(server);
        var publishing = Task.WhenAll(all.Select(series => Task.Run(async () =>
        {
            for (var index = 0; index < Count; index++)
            {
                await sink.AppendAsync(Candles.Closed(series, index));
            }
        })));
        await using var source = Source(server);
        await using var reader = new Reader(source.Open([Bitcoin], Begin));
        foreach (var (series, index) in all.Skip(1).Select((series, index) => (series, index)))
        {
            await reader.UntilAsync(_ => reader.Closed(Bitcoin).Count > (index + 1) * 250);
            reader.Feed.Add(series, Begin.AddMinutes(index * 100));
        }

        await publishing;
        await reader.UntilAsync(_ => all.All(
            series => reader.Closed(series) is { Count: > 0 } closed && closed[^1].OpenMs == Candles.Closed(series, Count - 1).OpenMs));

        foreach (var (series, from) in all.Select((series, index) => (series, Math.Max(0, index - 1) * 100)))
        {
            reader.Closed(series).Select(quote => quote.OpenTime).ShouldBe(Enumerable.Range(from, Count - from).Select(index => Begin.AddMinutes(index)));
            reader.Closed(series).ShouldAllBe(quote => quote.GapBefore == null);
        }

        reader.Read.Where(one => one.Quote.Series.Equals(Bitcoin)).Select(one => one.Number!.Value.Sequence)
            .ShouldBe(Enumerable.Range(1, Count).Select(number => (long)number));
    }

    [Fact]
    public async Task What_comes_too_late_to_be_awaited_is_asked_for_again_though_nothing_follows()
    {
        using var server = await NatsServer.StartAsync();
        await using var late = new LateProxy(server.Port);
        await using var sink = NatsPublishingTests.Sink(server);
        await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
        var address = server.Address.Replace($":{server.Port}", $":{late.Port}", StringComparison.Ordinal);
        await using var source = new NatsQuoteSource(new NatsBusOptions { Address = address, Timeout = TimeSpan.FromSeconds(2) });
        await using var reader = new Reader(source.Open([Bitcoin], Begin));
        await reader.UntilAsync(_ => reader.Closed(Bitcoin).Count == 1);
        late.Hold();
        var asked = late.Questions;
        for (var index = 1; index < 4; index++)
        {
            await sink.AppendAsync(Candles.Closed(Bitcoin, index));
        }

        await Eventually.TrueAsync(() => late.Questions > asked, "it misses the server's heartbeat, and gives up what it waited for");
        late.LetGo();
        await reader.UntilAsync(_ => reader.Closed(Bitcoin).Count == 4);
    }

    [Fact]
    public async Task Kill_9_of_the_bus_loses_nothing_for_who_reads_and_brings_nothing_twice()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        await using var publisher = PublishQuotesTests.Publisher(server, venue, Begin);
        venue.BringClosed(Bitcoin, 0, 50);
        await publisher.UntilAsync(counts => counts.Published == 50);
        await using var source = Source(server);
        await using var reader = new Reader(source.Open([Bitcoin], Begin));
        for (var round = 1; round < 4; round++)
        {
            venue.BringClosed(Bitcoin, round * 50, 25);
            await reader.UntilAsync(read => read.Count >= (round * 50) + 10);
            server.Kill();
            venue.BringClosed(Bitcoin, (round * 50) + 25, 25);
            await server.RunAsync();
            await reader.UntilAsync(read => read.Count >= (round + 1) * 50);
        }

        reader.Closed(Bitcoin).Select(quote => quote.OpenTime).ShouldBe(Enumerable.Range(0, 200).Select(index => Begin.AddMinutes(index)));
    }

    [Fact]
    public async Task A_stream_that_lost_its_newest_candles_is_read_on_when_they_are_filled_again()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        await using var source = Source(server);
        await using var publisher = PublishQuotesTests.Publisher(server, venue, Begin);
        venue.BringClosed(Bitcoin, 0, 30);
        await publisher.UntilAsync(counts => counts.Published == 30);
        server.Kill();
        server.CopyStore();
        await server.RunAsync();
        venue.BringClosed(Bitcoin, 30, 30);
        await using var reader = new Reader(source.Open([Bitcoin], Begin));
        await reader.UntilAsync(read => read.Count == 60);

        server.Kill();
        server.RestoreStore();
        await server.RunAsync();
        venue.BringClosed(Bitcoin, 60, 40);
        await reader.UntilAsync(read => read.Count >= 100);

        reader.Closed(Bitcoin).Select(quote => quote.OpenTime).ShouldBe(Enumerable.Range(0, 100).Select(index => Begin.AddMinutes(index)));
        reader.Read.Select(one => one.Number!.Value.Sequence).ShouldBe(Enumerable.Range(1, 100).Select(number => (long)number));
    }

    [Fact]
    public async Task An_open_candle_follows_the_close_before_it_and_never_its_own()
    {
        using var server = await NatsServer.StartAsync();
        await using var sink = NatsPublishingTests.Sink(server);
        await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
        await using var source = Source(server);
        await using var reader = new Reader(source.Open([Bitcoin]));
        await Eventually.TrueAsync(() => Told(sink.UpdateAsync(Candles.Quote(Bitcoin, 1))) && reader.Read.Count > 0, () => "the reader is not there");

        for (var index = 1; index < 200; index++)
        {
            await sink.UpdateAsync(Candles.Quote(Bitcoin, index, trades: 3));
            await sink.AppendAsync(Candles.Closed(Bitcoin, index));
        }

        await sink.UpdateAsync(Candles.Quote(Bitcoin, 200, trades: 4));
        await reader.UntilAsync(read => read[^1].Quote is { IsClosed: false } last && last.OpenMs == Candles.Closed(Bitcoin, 200).OpenMs);

        var before = 0L;
        foreach (var (quote, number) in reader.Read)
        {
            number!.Value.Sequence.ShouldBe(((quote.OpenMs - Candles.T0) / 60_000) + 1);
            quote.OpenMs.ShouldBeGreaterThanOrEqualTo(before);
            before = quote.IsClosed ? quote.CloseMs : before;
        }

        reader.Closed(Bitcoin).Count.ShouldBe(199);
    }

    [Fact]
    public async Task What_is_missing_between_numbers_is_announced_as_a_gap()
    {
        using var server = await NatsServer.StartAsync();
        await using var sink = NatsPublishingTests.Sink(server);
        for (var index = 0; index < 10; index++)
        {
            await sink.AppendAsync(Candles.Closed(Bitcoin, index));
        }

        await Stored.DeleteAsync(server, 5, 6);
        await using var source = Source(server);
        await using var reader = new Reader(source.Open([Bitcoin], Begin.AddMinutes(-3)));
        await reader.UntilAsync(read => read.Count == 8);

        var gaps = reader.Read.Where(one => one.Quote.GapBefore is not null).Select(one => one.Quote.GapBefore!).ToList();
        gaps.Select(gap => (gap.From, gap.To)).ShouldBe([(Begin.AddMinutes(-3), Begin), (Begin.AddMinutes(4), Begin.AddMinutes(6))]);
        gaps.Select(gap => gap.Reason).ShouldBe(["the bus has nothing from before", "the bus has lost 2 candles"]);
    }

    [Fact]
    public async Task Statuses_are_told()
    {
        using var server = await NatsServer.StartAsync();
        await using var sink = NatsPublishingTests.Sink(server);
        await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
        await using var source = Source(server);
        var feed = source.Open([Bitcoin]);
        var told = new TaskCompletionSource<SeriesStatus>();
        feed.OnStatus = status => told.TrySetResult(status);
        await using var reader = new Reader(feed);
        var status = new SeriesStatus(Bitcoin, SeriesCondition.Halted, "maintenance");
        await Eventually.TrueAsync(() => Told(sink.TellAsync(status)) && told.Task.IsCompleted, () => "the reader is not there");

        (await told.Task).ShouldBe(status);
    }

    [Fact]
    public async Task What_a_newer_program_wrote_ends_the_reading_with_words_and_nothing_is_made_of_it()
    {
        using var server = await NatsServer.StartAsync();
        await using var sink = NatsPublishingTests.Sink(server);
        await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
        await using var source = Source(server);
        await using var feed = source.Open([Bitcoin], Begin);
        await using var nats = Stored.Connect(server);
        await new NatsJSContext(nats).PublishAsync("ohlcv.binance.spot.BTCUSDT.1m", "{}", headers: new NatsHeaders { { "Ohlcv-Version", "2" }, { "Ohlcv-Kind", "candle" } });
        var read = new List<PriceQuote>();
        var refused = await Should.ThrowAsync<SinkException>(async () =>
        {
            await foreach (var quote in feed.ReadAllAsync())
            {
                read.Add(quote);
            }
        });

        read.ShouldAllBe(quote => quote.OpenMs == Candles.T0, "nothing is made of the other");
        refused.Message.ShouldContain("version 2");
        refused.Message.ShouldContain("this program knows version 1");
    }

    [Fact]
    public async Task A_reader_waits_for_a_bus_that_is_not_there_yet()
    {
        using var server = await NatsServer.StartAsync();
        server.Kill();
        await using var source = Source(server);
        await using var reader = new Reader(source.Open([Bitcoin], Begin));
        await server.RunAsync();
        await using var sink = NatsPublishingTests.Sink(server);
        await sink.AppendAsync(Candles.Closed(Bitcoin, 0));

        await reader.UntilAsync(read => read.Count == 1);
    }

    private static bool Told(ValueTask telling)
    {
        telling.AsTask().GetAwaiter().GetResult();
        return true;
    }

    internal static NatsQuoteSource Source(NatsServer server) =>
        new(new NatsBusOptions { Address = server.Address, Timeout = TimeSpan.FromSeconds(2) });
}
