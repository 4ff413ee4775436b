using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut;
using OhlcvConnector.Server.Hosting;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>For those who poll: <c>/v1/prices</c>, <c>/v1/candles</c>, <c>/v1/indicators</c>, <c>/v1/volume-profile</c>, <c>/v1/symbols</c> and their description as <c>/openapi.json</c>.</summary>
internal sealed partial class RestEndpoint(
    Hub hub, Connector connector, IInstrumentRepository instruments, HistoryDesk history, MarketClock clock, LatestPrices prices, ServerIdentity identity, ConnectionGate gate, Quotas quotas, ServerOptions options, ILogger<RestEndpoint> logger)
{
    private const int MostCandles = 5_000;
    private const int UsualCandles = 500;
    private const int MostPrices = 100;

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        application.MapGet("/v1/prices", Guarded(context => PricesAsync(context, Query(context, "symbols", required: true)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
        application.MapGet("/v1/prices/{*symbol}", Guarded(context => PricesAsync(context, [(string)context.Request.RouteValues["symbol"]!])));
        application.MapGet("/v1/candles", Guarded(context => CandlesAsync(context, set: null)));
        application.MapGet("/v1/indicators", Guarded(IndicatorsAsync));
        application.MapGet("/v1/volume-profile", Guarded(VolumeProfileAsync));
        application.MapGet("/v1/symbols", Guarded(SymbolsAsync));
        application.MapGet("/openapi.json", (RequestDelegate)OpenApi.AnswerAsync);
    }

    private async Task PricesAsync(HttpContext context, string[] symbols)
    {
        if (symbols.Length is 0 or > MostPrices)
        {
            throw Bad($"'symbols' must name 1 to {MostPrices} symbols, such as BTC/USDT,ETH/USDT.");
        }

        var request = new StreamRequest { Exchange = Query(context, "exchange", required: true)!, Market = MarketOf(context), Symbols = symbols };
        var series = await hub.ResolveAsync(request, context.RequestAborted).ConfigureAwait(false);
        var found = await prices.ReadAsync(gate.AskerOf(context), series, context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, json =>
        {
            json.WriteString("exchange"u8, series[0].Exchange);
            json.WriteStartArray("prices"u8);
            foreach (var price in found)
            {
                price.Write(json);
            }

            json.WriteEndArray();
        }, string.Join('|', found.Select(price => price.Version))).ConfigureAwait(false);
    }

    private async Task CandlesAsync(HttpContext context, IndicatorSet? set)
    {
        var interval = IntervalOf(context);
        var limit = Query(context, "limit") is not { } text ? UsualCandles
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostCandles ? count
            : throw Bad($"'limit' must be a whole number from 1 to {MostCandles}.");
        var to = TimeOf(context, "to");
        var from = TimeOf(context, "from") ?? interval.Floor(to ?? hub.Now) - (interval.ApproximateLength * limit);
        var gaps = new List<MissingCandles>();
        var request = new HistoryRequest
        {
            Exchange = Query(context, "exchange", required: true)!,
            Market = MarketOf(context),
            Symbol = Query(context, "symbol", required: true)!,
            Interval = interval,
            From = set is null || from > hub.Now || to <= from ? from : Earlier(set, interval, from),
            To = to,
            WaitForLate = false,
            OnMissing = missing => gaps.AddRange(missing.Kind == MissingKind.Gap && missing.To > from ? [missing.From < from ? missing with { From = from } : missing] : []),
        };
        var candles = new List<PriceQuote>();
        var values = new List<IReadOnlyList<double>>();
        var isComplete = true;
        await foreach (var quote in HistoryOf(context).ReadAsync(request, context.RequestAborted).ConfigureAwait(false))
        {
            var valued = set?.Take(quote);
            if (quote.OpenTime < from)
            {
                continue; // of the indicators' alone
            }

            if (candles.Count == limit)
            {
                isComplete = false;
                break;
            }

            candles.Add(quote);
            values.Add(valued?.Values ?? []);
        }

        var age = candles.Count == 0 ? (TimeSpan?)null : hub.Now - candles[^1].CloseTime;
        await AnswerAsync(context, json =>
        {
            json.WriteString("exchange"u8, request.Exchange);
            json.WriteString("symbol"u8, request.Symbol);
            json.WriteString("interval"u8, interval.ToString());
            json.WriteBoolean("complete"u8, isComplete);
            json.WriteString("next_from"u8, isComplete || candles.Count == 0 ? null : JsonFields.Time(candles[^1].CloseTime));
            json.WriteDecimal("age_seconds"u8, age is { } known ? Math.Round((decimal)known.TotalSeconds, 3) : null);
            json.WriteStartArray("candles"u8);
            for (var index = 0; index < candles.Count; index++)
            {
                json.WriteStartObject();
                V1Encoding.WriteCandle(json, new Published(candles[index], Sequence: 0) { Values = new QuoteValues(set?.Columns, values[index]) }, asStrings: false);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteGaps(json, gaps);
        }, candles.Count == 0 ? "empty" : FormattableString.Invariant($"{candles[0].OpenMs} {candles.Count} {candles[^1].OpenMs} {candles[^1].Close} {candles[^1].Volume}")).ConfigureAwait(false);
    }

    private FetchHistory HistoryOf(HttpContext context) => new(instruments, history.For(gate.AskerOf(context)), clock.Clock);

    private async Task SymbolsAsync(HttpContext context)
    {
        var listed = await connector.InstrumentsAsync(
            Query(context, "exchange", required: true)!, MarketOf(context), Query(context, "filter"), context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, json =>
        {
            json.WriteStartArray("symbols"u8);
            foreach (var instrument in listed)
            {
                json.WriteStartObject();
                json.WriteString("exchange"u8, instrument.Exchange);
                json.WriteString("market"u8, instrument.Market.Name());
                json.WriteString("symbol"u8, instrument.Symbol);
                json.WriteString("venue_symbol"u8, instrument.VenueSymbol);
                json.WriteString("base"u8, instrument.BaseAsset);
                json.WriteString("quote"u8, instrument.QuoteAsset);
                json.WriteString("settle"u8, instrument.SettleAsset);
                json.WriteBoolean("trading"u8, instrument.IsTrading);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }, string.Join('|', listed.Select(instrument => instrument.VenueSymbol + instrument.IsTrading))).ConfigureAwait(false);
    }

    /// <summary>Answers with an ETag of what the answer says, times of asking left out; 304 when the asker has it already.</summary>
    private Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> fields, string version)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(context.Request.QueryString + version)).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal))
        {
            identity.Mark(context.Response);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Health.JsonAnswer.WriteAsync(context, identity, StatusCodes.Status200OK, fields);
    }

    private RequestDelegate Guarded(Func<HttpContext, Task> answer) => async context =>
    {
        try
        {
            if (!gate.MayRead(context.Request))
            {
                await RefuseAsync(context, StatusCodes.Status401Unauthorized, new RequestException(ErrorCode.Unauthorized, "An API key is needed: in the header X-Api-Key or Authorization: Bearer, or in the query as api_key.")).ConfigureAwait(false);
                return;
            }

            if (quotas.OfAddress(context.Connection.RemoteIpAddress)?.TryAddMessage(options.MessagesPerMinutePerAddress, out _) is { } wait)
            {
                hub.Counters.Limited();
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                await RefuseAsync(context, StatusCodes.Status429TooManyRequests, new RequestException(ErrorCode.RateLimited, $"At most {options.MessagesPerMinutePerAddress} requests a minute from one address.")).ConfigureAwait(false);
                return;
            }

            await answer(context).ConfigureAwait(false);
        }
        catch (RequestException problem)
        {
            context.Response.Headers.RetryAfter = problem.RetryAfter is { } wait ? Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture) : default;
            await RefuseAsync(context, problem.Code == ErrorCode.RateLimited ? StatusCodes.Status429TooManyRequests : StatusCodes.Status400BadRequest, problem).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            var words = exception.Message.Split(" (Parameter '", 2)[0];
            await RefuseAsync(context, StatusCodes.Status400BadRequest, Bad(words)).ConfigureAwait(false);
        }
        catch (OhlcvConnectorException exception)
        {
            var (status, problem) = Problem(exception);
            await RefuseAsync(context, status, problem).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested) // a fault of ours ends this answer only
        {
            LogFailed(logger, context.Request.Path, exception);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, new RequestException("internal_error", "The server failed to answer; try again.")).ConfigureAwait(false);
        }
    };

    private Task RefuseAsync(HttpContext context, int status, RequestException problem) => Health.JsonAnswer.WriteAsync(context, identity, status, json =>
    {
        json.WriteString("code"u8, problem.Code);
        json.WriteString("message"u8, problem.Message);
        if (problem.Suggestions.Count > 0)
        {
            json.WriteStrings("suggestions"u8, problem.Suggestions);
        }
    });

    private static (int Status, RequestException Problem) Problem(OhlcvConnectorException exception) => exception switch
    {
        UnknownExchangeException => (StatusCodes.Status404NotFound, new RequestException(ErrorCode.UnknownExchange, exception.Message)),
        AmbiguousSymbolException ambiguous => (StatusCodes.Status404NotFound, new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = ambiguous.Suggestions }),
        UnknownSymbolException unknown => (StatusCodes.Status404NotFound, new RequestException(ErrorCode.UnknownSymbol, exception.Message) { Suggestions = unknown.Suggestions }),
        UnsupportedIntervalException => (StatusCodes.Status400BadRequest, new RequestException(ErrorCode.UnsupportedInterval, exception.Message)),
        UnsupportedMarketException => (StatusCodes.Status400BadRequest, Bad(exception.Message)),
        _ => (StatusCodes.Status503ServiceUnavailable, new RequestException(ErrorCode.UpstreamUnavailable, exception.Message)),
    };

    private static string? Query(HttpContext context, string name, bool required = false) => context.Request.Query[name] is [{ Length: > 0 } text, ..]
        ? text
        : required ? throw Bad($"The query needs '{name}'.") : null;

    private static Market? MarketOf(HttpContext context) => Query(context, "market") is not { } text ? null
        : MarketNames.TryParse(text, out var market) ? market
        : throw Bad($"There is no market '{text}'. Use spot, usdm or coinm.");

    private static Interval IntervalOf(HttpContext context) => Query(context, "interval") is not { } text ? Interval.OneMinute
        : Interval.TryParse(text, out var interval) ? interval
        : throw new RequestException(ErrorCode.UnsupportedInterval, $"'{text}' is no interval. Write a number and a unit, such as 1s, 1m, 4h, 1d, 1w or 1M.");

    private static DateTimeOffset? TimeOf(HttpContext context, string name) => Query(context, name) is not { } text ? null
        : Moment.TryParse(text, out var time) || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && Moment.TryFromMilliseconds(milliseconds, out time)) ? time
        : throw Bad($"'{name}' must be a time: 2026-01-31T12:00:00Z, or milliseconds since 1970.");

    private static RequestException Bad(string message) => new(ErrorCode.BadRequest, message);

    [LoggerMessage(ServerEventIds.RequestFailed, LogLevel.Error, "{Path} failed")]
    private static partial void LogFailed(ILogger logger, PathString path, Exception exception);
}
