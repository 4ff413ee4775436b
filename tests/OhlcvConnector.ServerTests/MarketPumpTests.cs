using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Testing;
using Prometheus;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The one upstream subscription of a market, on a feed that a test plays.</summary>
public sealed class MarketPumpTests : IAsyncDisposable
{
    private const int Capacity = 100;

    private readonly PlayedFeeds _feeds = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly LogRecorder _log = new();
    private readonly List<SeriesChannel> _refused = [];
    private readonly ServerCounters _counters = new();
    private readonly MarketPump _pump;

    public MarketPumpTests() =>
        _pump = new MarketPump(_feeds, _clock, _clock, _log.CreateLogger("pump"), _counters, new LatencyMetrics(
            Metrics.WithCustomRegistry(Metrics.NewCustomRegistry())).For("binance", Market.Spot), Capacity, _refused.Add);

    public async ValueTask DisposeAsync()
    {
        await _pump.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task A_feed_that_fails_is_opened_again_after_its_last_closed_candle()
    {
        var (channel, wire) = Follow(Candles.Minutes());
        var first = await _feeds.NextAsync();

        first.Since.ShouldBeNull();
        first.Say(Candles.Closed(channel.Series, 0));
        await Eventually.TrueAsync(() => wire.Text.Contains("\"seq\":1", StringComparison.Ordinal), "the candle is delivered");
        first.Fail(new InvalidOperationException("a fault"));
        await Eventually.TrueAsync(() => _pump.Failure == "a fault", "the failure is known");
        var second = await NextAfterWaitAsync();

        second.Since.ShouldBe(Candles.Closed(channel.Series, 1).OpenTime, "it goes on where it left off");
        second.Say(Candles.Closed(channel.Series, 1));
        await Eventually.TrueAsync(() => wire.Text.Contains("\"seq\":2", StringComparison.Ordinal), "the next candle is delivered");

        _pump.Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_feed_that_ends_without_being_asked_to_is_a_failure_and_not_opened_again_and_again_at_once()
    {
        var (channel, wire) = Follow(Candles.Minutes());
        var first = await _feeds.NextAsync();
        await first.DisposeAsync();
        await Eventually.TrueAsync(() => _pump.Failure is not null, "the failure is known");

        _pump.Failure!.ShouldContain("ended");
        var second = await NextAfterWaitAsync();
        second.Say(Candles.Closed(channel.Series, 0));
        await Eventually.TrueAsync(() => wire.Text.Contains("\"seq\":1", StringComparison.Ordinal), "the candle is delivered");
    }

    [Fact]
    public async Task A_series_that_the_exchange_refuses_is_told_once_and_left_out_and_the_others_go_on()
    {
        var (refused, _) = Follow(Candles.Minutes("NOPE"));
        var first = await _feeds.NextAsync();
        var (good, wire) = Follow(Candles.Minutes());
        first.Fail(new SubscriptionRejectedException(refused.Series, "no such thing"));
        var second = await _feeds.NextAsync();

        second.Series.ShouldBe([good.Series]);
        _refused.ShouldBe([refused]);
        refused.Refusal.ShouldBe("no such thing");
        second.Say(Candles.Closed(good.Series, 0));
        await Eventually.TrueAsync(() => wire.Text.Contains("BTCUSDT", StringComparison.Ordinal), "the other one is delivered");
    }

    [Fact]
    public async Task A_gap_is_announced_before_the_candle_that_follows_it()
    {
        var (channel, wire) = Follow(Candles.Minutes());
        var feed = await _feeds.NextAsync();
        feed.Say(Candles.Closed(channel.Series, 0));
        var after = Candles.Closed(channel.Series, 5);
        feed.Say(after with { GapBefore = new Gap(Candles.Closed(channel.Series, 1).OpenTime, after.OpenTime, "nobody has them") });
        await Eventually.TrueAsync(() => wire.Text.Contains("\"seq\":2", StringComparison.Ordinal), "the candle after the gap is delivered");

        wire.Text.IndexOf("\"type\":\"gap\"", StringComparison.Ordinal).ShouldBeInRange(1, wire.Text.IndexOf("\"seq\":2", StringComparison.Ordinal));
        wire.Text.ShouldContain("nobody has them");
        _counters.GapsAnnounced.ShouldBe(1);
    }

    [Fact]
    public async Task The_last_series_ends_the_feed_and_the_next_one_opens_another()
    {
        var (channel, _) = Follow(Candles.Minutes());
        var first = await _feeds.NextAsync();

        _pump.Remove(channel).ShouldBe(first);
        await first.DisposeAsync();

        _pump.Remove(channel).ShouldBeNull();
        Follow(Candles.Minutes("ETHUSDT"));

        (await _feeds.NextAsync()).Series.ShouldHaveSingleItem().VenueSymbol.ShouldBe("ETHUSDT");
    }

    [Fact]
    public async Task Series_beyond_what_the_exchange_allows_are_refused_and_the_others_go_on()
    {
        _feeds.Allows = 2;
        var (first, wire) = Follow(Candles.Minutes());
        var feed = await _feeds.NextAsync();
        var (second, _) = Follow(Candles.Minutes("ETHUSDT"));
        Should.Throw<SubscriptionLimitException>(() => Follow(Candles.Minutes("XRPUSDT")));

        feed.Fail(new InvalidOperationException("a fault"));
        await Eventually.TrueAsync(() => _pump.Failure == "a fault", "the failure is known");
        _feeds.Allows = 1;
        feed = await NextAfterWaitAsync();
        await Eventually.TrueAsync(() => _refused.Count == 1, "one of them is refused");

        _refused.ShouldHaveSingleItem().ShouldBe(second);
        second.Refusal!.ShouldContain("allows 1 series");
        feed.Say(Candles.Closed(first.Series, 0));
        await Eventually.TrueAsync(() => wire.Text.Contains("\"seq\":1", StringComparison.Ordinal), "the other one is delivered");
    }

    [Fact]
    public async Task Many_candles_at_once_cut_no_client_off_that_takes_them()
    {
        var (channel, wire) = Follow(Candles.Minutes());
        var feed = await _feeds.NextAsync();
        for (var i = 0; i < 5 * Capacity; i++)
        {
            feed.Say(Candles.Closed(channel.Series, i));
        }

        await Eventually.TrueAsync(() => wire.Text.Contains($"\"seq\":{5 * Capacity},", StringComparison.Ordinal), "all are delivered");

        (_counters.SlowClosed, _counters.Deliveries).ShouldBe((0, 5 * Capacity));
    }

    /// <summary>The feed that is opened when the pump has waited; when it begins to wait is not known, so time passes until it has.</summary>
    private async Task<PlayedFeed> NextAfterWaitAsync()
    {
        var next = _feeds.NextAsync();
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            },
            "a feed is opened again");
        return await next;
    }

    [Fact]
    public async Task A_series_refused_among_several_is_told_and_one_that_does_not_trade_is_stale_until_it_does()
    {
        var (refused, _) = Follow(Candles.Minutes("BADUSDT"));
        var (halted, _) = Follow(Candles.Minutes("HALTUSDT"));
        var feed = await _feeds.NextAsync();
        await Eventually.TrueAsync(() => feed.OnStatus is not null, "the feed is followed");

        feed.OnStatus!(new SeriesStatus(refused.Series, SeriesCondition.Refused, "no such thing"));
        feed.OnStatus!(new SeriesStatus(halted.Series, SeriesCondition.Halted, "it does not trade now (BREAK)"));

        refused.Refusal.ShouldBe("no such thing");
        _refused.ShouldBe([refused]);
        _pump.Channels.ShouldBe([halted]);
        halted.NotTrading.ShouldBe("it does not trade now (BREAK)");
        feed.OnStatus!(new SeriesStatus(halted.Series, SeriesCondition.Trading, "its candles come"));

        halted.NotTrading.ShouldBeNull();
    }

    private (SeriesChannel Channel, TextWire Wire) Follow(Series series)
    {
        var (channel, wire) = (new SeriesChannel(series, memory: 10, _pump.Broadcast.Changes), new TextWire());
        var outbox = new Outbox(wire, Capacity, TimeSpan.FromSeconds(10), _clock, _counters, () => []);
        var subscriber = new Subscriber(outbox, new V1Encoding(series.VenueSymbol, AsStrings: false, IsSandbox: true), closedOnly: false);
        channel.Attach(subscriber);
        channel.GoLive(subscriber, _clock.GetUtcNow());
        _pump.Add(channel);
        return (channel, wire);
    }

    private sealed class TextWire : IWire
    {
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public bool IsOpen => true;

        public int TrySend(ReadOnlySpan<byte> bytes)
        {
            lock (_text)
            {
                _text.Append(Encoding.Latin1.GetString(bytes));
            }

            return bytes.Length;
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class PlayedFeeds : IPriceFeedRepository
    {
        private readonly Channel<PlayedFeed> _opened = Channel.CreateUnbounded<PlayedFeed>();

        public async Task<PlayedFeed> NextAsync() => await _opened.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        public int Allows { get; set; } = int.MaxValue;

        public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
        {
            var feed = new PlayedFeed(series, since, Allows);
            _opened.Writer.TryWrite(feed);
            return feed;
        }
    }

    private sealed class PlayedFeed(IEnumerable<Series> series, DateTimeOffset? since, int allows) : IPriceFeed
    {
        private readonly Channel<PriceQuote> _quotes = Channel.CreateUnbounded<PriceQuote>();

        public List<Series> Series { get; } = [.. series];

        public Action<SeriesStatus>? OnStatus { get; set; }

        public DateTimeOffset? Since { get; } = since;

        public void Say(in PriceQuote quote) => _quotes.Writer.TryWrite(quote);

        public void Fail(Exception exception) => _quotes.Writer.TryComplete(exception);

        public void Add(Series series, DateTimeOffset? since = null)
        {
            if (Series.Count >= allows)
            {
                throw new SubscriptionLimitException(series.Exchange, $"{allows} series", "they are in use");
            }

            Series.Add(series);
        }

        public void Remove(Series series) => Series.Remove(series);

        public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var quote in _quotes.Reader.ReadAllAsync(cancellationToken))
            {
                yield return quote;
            }
        }

        public ValueTask DisposeAsync()
        {
            _quotes.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
