using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>Signals for those who ask: <c>/api/v1/signals</c> and what is below it.</summary>
internal sealed class SignalEndpoint(
    ISignalStore store, SignalRuleDesk desk, SignalMonitor monitor, Hub hub, IInstrumentRepository instruments, HistoryDesk history, MarketClock clock,
    ConnectionGate gate, RestGuard guard, ServerIdentity identity)
{
    private const int MostCandles = 20_000;

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(application, SignalRoutes.Signals, SignalsAsync);
        guard.Map(application, SignalRoutes.Latest, LatestAsync);
        guard.Map(application, SignalRoutes.Rules, RulesAsync);
        guard.Map(application, SignalRoutes.RulesFile, query => guard.WriteAsync(
            query.Context, StatusCodes.Status200OK, new SignalRulesFileAnswer { Text = desk.Text, File = desk.Path, Problem = desk.Problem }));
        guard.Map(application, SignalRoutes.TakeRules, TakeRulesAsync);
        guard.Map(application, SignalRoutes.Signal, SignalAsync);
        guard.Map(application, SignalRoutes.Evaluate, EvaluateAsync);
    }

    private async Task SignalsAsync(RestQuery query)
    {
        var limit = query.Whole(SignalRoutes.Limit);
        var filter = SignalsWanted.FilterOf(query.Text) with
        {
            SinceMs = query.Moment("since")?.ToUnixTimeMilliseconds(),
            Before = query.Text("cursor") is not { } cursor ? null
                : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : throw RestQuery.Bad("'cursor' must be the nextCursor of an answer before."),
            Limit = limit,
        };
        query.WaitsFor = "the signals";
        var found = await store.ReadAsync(filter, query.Token).ConfigureAwait(false);
        await WriteAsync(query, found, found.Count == limit ? found[^1].Number : null).ConfigureAwait(false);
    }

    private async Task LatestAsync(RestQuery query)
    {
        var filter = SignalsWanted.FilterOf(query.Text) with { IsLatestOnly = true, Limit = query.Whole(SignalRoutes.Limit) };
        query.WaitsFor = "the signals";
        if (!query.Truth("provisional"))
        {
            await WriteAsync(query, await store.ReadAsync(filter, query.Token).ConfigureAwait(false), null).ConfigureAwait(false);
            return;
        }

        var provisional = await monitor.PreviewAsync(filter, query.Token).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(query.Context, identity, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("signals");
            foreach (var signal in provisional.Take(filter.Limit))
            {
                json.WriteStartObject();
                SignalJson.WriteFields(json, signal);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private async Task SignalAsync(RestQuery query)
    {
        var id = (string)query.Context.Request.RouteValues["id"]!;
        var kept = await store.FindAsync(id, query.Token).ConfigureAwait(false)
            ?? throw new RequestException(ErrorCode.NotFound, $"There is no signal '{V1Reader.Shown(id)}'.");
        await JsonAnswer.WriteAsync(query.Context, identity, StatusCodes.Status200OK, json => SignalJson.WriteFields(json, kept)).ConfigureAwait(false);
    }

    private Task RulesAsync(RestQuery query) => JsonAnswer.WriteAsync(query.Context, identity, StatusCodes.Status200OK, json =>
    {
        var stopped = desk.Guard.Stopped.ToDictionary(one => one.Rule);
        var stoppedOn = desk.StoppedOn.ToLookup(one => one.Rule);
        json.WriteStartArray("rules");
        foreach (var rule in desk.Rules.Rules)
        {
            json.WriteStartObject();
            json.WriteString("name", rule.Name);
            json.WriteString("title", rule.Title);
            if (rule.Set is not null)
            {
                json.WriteString("set", rule.Set);
            }

            json.WriteString("version", rule.Version);
            if (rule.Direction is { } direction)
            {
                json.WriteString("direction", SignalJson.NameOf(direction));
            }

            json.WriteStrings("conditions"u8, [.. rule.Conditions]);
            json.WriteStrings("symbols"u8, [.. rule.Symbols.Select(pattern => pattern.ToString())]);
            WriteStopped(json, stopped.GetValueOrDefault(rule.Name), stoppedOn[rule.Name]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (desk.Problem is { } problem)
        {
            json.WriteString("problem", problem);
        }
    });

    private static void WriteStopped(Utf8JsonWriter json, StoppedRule? stopped, IEnumerable<RuleTrouble> stoppedOn)
    {
        if (stopped is not null)
        {
            json.WriteString("stopped", stopped.Reason);
            json.WriteString("stoppedAt", JsonFields.Time(stopped.At));
        }

        if (!stoppedOn.Any())
        {
            return;
        }

        json.WriteStartArray("stoppedOn");
        foreach (var trouble in stoppedOn)
        {
            json.WriteStartObject();
            json.WriteString("series", trouble.Series.ToString());
            json.WriteString("reason", trouble.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task TakeRulesAsync(RestQuery query)
    {
        var text = await query.JsonAsync().ConfigureAwait(false);
        var isTrial = query.Truth(SignalRoutes.Check);
        IReadOnlyList<ConfigMistake> mistakes;
        try
        {
            query.WaitsFor = "the rules before";
            var config = TradingConfig.TryRead(text, out mistakes);
            mistakes = isTrial || config is null ? mistakes : await monitor.TakeRulesAsync(text, query.Token).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new RequestException(ErrorCode.Conflict, $"The rules are right, but {desk.Path} cannot be written, and those before stay: {exception.Message}");
        }

        if (mistakes.Count > 0)
        {
            throw new RequestException(ErrorCode.BadRequest, $"The rules are wrong, and those before stay: {mistakes[0]}{(mistakes.Count > 1 ? $" (and {mistakes.Count - 1} more)" : "")}")
            {
                Mistakes =
                [
                    .. mistakes.Select(one => new MistakeRow { Line = one.Line, Column = one.Column, Field = one.Field, Message = one.Message }),
                ],
            };
        }

        await guard.WriteAsync(query.Context, StatusCodes.Status200OK, new SignalRulesTakenAnswer
        {
            Rules = isTrial ? TradingConfig.TryRead(text, out _)!.Rules.Count : desk.Rules.Rules.Count,
            Taken = !isTrial,
            File = isTrial ? null : desk.Path,
        }).ConfigureAwait(false);
    }

    private async Task EvaluateAsync(RestQuery query)
    {
        var question = await query.BodyAsync<SignalQuestion>().ConfigureAwait(false);
        var rules = SentRules.Read(question.Rules);
        var request = new HistoryRequest
        {
            Exchange = question.Exchange,
            Market = question.Market is null ? null : MarketNames.TryParse(question.Market, out var market) ? market
                : throw RestQuery.Bad($"There is no market '{V1Reader.Shown(question.Market)}'. Use spot, usdm or coinm."),
            Symbol = question.Symbol,
            Interval = Interval.TryParse(question.Interval ?? "1h", out var interval) ? interval
                : throw new RequestException(ErrorCode.UnsupportedInterval, $"'{V1Reader.Shown(question.Interval!)}' is no interval. Write a number and a unit, such as 1h."),
            BuildInterval = true,
            From = question.From,
            To = question.To,
            WaitForLate = false,
        };
        query.WaitsFor = $"the symbols of {request.Exchange}";
        var series = (await hub.ResolveAsync(
            new StreamRequest
            {
                Exchange = request.Exchange,
                Market = request.Market,
                Symbols = [request.Symbol],
                Interval = interval,
                BuildInterval = true
            }, query.Token)
            .ConfigureAwait(false))[0];
        var fromMs = interval.FloorMs(question.From.ToUnixTimeMilliseconds());
        var judged = interval.CountBetween(fromMs, (question.To ?? hub.Now).ToUnixTimeMilliseconds());
        if (judged is < 1 or > MostCandles)
        {
            throw RestQuery.Bad(judged < 1 ? "'from' must be before 'to'." : $"These are {judged} candles; ask for at most {MostCandles} at once.");
        }

        var beginMs = Math.Max(new RuleEvaluator(series, rules).BeginMs(fromMs), interval.AddMs(fromMs, -MostCandles));
        query.WaitsFor = $"the candles of {series}";
        var candles = new List<PriceQuote>();
        var reading = new FetchHistory(instruments, history.For(gate.AskerOf(query.Context)), clock.Clock);
        await foreach (var quote in reading.ReadAsync(request with { From = DateTimeOffset.FromUnixTimeMilliseconds(beginMs), OnMissing = _ => { } },
            query.Token)
            .ConfigureAwait(false))
        {
            candles.Add(quote);
        }

        query.WaitsFor = "the rules";
        var result = SignalTrial.Run(rules, series, candles, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), hub.OmitsQuiet(series),
            await monitor.ForecastsOf(series, query.Token).ConfigureAwait(false), query.Token);
        await JsonAnswer.WriteAsync(query.Context, identity, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("signals");
            foreach (var (signal, fate) in result.Signals)
            {
                json.WriteStartObject();
                SignalJson.WriteFields(json, signal with { IsSandbox = identity.IsSandbox });
                SignalJson.WriteAfter(json, signal, fate);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("candles", result.Candles);
            json.WriteStrings("troubles"u8, [.. result.Troubles.Select(trouble => $"{trouble.Rule}: {trouble.Message}")]);
        }).ConfigureAwait(false);
    }

    private Task WriteAsync(RestQuery query, IReadOnlyList<KeptSignal> found, long? cursor) => JsonAnswer.WriteAsync(
        query.Context, identity, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("signals");
            foreach (var kept in found)
            {
                SignalJson.Write(json, kept);
            }

            json.WriteEndArray();
            if (cursor is { } next)
            {
                json.WriteNumber("nextCursor", next);
            }
        });
}
