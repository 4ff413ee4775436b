using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>Requests against an exchange that answers what the test says, on a clock that the test moves.</summary>
public sealed class VenueRestTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly VenueAccess _access;
    private readonly VenueRest _rest;
    private readonly Script _script = new();
    private readonly Series _one = Minutes();
    private readonly Series _other = Minutes("ETHUSDT");

    public VenueRestTests()
    {
        var venue = Venues.All.Single(one => one.Name == "binance");
        var market = venue.Markets[0];
        var options = new ConnectorOptions { TimeProvider = _time, RestAttempts = 1 };
        _access = new VenueAccess(
            venue, market, options, NullLoggerFactory.Instance, new AddressLimits(venue.Name, market.Limits, _time), new RateWindow(
                market.Limits.Weight, _time));
        _rest = new VenueRest(_access, new HttpClient(_script), () => 0.5);
    }

    public void Dispose()
    {
        _access.Address.Dispose();
        _access.Weight.Dispose();
    }

    [Theory]
    [InlineData(429, "3600", 3600)]
    [InlineData(418, "259200", 259_200)]       // three days
    [InlineData(503, "1200", 1200)]
    [InlineData(429, "1.5", 1.5)]
    [InlineData(429, "99999999999", 604_800)]  // nobody bans for more than a week
    [InlineData(418, null, 60)]
    public async Task Retry_after_is_honoured_to_the_end(int status, string? retryAfter, double seconds)
    {
        _script.Answer = _ => Answer(status, """{"code":-1003,"msg":"Way too many requests"}""", retryAfter);
        await Should.ThrowAsync<ExchangeUnavailableException>(() => AskAsync(_one));

        await NothingIsAskedForAsync(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_measured_by_the_answers_own_date_however_wrong_our_clock_is()
    {
        var theirs = _time.GetUtcNow() + TimeSpan.FromHours(5);
        _script.Answer = _ =>
        {
            var answer = Answer(429, "{}", (theirs + TimeSpan.FromMinutes(25)).ToString("R", CultureInfo.InvariantCulture));
            answer.Headers.Date = theirs;
            return answer;
        };
        await Should.ThrowAsync<ExchangeUnavailableException>(() => AskAsync(_one));

        await NothingIsAskedForAsync(TimeSpan.FromMinutes(25));
    }

    [Theory]
    [InlineData(400, """{"code":-1130,"msg":"Data sent for parameter is not valid."}""", true)]
    [InlineData(400, """{"code":-4088,"msg":"Maximum time interval is 200 days."}""", true)]
    [InlineData(400, """{"code":-1001,"msg":"Internal error; unable to process your request. Please try again."}""", false)]
    [InlineData(404, "no such page", false)]
    public async Task A_request_that_the_exchange_does_not_like_opens_no_circuit(int status, string body, bool isForGood)
    {
        _script.Answer = _ => Answer(status, body);
        for (var i = 0; i < 20; i++)
        {
            var asking = AskAsync(i % 2 == 0 ? _one : _other);
            if (isForGood)
            {
                (await asking).Outcome.ShouldBe(RestOutcome.Refused);
            }
            else
            {
                await Should.ThrowAsync<ExchangeUnavailableException>(() => asking);
            }
        }

        _access.RestCircuitBreaker.State.ShouldBe(0);
    }

    [Fact]
    public async Task A_series_whose_requests_fail_opens_no_circuit_for_the_others_but_an_exchange_that_is_gone_does()
    {
        _script.Answer = request =>
            request.RequestUri!.Query.Contains("BTCUSDT", StringComparison.Ordinal) ? throw new HttpRequestException("reset") : Answer(200, "[]");
        for (var i = 0; i < 20; i++)
        {
            await Should.ThrowAsync<ExchangeUnavailableException>(() => AskAsync(_one));
        }

        _access.RestCircuitBreaker.State.ShouldBe(0);
        (await AskAsync(_other)).Outcome.ShouldBe(RestOutcome.Ok);

        _script.Answer = _ => throw new HttpRequestException("gone");
        for (var i = 0; i < 10; i++)
        {
            await Should.ThrowAsync<ExchangeUnavailableException>(() => AskAsync(Minutes($"COIN{i}USDT")));
        }

        _access.RestCircuitBreaker.State.ShouldBe(1);
    }

    [Fact]
    public async Task A_listing_that_fails_again_and_again_holds_no_history_back()
    {
        _script.Answer = request =>
            request.RequestUri!.AbsolutePath.Contains("exchangeInfo", StringComparison.Ordinal) ? Answer(503, "busy") : Answer(200, "[]");
        using var instruments = new VenueInstruments(_access, _rest);
        for (var i = 0; i < 30; i++)
        {
            await Should.ThrowAsync<ExchangeUnavailableException>(() => instruments.ListAsync(TimeSpan.FromMinutes(5), default));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _access.RestCircuitBreaker.State.ShouldBe(0);
        (await AskAsync(_one)).Outcome.ShouldBe(RestOutcome.Ok);
    }

    [Fact]
    public async Task Whatever_the_framework_or_a_decoder_throws_becomes_the_documented_exception()
    {
        foreach (var thrown in (Exception[])[new InvalidDataException("gzip"), new IOException("cut"), new KeyNotFoundException(),
            new ArgumentOutOfRangeException("date"), new OverflowException()])
        {
            _script.Answer = _ => throw thrown;
            (await Should.ThrowAsync<ExchangeUnavailableException>(() => AskAsync(Minutes($"{thrown.GetType().Name}")))).Message.ShouldContain(thrown.Message);
        }
    }

    [Fact]
    public async Task A_cancellation_by_the_caller_stays_a_cancellation()
    {
        using var source = new CancellationTokenSource();
        _script.Answer = _ => throw new OperationCanceledException(source.Token);
        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => AskAsync(_one, source.Token));
    }

    private static HttpResponseMessage Answer(int status, string body, string? retryAfter = null)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        if (retryAfter is not null)
        {
            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return answer;
    }

    private async Task<RestReply> AskAsync(Series series, CancellationToken cancellationToken = default)
    {
        var request = _access.Venue.HistoryPage(_access.Market, series, T0 - 600_000, T0, T0);
        var (reply, _) = await _rest.SendAsync(request, Decode, series, cancellationToken);
        return reply;

        RestReply Decode(in RestAnswer answer, long venueNowMs)
        {
            var batch = new QuoteBatch(new SeriesTable(_access.Market));
            batch.Reset(QuoteSource.History, _time.GetUtcNow(), venueNowMs);
            return _access.Venue.TryDecodeHistory(_access.Market, series, answer, batch);
        }
    }

    private async Task NothingIsAskedForAsync(TimeSpan wait)
    {
        _script.Answer = _ => Answer(200, "[]");
        var asked = _script.Asked;
        var next = AskAsync(_one);
        var start = _time.GetUtcNow();
        while (_time.GetUtcNow() - start < wait - TimeSpan.FromMilliseconds(100))
        {
            _script.Asked.ShouldBe(asked);
            var left = wait - TimeSpan.FromMilliseconds(100) - (_time.GetUtcNow() - start);
            _time.Advance(left < TimeSpan.FromHours(23) ? left : TimeSpan.FromHours(23));
        }

        _script.Asked.ShouldBe(asked, "the wait is not over");
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(200));
                return next.IsCompleted;
            },
            "the wait is over");

        (await next).Outcome.ShouldBe(RestOutcome.Ok);
        (_time.GetUtcNow() - start).ShouldBeLessThan(wait + TimeSpan.FromHours(1));
    }

    private sealed class Script : HttpMessageHandler
    {
        public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage(HttpStatusCode.OK);

        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(Answer(request));
        }
    }
}
