using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>How connections end, and what happens then.</summary>
public class LeavingTests
{
    private static readonly Series Bitcoin = LoopbackBinance.Series();
    private static readonly Series Ether = LoopbackBinance.Series("ETHUSDT");

    [Fact]
    public async Task Who_leaves_says_so()
    {
        await using var binance = new LoopbackBinance();
        await using var repositories = binance.Repositories();
        await using var feed = repositories.Open([Bitcoin]);
        var reading = DrainAsync(feed);
        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "it is subscribed");
        var stream = binance.Streams.Single();

        await feed.DisposeAsync();

        await Eventually.TrueAsync(() => stream.CloseStatus == WebSocketCloseStatus.NormalClosure, "a close frame comes");
        await reading;
    }

    [Fact]
    public async Task Who_is_asked_to_leave_answers()
    {
        await using var binance = new LoopbackBinance();
        await using var repositories = binance.Repositories();
        await using var feed = repositories.Open([Bitcoin]);
        var reading = DrainAsync(feed);
        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "it is subscribed");
        var stream = binance.Streams.Single();

        await stream.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);

        await Eventually.TrueAsync(() => stream.CloseStatus == WebSocketCloseStatus.EndpointUnavailable, "it is answered with the same code");
        await Eventually.TrueAsync(() => binance.Streams.Any(other => other != stream), "it comes back");
        await feed.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task A_stream_that_says_that_it_ends_and_does_not_is_left()
    {
        await using var binance = new LoopbackBinance();
        binance.Greeting = async stream =>
        {
            if (binance.Venue.Handshakes.Count == 1)
            {
                await stream.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
                await new TaskCompletionSource().Task;
            }
        };
        await using var repositories = binance.Repositories();
        await using var feed = repositories.Open([Bitcoin]);
        var reading = DrainAsync(feed);

        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "it comes back");

        await feed.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task A_stream_that_does_not_answer_is_left_all_the_same()
    {
        await using var binance = new LoopbackBinance();
        binance.Greeting = _ => new TaskCompletionSource().Task; // reads nothing, says nothing
        await using var repositories = binance.Repositories();
        await using var feed = repositories.Open([Bitcoin]);
        var reading = DrainAsync(feed);
        await Eventually.TrueAsync(() => binance.Venue.Handshakes.Count == 1, "it is connected");

        await feed.DisposeAsync();

        await reading;
    }

    [Fact]
    public async Task A_notice_on_each_new_connection_makes_no_storm_of_them()
    {
        var time = new ManualTimeProvider();
        await using var binance = new LoopbackBinance { Greeting = stream => stream.SendAsync("""{"e":"serverShutdown","E":1767225600000}""") };
        await using var repositories = binance.Repositories(options =>
        {
            options.TimeProvider = time;
            options.ReconnectDelay = TimeSpan.FromSeconds(1);
            options.ReconnectDelayMax = TimeSpan.FromSeconds(60);
        });
        await using var feed = repositories.Open([Bitcoin]);
        var reading = DrainAsync(feed);

        await Eventually.TrueAsync(() => binance.Venue.Handshakes.Count == 1, "the first is there");
        var end = time.GetUtcNow() + TimeSpan.FromMinutes(10);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return time.GetUtcNow() >= end;
            },
            "ten minutes pass");

        binance.Venue.Handshakes.Count.ShouldBeInRange(2, 60);
        await EndAsync(feed, time);
        await reading;
    }

    [Fact]
    public async Task Twelve_connections_of_an_exchange_that_is_away_for_two_seconds_are_back_in_a_few_more()
    {
        var series = Enumerable.Range(0, 12).Select(number => LoopbackBinance.Series($"A{number}USDT")).ToArray();
        var time = new ManualTimeProvider();
        await using var binance = new LoopbackBinance();
        await using var repositories = binance.Repositories(options =>
        {
            options.TimeProvider = time;
            options.ReconnectDelay = TimeSpan.FromSeconds(1);
            options.ReconnectDelayMax = TimeSpan.FromSeconds(60);
            options.MaxSeriesPerConnection = 1;
        });
        await using var feed = repositories.Open(series);
        var reading = DrainAsync(feed);
        await Eventually.TrueAsync(() => series.All(binance.Has), "all are there");

        binance.Venue.Close();
        await Eventually.TrueAsync(() => Count(binance, "was lost") == series.Length, "all are gone");
        var backAt = time.GetUtcNow() + TimeSpan.FromSeconds(2);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                return time.GetUtcNow() >= backAt;
            },
            "two seconds pass");
        binance.Venue.Open();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                return series.All(binance.Has);
            },
            "all are back");

        (time.GetUtcNow() - backAt).ShouldBeLessThan(TimeSpan.FromSeconds(8));
        await EndAsync(feed, time);
        await reading;
    }

    [Fact]
    public async Task A_stream_that_once_ran_is_never_given_up()
    {
        await using var binance = new LoopbackBinance();
        await using var repositories = binance.Repositories(options => options.ConnectAttempts = 1);
        await using var feed = repositories.Open([Bitcoin]);
        var reading = DrainAsync(feed);
        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "it is subscribed");

        binance.Venue.Close();
        await Eventually.TrueAsync(() => Count(binance, "failed:") >= 3, "it fails again and again");
        binance.Venue.Open();

        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "it is back");
        await feed.DisposeAsync();
        await reading;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    public async Task A_stream_that_never_ran_is_given_up_after_the_attempts_that_were_allowed(int attempts, int redundancy)
    {
        await using var binance = new LoopbackBinance();
        binance.Venue.Close();
        await using var repositories = binance.Repositories(options => (options.ConnectAttempts, options.Redundancy) = (attempts, redundancy));
        await using var feed = repositories.Open([Bitcoin]);

        var error = await Should.ThrowAsync<ExchangeUnavailableException>(() => DrainAsync(feed));

        error.Message.ShouldContain($"tried {attempts} times");
    }

    [Fact]
    public async Task Of_two_connections_that_carry_a_series_the_one_that_failed_at_the_start_is_tried_on()
    {
        var asked = 0;
        await using var binance = new LoopbackBinance();
        binance.Venue.Answer = request => !request.IsHandshake ? new LoopbackAnswer(200, "[]")
            : Interlocked.Increment(ref asked) is > 1 and < 6 ? new LoopbackAnswer(500)
            : null;
        await using var repositories = binance.Repositories(options =>
        {
            (options.ConnectAttempts, options.Redundancy) = (1, 2);
            (options.ConnectTimeout, options.AcknowledgeTimeout) = (TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)); // a busy machine is no failure
        });
        await using var feed = repositories.Open([Bitcoin]);
        var reading = DrainAsync(feed);

        await Eventually.TrueAsync(() => binance.Streams.Count == 2, "both are there in the end");

        await feed.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task A_connection_carries_nothing_of_the_reader_that_happened_to_start_it()
    {
        await using var binance = new LoopbackBinance();
        var seen = new ConcurrentQueue<string?>();
        await using var repositories = new Infrastructure.VenueRepositories(Infrastructure.Venues.All, Options(binance), new ContextRecorder(seen));
        await using var feed = repositories.Open([Bitcoin]);
        Task reading;
        using (var activity = new Activity("a request of a user").Start())
        {
            reading = DrainAsync(feed);
        }

        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "it is subscribed");
        binance.Streams.Single().Cut();
        await Eventually.TrueAsync(() => binance.Venue.Handshakes.Count == 2 && binance.Has(Bitcoin), "it is back");

        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(name => name == null);
        await feed.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task A_series_that_leaves_and_comes_back_while_requests_are_paced_stays_subscribed()
    {
        await using var binance = new LoopbackBinance();
        await using var repositories = binance.Repositories();
        await using var feed = repositories.Open([Bitcoin, Ether]);
        var quotes = new ConcurrentQueue<PriceQuote>();
        var reading = DrainAsync(feed, quotes.Enqueue);
        await Eventually.TrueAsync(() => binance.Has(Bitcoin) && binance.Has(Ether), "both are subscribed");

        for (var i = 0; i < 20; i++)
        {
            feed.Remove(Bitcoin);
            feed.Add(Bitcoin);
        }

        feed.Remove(Ether);
        await Eventually.TrueAsync(() => !binance.Has(Ether), "the last request has arrived");
        await Eventually.TrueAsync(() => binance.Has(Bitcoin), "what is wanted is there");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var next = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (quotes.All(quote => quote.Symbol != Bitcoin.Symbol)) // again, for the minute of the first may end on its way
        {
            var openMs = Bitcoin.Interval.FloorMs(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            await binance.SendAsync(Bitcoin, LoopbackBinance.Kline(Bitcoin, openMs));
            await next.WaitForNextTickAsync(patience.Token);
        }

        await feed.DisposeAsync();
        await reading;
    }

    private static int Count(LoopbackBinance binance, string text) => binance.Log.Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    private static ConnectorOptions Options(LoopbackBinance binance)
    {
        var options = new ConnectorOptions { ReconnectDelay = TimeSpan.FromMilliseconds(10) };
        options.Endpoints["binance"] = new EndpointOverride { Base = binance.Venue.Address };
        return options;
    }

    private static async Task EndAsync(IPriceFeed feed, ManualTimeProvider time)
    {
        var ending = feed.DisposeAsync().AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return ending.IsCompleted;
            },
            "it ends");
    }

    private static async Task DrainAsync(IPriceFeed feed, Action<PriceQuote>? each = null)
    {
        await foreach (var quote in feed.ReadAllAsync())
        {
            each?.Invoke(quote);
        }
    }

    private sealed class ContextRecorder(ConcurrentQueue<string?> seen) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            seen.Enqueue(Activity.Current?.OperationName);

        public void Dispose()
        {
            // nothing is held
        }
    }
}
