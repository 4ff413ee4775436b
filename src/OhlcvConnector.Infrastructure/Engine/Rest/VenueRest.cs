using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>
/// The REST client of a venue's market: each request within its rate limit, through its circuit breaker, retried with backoff, its refusals told apart.
/// </summary>
internal sealed partial class VenueRest
{
    /// <summary>A body beyond this many bytes is no answer; the longest listing has about twenty million.</summary>
    public const int MaxBodyBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(7); // the longest ban that any venue documents takes three days
    private static readonly TimeSpan AfterBan = TimeSpan.FromMinutes(1);       // where it does not say

    private readonly VenueAccess _access;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim? _lines;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _retry;
    private readonly HashSet<object> _failing = []; // subjects that failed since anything succeeded

    /// <summary>Prepares requests to a market.</summary>
    /// <param name="access">The market.</param>
    /// <param name="http">Sends.</param>
    /// <param name="random">The jitter.</param>
    /// <param name="lines">
    /// The connections to its host: who has paid for a request must not wait for one, or it arrives when others are counted; null for as many as there are
    /// requests.
    /// </param>
    public VenueRest(VenueAccess access, HttpClient http, Func<double> random, SemaphoreSlim? lines = null)
    {
        _lines = lines;
        _access = access;
        _http = http;
        _logger = access.Loggers.CreateLogger<VenueRest>();
        var attempts = access.Options.RestAttempts - 1;
        _retry = attempts == 0
            ? ResiliencePipeline.Empty
            : new ResiliencePipelineBuilder { TimeProvider = access.Options.TimeProvider }
                .AddRetry(new RetryStrategyOptions
                {
                    MaxRetryAttempts = attempts,
                    Delay = TimeSpan.FromMilliseconds(250),
                    MaxDelay = TimeSpan.FromSeconds(8),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Randomizer = random,
                    ShouldHandle = new PredicateBuilder().Handle<RestFailedException>().Handle<BrokenCircuitException>(),
                })
                .Build();
    }

    /// <summary>Decoder of an answer: returns what it makes of it.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="venueNowMs">
    /// A time at the venue at which it surely had not answered yet, Unix epoch milliseconds: what ended by then is final in the answer.
    /// </param>
    public delegate RestReply Decoder(in RestAnswer answer, long venueNowMs);

    /// <summary>Asks, and decodes the answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="decode">The decoder; called again when the request is tried again.</param>
    /// <param name="subject">The subject of the request, such as a series: many failures of one say nothing of the venue. Null for the venue itself.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="urgency">The urgency: what the request may take of the budget.</param>
    /// <param name="isBeside">True for one of several that are asked at once: what befalls all of them is counted once, for the one that is not.</param>
    /// <returns>The reply, Ok or Refused, and the venue's time that the decoder was told.</returns>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts.</exception>
    public async Task<(RestReply Reply, long VenueNowMs)> SendAsync(
        RestRequest request, Decoder decode, object? subject, CancellationToken cancellationToken, RestUrgency urgency = RestUrgency.Live,
        bool isBeside = false)
    {
        try
        {
            return await _retry.ExecuteAsync(
                async token =>
                {
                    var answered = await GuardedAsync(request, decode, subject, urgency, isBeside, token).ConfigureAwait(false);
                    return answered.Reply.Outcome is RestOutcome.Ok or RestOutcome.Refused ? answered : throw new RestFailedException(answered.Reply.Text);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RestFailedException or BrokenCircuitException)
        {
            var address = _access.Rest + request.Path;
            var reason = exception is BrokenCircuitException ? "its circuit is open after repeated failures" : exception.Message;
            LogFailed(_logger, address, reason);
            throw new ExchangeUnavailableException(
                _access.Venue.Name,
                $"{_access.Name} did not answer {address} usably, tried {_access.Options.RestAttempts} times: {reason}",
                exception);
        }
    }

    /// <summary>Attempts through the circuit, which a subject that keeps failing cannot open alone: others may be answered well all the while.</summary>
    private async ValueTask<(RestReply Reply, long VenueNowMs)> GuardedAsync(
        RestRequest request, Decoder decode, object? subject, RestUrgency urgency, bool isBeside, CancellationToken cancellationToken)
    {
        var circuit = _access.RestCircuitBreaker;
        (RestReply Reply, long VenueNowMs) answered;
        if (circuit.State == 0 && (isBeside || (subject is not null && IsFailing(subject))))
        {
            answered = await AttemptAsync(request, decode, urgency, cancellationToken).ConfigureAwait(false);
            answered = await circuit.ExecuteAsync(_ => ValueTask.FromResult(answered), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            try
            {
                answered = await circuit.ExecuteAsync(token => AttemptAsync(request, decode, urgency, token), cancellationToken).ConfigureAwait(false);
            }
            catch (RestFailedException) when (subject is not null)
            {
                lock (_failing)
                {
                    _failing.Add(subject);
                }

                throw;
            }
        }

        lock (_failing)
        {
            _failing.Clear();
        }

        return answered;
    }

    private bool IsFailing(object subject)
    {
        lock (_failing)
        {
            return _failing.Contains(subject);
        }
    }

    /// <summary>
    /// Sends the request once, within the budget that its urgency leaves it. Returns the venue's answer, be it that it does not like the request; everything
    /// that says nothing, or says to stay away, is a failure.
    /// </summary>
    private async ValueTask<(RestReply Reply, long VenueNowMs)> AttemptAsync(
        RestRequest request, Decoder decode, RestUrgency urgency, CancellationToken cancellationToken)
    {
        if (_access.Options.SharesHistory || _access.Address.HasSeries)
        {
            if (urgency == RestUrgency.Short && !_access.Weight.Burst.TrySpendNow(request.Weight))
            {
                await _access.Weight.RoomAsync(request.Weight, cancellationToken).ConfigureAwait(false);
            }
            else if (urgency == RestUrgency.Bulk)
            {
                await _access.Weight.Part.SpendAsync(request.Weight, cancellationToken).ConfigureAwait(false);
            }
        }

        if (_lines is null)
        {
            return await PayAndAskAsync(request, decode, cancellationToken).ConfigureAwait(false);
        }

        await _lines.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await PayAndAskAsync(request, decode, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lines.Release();
        }
    }

    private async ValueTask<(RestReply Reply, long VenueNowMs)> PayAndAskAsync(RestRequest request, Decoder decode, CancellationToken cancellationToken)
    {
        await _access.Weight.SpendAsync(request.Weight, cancellationToken).ConfigureAwait(false);
        using var timeout = new CancellationTokenSource(_access.Options.RestTimeout, _access.Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var message = Message(request);
        var sentMs = _access.Clock.OurNowMs;
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            using var body = await RestBody.ReadAsync(response.Content, MaxBodyBytes, either.Token).ConfigureAwait(false);
            _access.Options.OnReceived?.Invoke(
                _access.Venue.Name, _access.Market.Market,
                request.Body is { } posted ? $"{request.Path} {System.Text.Encoding.UTF8.GetString(posted)}" : request.Path, body.Bytes);
            var venueNowMs = response.Headers.Date is { } date
                ? _access.Clock.OnDate(date.ToUnixTimeMilliseconds(), sentMs, _access.Clock.OurNowMs)
                : _access.Clock.SurelyAt(sentMs);
            var status = (int)response.StatusCode;
            var reply = decode(new RestAnswer(status, body.Bytes, name => Header(response, name)), venueNowMs);
            reply = _access.Market.Key is null ? reply : reply with { Text = _access.Mask(reply.Text) };
            if (reply.UsedWeight is { } used)
            {
                _access.Weight.Observe(used);
            }

            var isLimit = reply.Outcome == RestOutcome.Limited || (status is 418 or 429 && reply.Outcome == RestOutcome.Failed);
            var told = status >= 400 ? RetryAfter(response) : null;
            if (isLimit || (told is not null && reply.Outcome == RestOutcome.Failed))
            {
                var wait = told ?? reply.RetryAfter ?? (status is 418 or 403 ? AfterBan : TimeSpan.FromSeconds(1));
                wait = wait < MaxRetryAfter ? wait : MaxRetryAfter;
                _access.Weight.Block(wait);
                LogLimited(_logger, _access.Name, reply.Text, wait);
            }

            var isAnswer = reply.Outcome is RestOutcome.Ok or RestOutcome.Refused
                || (status is >= 400 and < 500 and not 403 && !isLimit); // 403 shuts us out, whatever we ask
            return isAnswer ? (reply, venueNowMs) : throw new RestFailedException(reply.Text);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RestFailedException($"no answer within {_access.Options.RestTimeout.TotalSeconds} s", exception);
        }
        catch (Exception exception) when (exception is not (RestFailedException or OperationCanceledException))
        {
            // a venue may say anything, and the framework may throw anything for it
            throw new RestFailedException(
                exception.InnerException is { } inner && !exception.Message.Contains(inner.Message, StringComparison.Ordinal)
                    ? $"{exception.Message} {inner.Message}"
                    : exception.Message,
                exception);
        }
    }

    private HttpRequestMessage Message(RestRequest request)
    {
        var message = new HttpRequestMessage(request.Body is null ? HttpMethod.Get : HttpMethod.Post, _access.Rest + request.Path)
        {
            Version = HttpVersion.Version11,
        };
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        var isTestnet = _access.Options.UseTestnet && _access.Options.Sandbox is null;
        foreach (var (name, value) in isTestnet ? _access.Headers.Concat(_access.Market.TestnetHeaders) : _access.Headers)
        {
            message.Headers.Add(name, value);
        }

        return message;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    /// <summary>
    /// Returns the time to wait by a Retry-After header, which has seconds or a date; null without one. The date counts by the answer's own date, if it has
    /// one, for only that is of the same clock.
    /// </summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is { } parsed)
        {
            var now = response.Headers.Date ?? DateTimeOffset.FromUnixTimeMilliseconds(_access.Clock.NowMs);
            return parsed.Delta ?? (parsed.Date > now ? parsed.Date.Value - now : TimeSpan.Zero);
        }

        // the framework reads no fractions, and no more seconds than fit an integer
        return double.TryParse(Header(response, "Retry-After"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, MaxRetryAfter.TotalSeconds))
            : null;
    }

    [LoggerMessage(ConnectorEventIds.RequestFailed, LogLevel.Warning, "No usable answer from {Address}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string address, string reason);

    [LoggerMessage(ConnectorEventIds.RequestLimited, LogLevel.Warning, "{Market} limits our requests ({Text}); waiting {Wait}")]
    private static partial void LogLimited(ILogger logger, string market, string text, TimeSpan wait);

    /// <summary>An attempt failed in a way that another may not; never leaves this class.</summary>
    private sealed class RestFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
}
