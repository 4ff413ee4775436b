using System.Net;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>One request: what is sent, how often and when it is sent again, and what an answer makes everybody else wait for.</summary>
public sealed class RestRequestTests : HttpMessageHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly RestRequest Plain = new("/candles?a=1");

    private readonly ManualTimeProvider _time = new();
    private readonly LogRecorder _log = new();
    private readonly List<TimeSpan> _sentAt = [];
    private readonly DateTimeOffset _start;
    private readonly HttpClient _http;
    private HttpRequestMessage? _sent;
    private string _sentBody = "";
    private RateWindow? _weight;
    private AddressLimits? _address;

    public RestRequestTests()
    {
        _start = _time.GetUtcNow();
        _http = new HttpClient(this);
    }

    /// <summary>What is answered to the first, second and so on.</summary>
    private Func<int, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage(HttpStatusCode.OK);

    [Theory]
    [InlineData("okx", true, false, "x-simulated-trading: 1")]
    [InlineData("okx", false, false, "")]
    [InlineData("okx", true, true, "")] // the sandbox simulates the exchange itself
    [InlineData("gateio", false, true, "X-Gate-Size-Decimal: 1")]
    [InlineData("gateio", true, false, "X-Gate-Size-Decimal: 1")]
    public async Task A_request_goes_to_the_markets_address_with_the_headers_that_it_wants(string exchange, bool isTestnet, bool isSandbox, string headers)
    {
        var rest = NewRest(exchange, options =>
        {
            options.UseTestnet = isTestnet;
            options.Sandbox = isSandbox ? new Uri("http://127.0.0.1:9/") : null;
        });

        await rest.Requests.SendAsync(Plain, Ok, subject: null, default);

        (_sent!.Method, _sent.RequestUri!.AbsoluteUri, _sent.Version, _sentBody)
            .ShouldBe((HttpMethod.Get, rest.Access.Rest + Plain.Path, HttpVersion.Version11, ""));
        string.Join(", ", _sent.Headers.Select(header => $"{header.Key}: {string.Join('|', header.Value)}")).ShouldBe(headers);
    }

    [Fact]
    public async Task A_request_with_a_body_is_a_post_of_json()
    {
        await NewRest().Requests.SendAsync(Plain with { Body = "{}"u8.ToArray() }, Ok, subject: null, default);

        (_sent!.Method, _sentBody).ShouldBe((HttpMethod.Post, "{}"));
        _sent.Content!.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task A_request_that_fails_is_sent_again_after_waits_that_grow_and_the_error_says_how_often(int attempts)
    {
        var rest = NewRest(configure: options => (options.RestAttempts, options.CircuitBreakerFailureThreshold) = (attempts, 1_000));

        var error = await Should.ThrowAsync<ExchangeUnavailableException>(() => RunAsync(rest.Requests.SendAsync(Plain, Fail, subject: null, default)));

        _sentAt.Count.ShouldBe(attempts);
        error.Message.ShouldBe($"binance spot did not answer {rest.Access.Rest}/candles?a=1 usably, tried {attempts} times: busy");
        _log.Lines.ShouldBe([$"Warning: No usable answer from {rest.Access.Rest}/candles?a=1: busy"], "once, however often it was tried");
        var waits = _sentAt.Zip(_sentAt.Skip(1), (one, next) => next - one).ToArray();

        waits.ShouldBe(waits.Order());
        if (attempts > 1)
        {
            waits[0].ShouldBeInRange(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500));
            waits[^1].ShouldBe(attempts == 9 ? TimeSpan.FromSeconds(8) : waits[^1]);
        }
    }

    [Fact]
    public async Task An_answer_that_comes_at_last_is_the_answer_and_its_decoder_is_told_only_what_came_with_it()
    {
        Answer = number => number == 1
            ? throw new HttpRequestException("it broke", new IOException("a cable"))
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("body") };
        var rest = NewRest(configure: options => options.RestAttempts = 2);

        var (reply, _) = await RunAsync(rest.Requests.SendAsync(Plain, Echo, subject: null, default));

        (reply.Outcome, reply.Text, _sentAt.Count).ShouldBe((RestOutcome.Ok, "200 body", 2));

        static RestReply Echo(in RestAnswer answer, long venueNowMs) =>
            RestReply.Ok with { Text = $"{answer.Status} {System.Text.Encoding.UTF8.GetString(answer.Body)}" };
    }

    [Fact]
    public async Task What_the_framework_says_is_told_with_the_cause_that_it_names()
    {
        Answer = _ => throw new HttpRequestException("It broke.", new IOException("A cable was cut."));
        var rest = NewRest(configure: options => options.RestAttempts = 1);

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => rest.Requests.SendAsync(Plain, Ok, subject: null, default))).Message
            .ShouldEndWith(": It broke. A cable was cut.");
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_waited_for_so_long_and_a_caller_who_leaves_is_none()
    {
        Answer = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new Silence() };
        var rest = NewRest(configure: options => (options.RestAttempts, options.RestTimeout) = (1, TimeSpan.FromSeconds(7)));
        var asking = rest.Requests.SendAsync(Plain, Ok, subject: null, default);

        _time.NextIn.ShouldBe(TimeSpan.FromSeconds(7));
        _time.Advance(TimeSpan.FromSeconds(7));

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => asking.WaitAsync(Patience))).Message.ShouldEndWith(": no answer within 7 s");
        rest.Access.RestCircuitBreaker.ConsecutiveFailures.ShouldBe(1);

        using var leaving = new CancellationTokenSource();
        var other = rest.Requests.SendAsync(Plain, Ok, subject: null, leaving.Token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => other.WaitAsync(Patience));

        rest.Access.RestCircuitBreaker.ConsecutiveFailures.ShouldBe(1, "leaving is no failure");
    }

    [Theory]
    [InlineData(429, "Failed", null, 1)]
    [InlineData(429, "Failed", "30", 30)]
    [InlineData(429, "Refused", "30", 0)]      // the exchange says more exactly what is wrong
    [InlineData(418, "Failed", null, 60)]      // banned, and it does not say how long
    [InlineData(418, "Failed", "0.5", 0.5)]
    [InlineData(403, "Limited", null, 60)]
    [InlineData(403, "Failed", null, 0)]
    [InlineData(200, "Limited", null, 1)]
    [InlineData(200, "Limited", "30", 1)]      // of a success the header means something else
    [InlineData(400, "Limited", "30", 30)]
    [InlineData(400, "Limited in 5 s", null, 5)]
    [InlineData(429, "Limited in 5 s", "30", 30)]
    [InlineData(503, "Failed", "30", 30)]
    [InlineData(503, "Failed", null, 0)]
    [InlineData(400, "Refused", "30", 0)]
    [InlineData(429, "Failed", "-5", 1)]
    [InlineData(429, "Failed", "soon", 1)]
    [InlineData(429, "Failed", "past", 0)]
    [InlineData(429, "Failed", "99999999999999", 604_800)]
    [InlineData(429, "Failed", "700000", 604_800)]
    [InlineData(200, "Ok", "30", 0)]
    public async Task Who_is_told_to_wait_waits_with_all_requests_of_the_market(int status, string outcome, string? retryAfter, double seconds)
    {
        Answer = _ =>
        {
            var answer = new HttpResponseMessage((HttpStatusCode)status);
            if (retryAfter is not null)
            {
                answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter == "past" ? "Wed, 31 Dec 2025 23:00:00 GMT" : retryAfter);
            }

            return answer;
        };
        var rest = NewRest(configure: options => options.RestAttempts = 1);
        var reply = outcome.Split(' ')[0] switch
        {
            "Ok" => RestReply.Ok,
            "Refused" => RestReply.Refused("words"),
            "Limited" => RestReply.Limited("words", outcome.EndsWith("5 s", StringComparison.Ordinal) ? TimeSpan.FromSeconds(5) : null),
            _ => RestReply.Failed("words"),
        };
        try
        {
            await rest.Requests.SendAsync(Plain, Decode, subject: null, default);
            outcome.ShouldBeOneOf("Ok", "Refused");
        }
        catch (ExchangeUnavailableException exception)
        {
            exception.Message.ShouldEndWith(": words");
        }

        _ = _weight!.SpendAsync(1, default).AsTask();
        var day = TimeSpan.FromDays(1); // the longest that a timer is asked for
        _time.NextIn.ShouldBe(seconds == 0 ? null : TimeSpan.FromSeconds(seconds) < day ? TimeSpan.FromSeconds(seconds) : day);
        var told = _log.Lines.Where(line => line.Contains("limits our requests", StringComparison.Ordinal)).ToArray();

        told.ShouldBe(
            seconds == 0 && retryAfter != "past" ? [] : [$"Warning: binance spot limits our requests (words); waiting {TimeSpan.FromSeconds(seconds)}"]);

        RestReply Decode(in RestAnswer answer, long venueNowMs) => reply;
    }

    [Theory]
    [InlineData(200, "Failed", 1)]
    [InlineData(200, "Limited", 1)]
    [InlineData(400, "Failed", 0)] // it was answered, and the exchange is well
    [InlineData(404, "Failed", 0)]
    [InlineData(499, "Failed", 0)]
    [InlineData(403, "Failed", 1)] // it shuts us out
    [InlineData(429, "Failed", 1)]
    [InlineData(418, "Failed", 1)]
    [InlineData(400, "Limited", 1)]
    [InlineData(500, "Failed", 1)]
    [InlineData(400, "Refused", 0)]
    [InlineData(200, "Ok", 0)]
    public async Task The_circuit_counts_what_says_that_the_exchange_is_not_well(int status, string outcome, int failures)
    {
        Answer = _ => new HttpResponseMessage((HttpStatusCode)status);
        var rest = NewRest(configure: options => options.RestAttempts = 1);

        await IgnoringAsync(() => rest.Requests.SendAsync(Plain, Decode, subject: null, default));

        rest.Access.RestCircuitBreaker.ConsecutiveFailures.ShouldBe(failures);

        RestReply Decode(in RestAnswer answer, long venueNowMs) => new(Enum.Parse<RestOutcome>(outcome)) { Text = "words" };
    }

    [Fact]
    public async Task A_request_waits_until_its_weight_is_free_and_the_exchanges_own_count_is_believed()
    {
        var rest = NewRest(limit: new Rate(10, TimeSpan.FromMinutes(1)));
        await rest.Requests.SendAsync(Plain with { Weight = 4 }, Ok, subject: null, default);
        await rest.Requests.SendAsync(Plain with { Weight = 2 }, Used, subject: null, default); // it counts 9, and we 6

        await rest.Requests.SendAsync(Plain with { Weight = 1 }, Ok, subject: null, default);
        var waiting = rest.Requests.SendAsync(Plain with { Weight = 1 }, Ok, subject: null, default);

        (_sentAt.Count, waiting.IsCompleted, _time.NextIn).ShouldBe((3, false, TimeSpan.FromSeconds(61)));
        _time.Advance(TimeSpan.FromSeconds(61));
        await waiting.WaitAsync(Patience);

        static RestReply Used(in RestAnswer answer, long venueNowMs) => RestReply.Ok with { UsedWeight = 9 };
    }

    [Fact]
    public async Task One_subject_that_keeps_failing_counts_once_until_another_is_answered_and_what_has_no_subject_counts_each_time()
    {
        var rest = NewRest(configure: options => options.RestAttempts = 1);
        var circuit = rest.Access.RestCircuitBreaker;
        await FailAsync("A");
        await FailAsync("A");
        await FailAsync("A");

        circuit.ConsecutiveFailures.ShouldBe(1);
        await FailAsync("B");

        circuit.ConsecutiveFailures.ShouldBe(2, "now there are two");
        await rest.Requests.SendAsync(Plain, Ok, "A", default);

        circuit.ConsecutiveFailures.ShouldBe(0);
        await FailAsync("A");

        circuit.ConsecutiveFailures.ShouldBe(1, "it had been well meanwhile");
        await FailAsync(null);
        await FailAsync(null);

        circuit.ConsecutiveFailures.ShouldBe(3);

        async Task FailAsync(string? subject) => await IgnoringAsync(() => rest.Requests.SendAsync(Plain, Fail, subject, default));
    }

    [Fact]
    public async Task While_the_circuit_is_open_nothing_is_sent_for_anybody_and_the_error_says_why()
    {
        var rest = NewRest(configure: options => (options.RestAttempts, options.CircuitBreakerFailureThreshold) = (1, 2));
        await IgnoringAsync(() => rest.Requests.SendAsync(Plain, Fail, "A", default));
        await IgnoringAsync(() => rest.Requests.SendAsync(Plain, Fail, "B", default));

        rest.Access.RestCircuitBreaker.State.ShouldBe(1);

        foreach (var subject in (string?[])["A", "C", null])
        {
            (await Should.ThrowAsync<ExchangeUnavailableException>(() => rest.Requests.SendAsync(Plain, Ok, subject, default))).Message
                .ShouldEndWith(": its circuit is open after repeated failures");
        }

        _sentAt.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromSeconds(31));
        await rest.Requests.SendAsync(Plain, Ok, "A", default);

        rest.Access.RestCircuitBreaker.State.ShouldBe(0);
    }

    [Theory]
    [InlineData(null, -5_000)]    // no later than it was asked
    [InlineData(-9, -9_000 + 999)] // it was dated before
    [InlineData(0, -5_000)]
    public async Task An_answer_is_of_the_time_at_which_it_was_asked_for_or_dated(int? datedSeconds, int expectedMs)
    {
        Answer = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(5)); // on its way
            var answer = new HttpResponseMessage(HttpStatusCode.OK);
            answer.Headers.Date = datedSeconds is { } seconds ? _time.GetUtcNow().AddSeconds(seconds) : null;
            return answer;
        };
        var rest = NewRest();
        long toldMs = 0;

        var (_, venueNowMs) = await rest.Requests.SendAsync(Plain, Decode, subject: null, default);

        (venueNowMs - _time.GetUtcNow().ToUnixTimeMilliseconds()).ShouldBe(expectedMs);
        toldMs.ShouldBe(venueNowMs);

        RestReply Decode(in RestAnswer answer, long nowMs)
        {
            toldMs = nowMs;
            return RestReply.Ok;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _sent = request;
        _sentBody = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        _sentAt.Add(_time.GetUtcNow() - _start);
        return Answer(_sentAt.Count);
    }

    protected override void Dispose(bool disposing)
    {
        _weight?.Dispose();
        _address?.Dispose();
        _log.Dispose();
        base.Dispose(disposing);
    }

    private static RestReply Ok(in RestAnswer answer, long venueNowMs) => RestReply.Ok;

    private static RestReply Fail(in RestAnswer answer, long venueNowMs) => RestReply.Failed("busy");

    private static async Task IgnoringAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (ExchangeUnavailableException)
        {
            // as it should
        }
    }

    private (VenueRest Requests, VenueAccess Access) NewRest(string exchange = "binance", Action<ConnectorOptions>? configure = null, Rate? limit = null)
    {
        var venue = Venues.All.Single(one => one.Name == exchange);
        var market = venue.Markets[0];
        var options = new ConnectorOptions { TimeProvider = _time };
        configure?.Invoke(options);
        _address = new AddressLimits(venue.Name, market.Limits, _time);
        _weight = new RateWindow(limit ?? new Rate(1_000_000, TimeSpan.FromMinutes(1)), _time);
        var access = new VenueAccess(venue, market, options, _log, _address, _weight);
        return (new VenueRest(access, _http, () => 0.5), access);
    }

    /// <summary>Lets the clock go on from one wait to the next.</summary>
    private async Task<T> RunAsync<T>(Task<T> asking)
    {
        while (!asking.IsCompleted)
        {
            if (_time.NextIn is { } next && next < TimeSpan.FromSeconds(9.5)) // a request's own timeout takes ten
            {
                _time.Advance(next);
            }

            await Task.Yield();
        }

        return await asking;
    }

    /// <summary>A body that never comes.</summary>
    private sealed class Silence : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.Delay(Timeout.Infinite);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            Task.Delay(Timeout.Infinite, cancellationToken);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return Stream.Null;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
