using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Prices;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Prices;

/// <summary>For apps and watches: <c>/prices</c>, <c>/prices/{symbol}</c> and <c>/prices-stream</c>.</summary>
internal sealed class PriceEndpoint(
    PriceTracker tracker, RestGuard guard, ConnectionGate gate, ClientRegistry clients, ServerIdentity identity, ServerOptions options,
    IHostApplicationLifetime lifetime)
{
    private const int MaxQuestions = 1_000;
    private const int MaxKeptQuestion = 500;

    private readonly ConcurrentDictionary<string, PriceQuery> _questions = new(StringComparer.Ordinal);

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(application, RestRoute.AssetPrices, query => PricesAsync(query, RestRoute.AssetPrices));
        guard.Map(application, RestRoute.AssetPrice, query => PricesAsync(query, RestRoute.AssetPrice));
        guard.Map(application, RestRoute.AssetPriceStream, StreamAsync);
    }

    private async Task PricesAsync(RestQuery query, RestRoute route)
    {
        var question = QuestionOf(query, route);
        query.WaitsFor = "the prices";
        var found = tracker.TryRead(question.Requests, question.MaxAge)
            ?? await tracker.ReadAsync(question.Requests, question.MaxAge, query.Token).ConfigureAwait(false);
        var rows = RowsOf(question, found);
        CheckAny(question, rows);
        var context = query.Context;
        var tag = TagOf(question, rows);
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={FreshFor(question, rows)}");
        if (context.Request.Headers.IfNoneMatch is [{ } sent, ..] && sent.Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal))
        {
            guard.Mark(context);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var body = new ArrayBufferWriter<byte>(256 * rows.Count);
        using (var json = new Utf8JsonWriter(body, Writing))
        {
            json.WriteStartObject();
            json.WriteStartArray("prices"u8);
            foreach (var (price, error) in rows)
            {
                question.Fields.Write(json, price, error, question.Sparkline);
            }

            json.WriteEndArray();
            json.WriteSandbox(identity.IsSandbox);
            json.WriteEndObject();
        }

        guard.Mark(context);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The question; who polls asks the same one again and again, so it is read once.</summary>
    private PriceQuery QuestionOf(RestQuery query, RestRoute route)
    {
        var request = query.Context.Request;
        var text = request.Path.Value + request.QueryString.Value;
        if (text.Length > MaxKeptQuestion || text.Contains(ConnectionGate.KeyQuery, StringComparison.OrdinalIgnoreCase)) // keys are not kept
        {
            return PriceQuery.Read(query, route);
        }

        if (!_questions.TryGetValue(text, out var question))
        {
            question = PriceQuery.Read(query, route);
            if (_questions.Count >= MaxQuestions)
            {
                _questions.Clear();
            }

            _questions[text] = question;
        }

        return question;
    }

    /// <summary>The answers in the order of the question, each with what is wrong with it; null for nothing.</summary>
    private static List<(TrackedPrice Price, string? Error)> RowsOf(PriceQuery question, IReadOnlyList<TrackedPrice> found)
    {
        var rows = new List<(TrackedPrice, string?)>(question.Assets.Count);
        var next = 0;
        foreach (var (shown, request) in question.Assets)
        {
            var price = request is null
                ? new TrackedPrice(new PriceRequest(shown), Price: null, Age: null, IsStale: true, PriceProblem.Unknown, Disagreement: null, Version: 0)
                : found[next++];
            rows.Add((price, ErrorOf(price, question.MaxAge)));
        }

        return rows;
    }

    private static string? ErrorOf(TrackedPrice price, TimeSpan? maxAge) => price.Problem switch
    {
        PriceProblem.Unknown => ErrorCode.UnknownSymbol,
        PriceProblem.Unavailable => ErrorCode.UpstreamUnavailable,
        _ => price.Age > maxAge + TimeSpan.FromSeconds(1) ? ErrorCode.TooOld : null, // ages are said in whole seconds
    };

    /// <summary>Where nothing can be answered at all, the status says so.</summary>
    private static void CheckAny(PriceQuery question, List<(TrackedPrice Price, string? Error)> rows)
    {
        if (rows is [(var alone, ErrorCode.UnknownSymbol)])
        {
            throw new RequestException(ErrorCode.UnknownSymbol, $"No source of prices knows {V1Reader.Shown(alone.Request.ToString())}.");
        }

        if (rows.TrueForAll(row => row.Error is ErrorCode.UpstreamUnavailable or ErrorCode.TooOld))
        {
            var (price, error) = rows[0];
            throw error == ErrorCode.TooOld
                ? new RequestException(ErrorCode.TooOld, FormattableString.Invariant(
                    $"No price of {price.Request} that is younger than {question.MaxAge!.Value.TotalSeconds} s came in time; what there is is {price.Age!.Value.TotalSeconds:0} s old."))
                {
                    Age = price.Age,
                    RetryAfter = TimeSpan.FromSeconds(1),
                }
                : new RequestException(ErrorCode.UpstreamUnavailable, $"No source of prices could be asked for {price.Request}; try again.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
        }
    }

    /// <summary>Of all that the answer says but ages.</summary>
    private static string TagOf(PriceQuery question, List<(TrackedPrice Price, string? Error)> rows)
    {
        var print = new Fingerprint();
        print.Add(question.Fingerprint);
        foreach (var (price, error) in rows)
        {
            print.Add(price.Version);
            print.Add(price.IsStale ? 1UL : 0);
            print.Add(error);
        }

        return $"W/\"{print.Value:x16}\"";
    }

    /// <summary>For how many seconds all of it is young enough.</summary>
    private long FreshFor(PriceQuery question, List<(TrackedPrice Price, string? Error)> rows)
    {
        var most = question.MaxAge is { } age && age < options.CacheTtl ? age : options.CacheTtl;
        return rows.Min(row => row.Error is null ? Math.Max(0, (long)(most - row.Price.Age!.Value).TotalSeconds) : 0);
    }

    private async Task StreamAsync(RestQuery query)
    {
        var question = PriceQuery.Read(query, RestRoute.AssetPriceStream);
        if (question.Requests.Count == 0)
        {
            throw new RequestException(ErrorCode.UnknownSymbol, $"No source of prices knows {question.Assets[0].Shown}.");
        }

        if (!clients.TryReserve())
        {
            throw new RequestException(ErrorCode.UpstreamUnavailable, "The server is full, or stops; try again later.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        var context = query.Context;
        try
        {
            guard.Mark(context);
            context.Response.ContentType = RestRoute.AssetPriceStream.ContentType;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no"; // proxies that collect answers would hold events back
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await WriteEventsAsync(context, question, ends.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // the client has gone, or the server stops
        }
        finally
        {
            clients.Free();
        }
    }

    /// <summary>Writes an event for each price, and a comment where none came for a while, so that nobody takes the silence for a dead line.</summary>
    private async Task WriteEventsAsync(HttpContext context, PriceQuery question, CancellationToken cancellationToken)
    {
        var beat = options.HeartbeatInterval > TimeSpan.Zero ? options.HeartbeatInterval : TimeSpan.FromSeconds(15);
        var prices = tracker.WatchAsync(question.Requests, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (prices.ConfigureAwait(false))
        {
            await context.Response.StartAsync(cancellationToken).ConfigureAwait(false);
            var next = prices.MoveNextAsync().AsTask();
            try
            {
                while (true)
                {
                    await ((Task)next).WaitAsync(beat, options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (!next.IsCompleted && !cancellationToken.IsCancellationRequested)
                    {
                        if (gate.IsRevoked(context))
                        {
                            return;
                        }

                        await context.Response.WriteAsync(": still here\n\n", cancellationToken).ConfigureAwait(false);
                        await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
                        continue;
                    }

                    await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                    await WriteEventAsync(context, question, prices.Current, cancellationToken).ConfigureAwait(false);
                    next = prices.MoveNextAsync().AsTask();
                }
            }
            finally
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it ends with the token
            }
        }
    }

    private static async Task WriteEventAsync(HttpContext context, PriceQuery question, TrackedPrice price, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(512);
        body.Write("event: price\ndata: "u8);
        using (var json = new Utf8JsonWriter(body, Writing))
        {
            question.Fields.Write(json, price, ErrorOf(price, maxAge: null), sparkline: 0);
        }

        body.Write("\n\n"u8);
        await context.Response.Body.WriteAsync(body.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
