using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>What is around every question: who may ask, how often, how long it may take, and how an error is said.</summary>
internal sealed partial class RestGuard(
    Hub hub, ServerIdentity identity, ConnectionGate gate, WriteGuard writes, Quotas quotas, PriceLimits priceLimits, ServerOptions options,
    ILogger<RestGuard> logger)
{
    private readonly List<string> _paths = [];

    /// <summary>The statuses of errors, and what they mean.</summary>
    public static IReadOnlyList<(int Status, string Meaning)> Errors { get; } =
    [
        (StatusCodes.Status400BadRequest, "The question is wrong: bad_request, unsupported_interval."),
        (StatusCodes.Status401Unauthorized, "An API key is needed: unauthorized."),
        (StatusCodes.Status404NotFound, "There is no such exchange or symbol: unknown_exchange, unknown_symbol."),
        (StatusCodes.Status429TooManyRequests, "Too many requests, try again after Retry-After: rate_limited."),
        (StatusCodes.Status500InternalServerError, "A fault of the server: internal_error."),
        (StatusCodes.Status503ServiceUnavailable, "The exchange could not be asked, try again: upstream_unavailable; or has nothing that is young enough: too_old."),
        (StatusCodes.Status504GatewayTimeout, "The exchange did not answer in time; the message says what was waited for: upstream_timeout."),
    ];

    /// <summary>The statuses of errors of what changes something, besides, and what they mean.</summary>
    public static IReadOnlyList<(int Status, string Meaning)> WriteErrors { get; } =
    [
        (StatusCodes.Status403Forbidden, "The key's role, the address, the name of this server or the web page is not allowed to do this: forbidden."),
        (StatusCodes.Status409Conflict, "It is not so any more, or there already: conflict."),
        (StatusCodes.Status413PayloadTooLarge, "More is sent than is taken: too_large."),
        (StatusCodes.Status415UnsupportedMediaType, "What is sent is not said to be JSON: wrong_content_type."),
    ];

    /// <summary>The errors of a route.</summary>
    public static IEnumerable<(int Status, string Meaning)> ErrorsOf(RestRoute route) =>
        route.IsWrite || route.IsForAdmins ? [.. Errors, .. WriteErrors] : Errors;

    /// <summary>Answers in words, as errors are everywhere, what is asked for at paths that there are not.</summary>
    public void UseForUnknownPaths(WebApplication application)
    {
        application.Use((context, next) => context.GetEndpoint() is null && IsRest(context.Request.Path)
            ? RefuseAsync(
                context,
                StatusCodes.Status404NotFound,
                new RequestException("unknown_path", $"There is no such path; {Nearest.Words(V1Reader.Shown(context.Request.Path), _paths)}"))
            : AnswerAsync(context, next));
    }

    /// <summary>What the routing refuses, it refuses without a word.</summary>
    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context).ConfigureAwait(false);
        if (!IsRest(context.Request.Path) || context.Response.HasStarted || HttpMethods.IsOptions(context.Request.Method))
        {
            return;
        }

        if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, new RequestException(
                ErrorCode.WrongMethod, $"This path knows {context.Response.Headers.Allow}.")).ConfigureAwait(false);
        }
        else if (context.Response.StatusCode == StatusCodes.Status415UnsupportedMediaType)
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, RequestBody.WrongType()).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a path is one of REST.</summary>
    public static bool IsRest(PathString path) => path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/udf", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments(RestRoute.AssetPrices.Path, StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments(RestRoute.AssetPriceStream.Path, StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds a path with all that around it, and describes it.</summary>
    public void Map(WebApplication application, RestRoute route, Func<RestQuery, Task> answer)
    {
        var guarded = Around(route, answer);
        if (!route.Path.Contains('{', StringComparison.Ordinal))
        {
            _paths.Add(route.Path);
        }

        var endpoint = application.MapMethods(route.Path, [route.Method], guarded)
            .WithTags("REST")
            .WithMetadata(route, guarded.Method, new ProducesResponseTypeMetadata(route.Status, route.Answer, [route.ContentType]));
        if (route.Body is { } body)
        {
            endpoint.WithMetadata(new AcceptsMetadata([RequestBody.Json], body));
        }

        foreach (var (status, _) in ErrorsOf(route))
        {
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ErrorAnswer), ["application/json"]));
        }
    }

    /// <summary>Marks an answer if the exchanges are simulated.</summary>
    public void Mark(HttpContext context) => identity.Mark(context.Response);

    /// <summary>Whether the exchanges are simulated.</summary>
    public bool IsSandbox => identity.IsSandbox;

    /// <summary>Writes an answer that is no JSON.</summary>
    public async Task WriteAsync(HttpContext context, string mediaType, byte[] body)
    {
        Mark(context);
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Writes an answer, in the names that the request wants.</summary>
    public async Task WriteAsync(HttpContext context, int status, RestAnswer answer)
    {
        var names = RestQuery.IsOld(context) ? RestNames.Snake : RestNames.Camel;
        var body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            answer with { Sandbox = identity.IsSandbox ? true : null }, names.GetTypeInfo(answer.GetType()));
        Mark(context);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Writes an answer that is of this moment: nobody may keep it for others.</summary>
    public Task WriteFreshAsync(RestQuery query, RestAnswer answer, int status = StatusCodes.Status200OK)
    {
        query.Context.Response.Headers.CacheControl = "no-store";
        return WriteAsync(query.Context, status, answer);
    }

    /// <summary>Puts all that around the answering of a route's questions.</summary>
    public RequestDelegate Around(RestRoute route, Func<RestQuery, Task> answer) => async context =>
    {
        if (!HttpMethods.IsGet(route.Method))
        {
            RequestBody.Allow(context); // whatever is answered
        }

        if (!route.HasOwnSecret && !gate.MayRead(context))
        {
            await RefuseAsync(
                context,
                StatusCodes.Status401Unauthorized,
                new RequestException(
                    ErrorCode.Unauthorized, "An API key is needed: in the header X-Api-Key or Authorization: Bearer, or in the query as api_key."))
                .ConfigureAwait(false);
            return;
        }

        if ((route.IsWrite || route.IsForAdmins) && !route.HasOwnSecret
            && writes.ProblemOf(context, route.IsForAdmins ? KeyRole.Admin : KeyRole.Trade) is { } forbidden)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, new RequestException(ErrorCode.Forbidden, forbidden)).ConfigureAwait(false);
            return;
        }

        if (route.IsWrite && !route.HasOwnSecret && context.Request.ContentType is { Length: > 0 } type && !RequestBody.IsJson(type))
        {
            var wrong = RequestBody.WrongType(); // of what needs no body, too: it is what a form of a web page sends
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, wrong).ConfigureAwait(false);
            return;
        }

        if (quotas.OfAddress(context.Connection.RemoteIpAddress)?.TryAddMessage(options.MessagesPerMinutePerAddress) is { } wait)
        {
            hub.Counters.Limited();
            await RefuseAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                new RequestException(ErrorCode.RateLimited, $"At most {options.MessagesPerMinutePerAddress} requests a minute from one address.")
                {
                    RetryAfter = wait,
                })
                .ConfigureAwait(false);
            return;
        }

        if (route.IsOfAssets && await priceLimits.TakeAsync(context).ConfigureAwait(false) is { } pause)
        {
            hub.Counters.Limited();
            await RefuseAsync(
                context, StatusCodes.Status429TooManyRequests, new RequestException(ErrorCode.RateLimited, pause.Words) { RetryAfter = pause.Wait })
                .ConfigureAwait(false);
            return;
        }

        using var deadline = new RestDeadline(options, context.RequestAborted);
        var query = new RestQuery(context, route, deadline);
        try
        {
            if (!route.IsOfAssets && !route.IsLenient) // who polls asks the same again and again: that is looked at once, by who answers
            {
                query.Check();
            }

            await answer(query).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsOver && !context.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(context, StatusCodes.Status504GatewayTimeout, new RequestException(
                "upstream_timeout", string.Create(CultureInfo.InvariantCulture, $"No answer within {options.RestAnswerTimeout.TotalSeconds} s: {query.WaitsFor} did not come. Try again, or ask for less."))).ConfigureAwait(false);
        }
        catch (RequestException problem)
        {
            await RefuseAsync(context, StatusOf(problem), problem).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            var words = ErrorWords.Of(exception);
            await RefuseAsync(context, StatusCodes.Status400BadRequest, RestQuery.Bad(words)).ConfigureAwait(false);
        }
        catch (OhlcvConnectorException exception)
        {
            var (status, problem) = Problem(exception);
            await RefuseAsync(context, status, problem).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested) // a fault of ours ends this answer only
        {
            LogFailed(logger, context.Request.Path, exception);
            await RefuseAsync(
                context, StatusCodes.Status500InternalServerError, new RequestException("internal_error", "The server failed to answer; try again."))
                .ConfigureAwait(false);
        }
    };

    private Task RefuseAsync(HttpContext context, int status, RequestException problem)
    {
        context.Response.Headers.ETag = default;
        context.Response.Headers.RetryAfter = problem.RetryAfter is { } wait ? Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture) : default;
        return WriteAsync(
            context,
            status,
            new ErrorAnswer
            {
                Code = problem.Code,
                Message = problem.Message,
                Suggestions = problem.Suggestions.Count > 0 ? problem.Suggestions : null,
                AgeSeconds = problem.Age is { } age ? (long)age.TotalSeconds : null,
                Mistakes = problem.Mistakes,
            });
    }

    private static int StatusOf(RequestException problem) => problem.Code switch
    {
        ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.UnknownSymbol or ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.Unauthorized => StatusCodes.Status401Unauthorized,
        ErrorCode.Forbidden => StatusCodes.Status403Forbidden,
        ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.WrongType => StatusCodes.Status415UnsupportedMediaType,
        ErrorCode.UpstreamUnavailable or ErrorCode.TooOld => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    private static (int Status, RequestException Problem) Problem(OhlcvConnectorException exception) => exception switch
    {
        UnknownExchangeException => (StatusCodes.Status404NotFound, new RequestException(ErrorCode.UnknownExchange, exception.Message)),
        AmbiguousSymbolException ambiguous =>
            (StatusCodes.Status404NotFound, new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = ambiguous.Suggestions }),
        UnknownSymbolException unknown =>
            (StatusCodes.Status404NotFound, new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = unknown.Suggestions }),
        UnsupportedIntervalException interval => (
            StatusCodes.Status400BadRequest,
            new RequestException(ErrorCode.UnsupportedInterval, exception.Message + (interval.BuildableFrom is null ? "" : " Ask with build=true."))),
        UnsupportedMarketException => (StatusCodes.Status400BadRequest, RestQuery.Bad(exception.Message)),
        _ => (StatusCodes.Status503ServiceUnavailable, new RequestException(ErrorCode.UpstreamUnavailable, exception.Message)),
    };

    [LoggerMessage(ServerEventIds.RequestFailed, LogLevel.Error, "{Path} failed")]
    private static partial void LogFailed(ILogger logger, PathString path, Exception exception);
}
