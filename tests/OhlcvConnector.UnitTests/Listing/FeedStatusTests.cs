using System.Collections.Concurrent;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>What a reader is told beside candles: that a series is halted, gone, back, or refused.</summary>
public sealed class FeedStatusTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly PlayedVenue _venue;
    private readonly ConcurrentQueue<string> _told = new();
    private readonly Series _a = Minutes("AUSDT");
    private readonly Series _b = Minutes("BUSDT");

    public FeedStatusTests() => _venue = new PlayedVenue("binance", Market.Spot, _time);

    public void Dispose() => _venue.Dispose();

    [Fact]
    public async Task A_series_that_falls_silent_is_looked_up_and_its_reader_told_once_and_told_again_when_it_trades()
    {
        var series = NewSeries(_a);
        _venue.Answer = _ => Listing("AUSDT", "BREAK");
        series.Prove(_time.GetTimestamp());

        await LookAsync(series, afterMinutes: 4);

        _venue.Asked.ShouldBeEmpty("it has not been quiet for long");
        await LookAsync(series, afterMinutes: 1);
        for (var minute = 0; minute < 10; minute++)
        {
            await LookAsync(series, afterMinutes: 1);
        }

        _told.ShouldBe(["AUSDT Halted: it does not trade now (BREAK)"]);
        _venue.Asked.Count.ShouldBe(2, "the listing is read at a modest rate");

        _venue.Answer = _ => Listing("BUSDT", "TRADING");
        await LookAsync(series, afterMinutes: 6);
        series.Prove(_time.GetTimestamp());
        await LookAsync(series, afterMinutes: 0.5);

        _told.ShouldBe(["AUSDT Halted: it does not trade now (BREAK)", "AUSDT Delisted: the exchange lists it no longer", "AUSDT Trading: its candles come"]);
    }

    [Fact]
    public async Task What_was_halted_from_the_start_is_not_back_before_its_stream_speaks_or_the_listing_says_so()
    {
        var series = NewSeries(_a);
        series.Condition = SeriesCondition.Halted;
        _venue.Answer = _ => Listing("AUSDT", "PRE_TRADING");

        await LookAsync(series, afterMinutes: 0.5);
        await LookAsync(series, afterMinutes: 5);

        _told.ShouldBeEmpty();
        _venue.Answer = _ => Listing("AUSDT", "TRADING");
        await LookAsync(series, afterMinutes: 6);

        _told.ShouldBe(["AUSDT Trading: it trades (TRADING)"]);
    }

    [Fact]
    public async Task A_quiet_series_that_trades_is_no_news_and_neither_is_a_venue_that_does_not_answer()
    {
        var series = NewSeries(_a);

        await LookAsync(series, afterMinutes: 6);
        _venue.Answer = _ => Listing("AUSDT", "TRADING");
        await LookAsync(series, afterMinutes: 6);
        _venue.Answer = _ => null;
        await LookAsync(series, afterMinutes: 6);

        _venue.Asked.Count.ShouldBe(3);
        _told.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_series_that_brings_candles_without_trades_alone_is_looked_up_too()
    {
        var series = NewSeries(_a);
        series.Sequencer.OnStream(Closed(_a, 0, trades: 0), 1, 0);
        _venue.Answer = _ => Listing("AUSDT", "HALT");
        series.Prove(_time.GetTimestamp());

        await LookAsync(series, afterMinutes: 0);

        _told.ShouldBe(["AUSDT Halted: it does not trade now (HALT)"]);
    }

    [Fact]
    public async Task A_feed_looks_every_minute_while_it_runs()
    {
        await using var feed = NewFeed();
        feed.OnStatus = Tell;
        feed.Add(_a);
        _venue.Answer = _ => Listing("AUSDT", "BREAK");
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(feed, stop.Token);

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                return !_told.IsEmpty;
            },
            "it is told");

        _told.ShouldBe(["AUSDT Halted: it does not trade now (BREAK)"]);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task What_does_not_trade_at_the_start_is_told_at_once_and_so_is_what_is_added_later()
    {
        await using var feed = NewFeed();
        feed.OnStatus = Tell;
        feed.Add(new Series(Instrument("AUSDT", isTrading: false) with { Status = "SETTLING" }, Interval.OneMinute));
        feed.Add(_b);
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(feed, stop.Token);
        feed.Add(new Series(Instrument("CUSDT", isTrading: false), Interval.OneMinute));

        _told.ShouldBe(["AUSDT Halted: it does not trade now (SETTLING)", "CUSDT Halted: it does not trade now"]);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task What_is_back_is_not_told_as_halted_to_who_reads_again()
    {
        await using var feed = NewFeed();
        feed.OnStatus = Tell;
        feed.Add(new Series(Instrument("AUSDT", isTrading: false) with { Status = "SETTLING" }, Interval.OneMinute));
        _venue.Answer = _ => Listing("AUSDT", "TRADING");
        using (var stop = new CancellationTokenSource())
        {
            var reading = ReadAsync(feed, stop.Token);
            await Eventually.TrueAsync(
                () =>
                {
                    _time.Advance(TimeSpan.FromMinutes(1));
                    return _told.Count == 2;
                },
                "it is told that it trades");
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => reading);
        }

        using var stopAgain = new CancellationTokenSource();
        var readingAgain = ReadAsync(feed, stopAgain.Token);

        _told.ShouldBe(["AUSDT Halted: it does not trade now (SETTLING)", "AUSDT Trading: it trades (TRADING)"]);
        await stopAgain.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => readingAgain);
    }

    [Fact]
    public async Task A_series_that_is_refused_among_several_ends_the_reading_of_who_is_not_told()
    {
        await using var feed = NewFeed();
        feed.Add(_a);
        feed.Add(_b);

        feed.Sink.OnRejected(_b, "no such symbol").ShouldBeNull();

        (await Should.ThrowAsync<SubscriptionRejectedException>(() => ReadAsync(feed, default))).Series.ShouldBe(_b);
    }

    [Fact]
    public async Task Who_is_told_of_a_refusal_reads_on_until_none_is_left()
    {
        await using var feed = NewFeed();
        feed.OnStatus = Tell;
        feed.Add(_a);
        feed.Add(_b);

        feed.Sink.OnRejected(_b, "no such symbol");
        feed.Sink.OnRejected(_b, "no such symbol"); // by its second connection
        _told.ShouldBe(["BUSDT Refused: no such symbol"]);
        var reading = ReadAsync(feed, default);

        reading.IsCompleted.ShouldBeFalse();
        feed.Sink.OnRejected(_a, "nor this");

        (await Should.ThrowAsync<SubscriptionRejectedException>(() => reading)).Series.ShouldBe(_a);
        _told.Last().ShouldBe("AUSDT Refused: nor this");
    }

    [Fact]
    public async Task A_refusal_of_what_does_not_trade_yet_is_not_for_good()
    {
        await using var feed = NewFeed();
        feed.OnStatus = Tell;
        var opensLater = new Series(Instrument("AUSDT", isTrading: false) with { Status = "preopen" }, Interval.OneMinute);
        feed.Add(opensLater);
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(feed, stop.Token);

        feed.Sink.OnRejected(opensLater, "no such symbol").ShouldBe(TimeSpan.FromSeconds(1));

        reading.IsCompleted.ShouldBeFalse();
        _told.ShouldBe(["AUSDT Halted: it does not trade now (preopen)"]);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_refusal_of_what_was_removed_meanwhile_is_nobodys()
    {
        await using var feed = NewFeed();
        feed.OnStatus = Tell;
        feed.Add(_a);
        feed.Remove(_a);

        feed.Sink.OnRejected(_a, "no such symbol");

        _told.ShouldBeEmpty();
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(feed, stop.Token);

        reading.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_reader_that_fails_when_it_is_told_ends_nothing_and_is_logged()
    {
        await using var feed = NewFeed();
        feed.OnStatus = _ => throw new InvalidOperationException("oops");
        feed.Add(_a);
        feed.Add(_b);

        feed.Sink.OnRejected(_b, "no such symbol");

        _venue.Log.Lines.ShouldContain(
            line => line.StartsWith("Error: The reader failed when it was told that binance spot BUSDT 1m is Refused", StringComparison.Ordinal));
    }

    private static async Task ReadAsync(VenueFeed feed, CancellationToken cancellationToken)
    {
        await foreach (var _ in feed.ReadAllAsync(cancellationToken))
        {
            // none comes
        }
    }

    private static string Listing(string symbol, string status) => $$"""{"symbols":[{"symbol":"{{symbol}}","status":"{{status}}","baseAsset":"X","quoteAsset":"USDT"}]}""";

    private VenueFeed NewFeed() => new(_venue.Access, new VenueHistory(_venue.Access, _venue.Rest), _venue.Instruments, () => 0.5);

    private FeedSeries NewSeries(Series series)
    {
        var queue = new QuoteQueue(100, Dispatch.Inline, _venue.Access.Counters);
        return new FeedSeries(series, new SeriesSequencer(
            series, SequencerRules.For(_venue.Access.Market, _venue.Access.Options), queue, _venue.Access.Counters, T0, isExact: true), shard: null!, _time);
    }

    private Task LookAsync(FeedSeries watched, double afterMinutes)
    {
        _time.Advance(TimeSpan.FromMinutes(afterMinutes));
        var watch = new TradingWatch(_venue.Access, _venue.Instruments, (series, condition, reason) =>
        {
            if (series.Condition != condition)
            {
                series.Condition = condition;
                Tell(new SeriesStatus(series.Series, condition, reason));
            }
        });
        return watch.LookAsync([watched], default);
    }

    private void Tell(SeriesStatus status) => _told.Enqueue($"{status.Series.VenueSymbol} {status.Condition}: {status.Reason}");
}
