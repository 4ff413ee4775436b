using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>For forecasts: <c>/api/v1/ai/...</c>, by the models of a folder.</summary>
internal sealed class ForecastEndpoint(
    IInstrumentRepository instruments, HistoryDesk history, MarketClock clock, ConnectionGate gate, RestGuard guard, ModelShelf shelf, ForecastMaker maker)
{
    private const int Candles = 1000; // every indicator has settled in so many

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(application, ForecastRoutes.Models, query => AnswerAsync(query, new ForecastModelsAnswer
        {
            Models = [.. shelf.Registry.List().SelectMany(one => one.Versions, (one, version) => Row(one.Name, version))],
        }));
        guard.Map(application, ForecastRoutes.Card, query =>
        {
            var model = Read((string)query.Context.Request.RouteValues["model"]!, query.Text("version"));
            return AnswerAsync(query, new ForecastCardAnswer { Card = JsonDocument.Parse(model.CardJson()).RootElement });
        });
        guard.Map(application, ForecastRoutes.Forecast, ForecastAsync);
        guard.Map(application, ForecastRoutes.Explain, ExplainAsync);
    }

    private static string CardOf(string name, string version) => $"/api/v1/ai/models/{name}?version={version}";

    private static RequestException Bad(ForecastException exception) => RestQuery.Bad(exception.Message);

    private async Task ForecastAsync(RestQuery query)
    {
        var (model, series, read, holes) = await SeriesAsync(query).ConfigureAwait(false);
        var forecast = Calculate(() => model.Predict(read));
        await AnswerAsync(query, new ForecastAnswer
        {
            Exchange = series.Exchange,
            Market = series.Market.Name(),
            Symbol = query.Required("symbol"),
            Interval = series.Interval.ToString(),
            Model = model.Card.Name,
            Version = model.Card.Version,
            Verdict = forecast.Verdict,
            Skill = forecast.Skill,
            SkillLow = forecast.SkillLow,
            SkillHigh = forecast.SkillHigh,
            Card = CardOf(model.Card.Name, model.Card.Version),
            KnownAt = forecast.KnownAt,
            AgeSeconds = AgeOf(forecast.KnownAt),
            Holes = holes,
            Target = forecast.Target.ToString().ToLowerInvariant(),
            At = forecast.At,
            Close = forecast.Close,
            Point = forecast.Point,
            Band = [.. forecast.Band.Select(one => new ForecastBandRow { Level = one.Level, Value = one.Value, Price = one.Price })],
        }).ConfigureAwait(false);
    }

    private async Task ExplainAsync(RestQuery query)
    {
        var (model, series, read, holes) = await SeriesAsync(query).ConfigureAwait(false);
        var features = Calculate(() => model.Explain(read));
        var evaluation = model.Card.Evaluation;
        var known = DateTimeOffset.FromUnixTimeMilliseconds(read.KnownMs);
        await AnswerAsync(query, new ForecastExplainAnswer
        {
            Exchange = series.Exchange,
            Market = series.Market.Name(),
            Symbol = query.Required("symbol"),
            Interval = series.Interval.ToString(),
            Model = model.Card.Name,
            Version = model.Card.Version,
            Verdict = model.Card.Verdict,
            Skill = evaluation?.Skill,
            SkillLow = evaluation?.SkillLow,
            SkillHigh = evaluation?.SkillHigh,
            Card = CardOf(model.Card.Name, model.Card.Version),
            KnownAt = known,
            AgeSeconds = AgeOf(known),
            Holes = holes,
            Features = [.. features.Select(one => new ForecastFeatureRow { Feature = one.Feature, Change = one.Change, Share = one.Share })],
        }).ConfigureAwait(false);
    }

    /// <summary>Reads the model and the candles that it forecasts from.</summary>
    private async Task<(ForecastModel Model, Series Series, ForecastSeries Read, int Holes)> SeriesAsync(RestQuery query)
    {
        var model = Read(query.Required("model"), query.Text("version"));
        var definition = model.Card.Definition;
        if (model.Card.IsSandbox && !guard.IsSandbox)
        {
            throw new RequestException(ErrorCode.Conflict, $"The model {model.Card.Name} was trained on simulated candles, and these are real: train it on real ones.");
        }

        var (horizon, interval) = (query.Whole(ForecastRoutes.Horizon), Interval.Parse(definition.Interval));
        if ((horizon > 0 && horizon != definition.Horizon) || (query.Text("interval") is not null && query.Interval != interval))
        {
            throw RestQuery.Bad($"The model {model.Card.Name} forecasts {definition.Horizon} candles of {interval} ahead, and nothing else.");
        }

        var holes = 0;
        var request = new HistoryRequest
        {
            Exchange = query.Exchange,
            Market = query.Market,
            Symbol = query.Required("symbol"),
            Interval = interval,
            BuildInterval = true,
            From = clock.Clock.GetUtcNow() - (interval.ApproximateLength * Candles),
            WaitForLate = false,
            OnMissing = missing => holes += missing.Kind == MissingKind.Gap ? 1 : 0,
        };
        var fetch = new FetchHistory(instruments, history.For(gate.AskerOf(query.Context)), clock.Clock);
        query.WaitsFor = $"the symbols of {request.Exchange}";
        var (series, _, _) = await fetch.ResolveAsync(request, query.Token).ConfigureAwait(false);
        query.WaitsFor = $"the history of {series}";
        var bars = new List<Bar>();
        await foreach (var quote in fetch.ReadAsync(request, query.Token).ConfigureAwait(false))
        {
            if (quote.IsClosed)
            {
                bars.Add(new Bar(quote));
            }
        }

        var name = $"{series.Exchange} {series.Market.Name()} {series.Symbol} {interval}";
        return (model, series, new ForecastSeries(name, interval, bars) { IsSandbox = guard.IsSandbox }, holes);
    }

    private static T Calculate<T>(Func<T> calculate)
    {
        try
        {
            return calculate();
        }
        catch (ForecastException exception)
        {
            throw Bad(exception);
        }
    }

    private ForecastModel Read(string name, string? version)
    {
        try
        {
            return shelf.Read(name, version);
        }
        catch (ForecastException exception)
        {
            throw shelf.Registry.List().Any(one => one.Name == name && (version is null || one.Versions.Contains(version)))
                ? Bad(exception)
                : new RequestException(ErrorCode.NotFound, $"There is no such model here; {ForecastRoutes.Models.Path} lists those that there are.");
        }
    }

    private ForecastModelRow Row(string name, string version)
    {
        ModelCard? card = null;
        var problem = "";
        try
        {
            card = shelf.Read(name, version).Card;
        }
        catch (ForecastException exception)
        {
            problem = exception.Message; // one that is damaged hides no other
        }

        return new ForecastModelRow
        {
            Model = name,
            Version = version,
            IsCurrent = shelf.Registry.CurrentOf(name) == version,
            Target = card?.Definition.Target.ToString().ToLowerInvariant(),
            Interval = card?.Definition.Interval,
            Horizon = card?.Definition.Horizon,
            Skill = card?.Evaluation?.Skill,
            SkillLow = card?.Evaluation?.SkillLow,
            SkillHigh = card?.Evaluation?.SkillHigh,
            Verdict = card?.Verdict ?? problem,
            Drift = shelf.Registry.CurrentOf(name) == version ? maker.Drifts.GetValueOrDefault(name)?.Text : null,
            Card = CardOf(name, version),
        };
    }

    private decimal AgeOf(DateTimeOffset known) => Math.Max(0, Math.Round((decimal)(clock.Clock.GetUtcNow() - known).TotalSeconds, 3));

    private Task AnswerAsync(RestQuery query, RestAnswer answer)
    {
        query.Context.Response.Headers.CacheControl = "no-store";
        return guard.WriteAsync(query.Context, StatusCodes.Status200OK, answer);
    }
}
