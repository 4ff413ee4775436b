using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Following;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Udf;

/// <summary>A data feed for TradingView's charts, by its UDF protocol: <c>/udf/...</c>.</summary>
internal sealed class UdfEndpoint(
    Hub hub, IInstrumentRepository instruments, HistoryDesk history, MarketClock clock, ListingSearch search, ISignalStore signals, ConnectionGate gate,
    RestGuard guard)
{
    private const long MostSeconds = 253_402_300_799; // the last one of the year 9999

    /// <summary>Adds it.</summary>
    public static void AddTo(IServiceCollection services) => services.AddSingleton<UdfEndpoint>();

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        Add(UdfRoutes.Config, query => AnswerAsync(query, Config()));
        Add(UdfRoutes.Time, query => guard.WriteAsync(
            query.Context, UdfRoutes.Time.ContentType, Encoding.ASCII.GetBytes(hub.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))));
        Add(UdfRoutes.Symbols, SymbolAsync);
        Add(UdfRoutes.Search, SearchAsync);
        Add(UdfRoutes.History, HistoryAsync);
        Add(UdfRoutes.Marks, MarksAsync);

        void Add(RestRoute route, Func<RestQuery, Task> answer) => guard.Map(application, route, query => InWordsOfProtocolAsync(query, answer));
    }

    /// <summary>Says errors of the question as the protocol does.</summary>
    private async Task InWordsOfProtocolAsync(RestQuery query, Func<RestQuery, Task> answer)
    {
        try
        {
            await answer(query).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RequestException or OhlcvConnectorException or ArgumentException)
        {
            await AnswerAsync(query, new UdfError { Message = ErrorWords.Of(exception) }).ConfigureAwait(false);
        }
    }

    private UdfConfig Config() => new()
    {
        SupportedResolutions =
            [.. hub.Exchanges.SelectMany(one => one.Markets).SelectMany(one => one.HistoryIntervals).Distinct().Order().Select(UdfResolution.Write)],
        Exchanges =
        [
            new UdfExchange { Value = "", Name = "All exchanges", Description = "" },
            .. hub.Exchanges.Select(one => new UdfExchange { Value = one.Name, Name = one.Name, Description = one.Name }),
        ],
        SymbolsTypes =
        [
            new UdfSymbolType { Name = "All types", Value = "" },
            .. hub.Exchanges.SelectMany(one => one.Markets).Select(one => one.Market).Distinct().Order()
                .Select(market => new UdfSymbolType { Name = market.Name(), Value = market.Name() }),
        ],
    };

    private async Task SymbolAsync(RestQuery query)
    {
        var (series, _, _) = await ResolveAsync(query, Interval.OneMinute).ConfigureAwait(false);
        await AnswerAsync(query, UdfSymbols.Of(series.Instrument, MarketOf(series))).ConfigureAwait(false);
    }

    private async Task SearchAsync(RestQuery query)
    {
        Market? market = query.Text("type") is not { } type ? null : MarketNames.TryParse(type, out var known) ? known
            : throw RestQuery.Bad($"There is no type '{type}'. Use spot, usdm or coinm.");
        query.WaitsFor = "the listings of the exchanges";
        var found = query.Text("query") is { } text && text.Any(char.IsLetterOrDigit)
            ? (await search.FindAsync(text, query.Text("exchange"), market, query.Whole(UdfRoutes.Limit), query.Token).ConfigureAwait(false)).Symbols
            : [];
        await AnswerAsync(query, found.Select(UdfSymbols.Found).ToArray()).ConfigureAwait(false);
    }

    private async Task HistoryAsync(RestQuery query)
    {
        var (from, to, count) = (Moment(query, "from"), Moment(query, "to"), query.Whole(UdfRoutes.CountBack));
        var (series, request, fetch) = await ResolveAsync(query, ResolutionOf(query)).ConfigureAwait(false);
        query.WaitsFor = $"the history of {series}";
        var reading = new UdfHistory(fetch, request, BuiltHistory.CountOfParts(series, hub.Exchanges, 1));
        to = to < hub.Now ? to : series.Interval.Next(series.Interval.Floor(hub.Now));
        var bars = count > 0 ? await reading.BeforeAsync(to, count, query.Token).ConfigureAwait(false)
            : from < to ? await reading.BetweenAsync(from, to, query.Token).ConfigureAwait(false)
            : throw RestQuery.Bad("'from' must be before 'to' and now.");
        await AnswerAsync(query, bars with { Sandbox = guard.IsSandbox ? true : null }).ConfigureAwait(false);
    }

    private async Task MarksAsync(RestQuery query)
    {
        var (from, to, interval) = (Moment(query, "from"), Moment(query, "to"), ResolutionOf(query));
        var (series, _, _) = await ResolveAsync(query, interval).ConfigureAwait(false);
        query.WaitsFor = "the signals";
        var found = await signals.ReadAsync(
            new SignalFilter
            {
                Exchange = series.Exchange,
                Market = series.Market,
                Symbol = series.VenueSymbol,
                Interval = interval,
                SinceMs = from.ToUnixTimeMilliseconds(),
                Limit = SignalFilter.MaxLimit,
            },
            query.Token).ConfigureAwait(false);
        Signal[] shown = [.. found.Select(kept => kept.Signal).Where(signal => signal.CloseTime <= to).Reverse()];
        await AnswerAsync(query, new UdfMarks
        {
            Ids = [.. shown.Select(signal => signal.Id)],
            Times = [.. shown.Select(signal => interval.PreviousMs(signal.CloseMs) / 1000)],
            Colors = [.. shown.Select(signal => signal.Direction switch
            {
                SignalDirection.Long => "green",
                SignalDirection.Short => "red",
                SignalDirection.Exit => "yellow",
                _ => "blue",
            })],
            Texts = [.. shown.Select(signal => $"{signal.Title} ({signal.Rule}, {signal.Strength:0}){(signal.IsSandbox ? " SANDBOX" : "")}")],
            Labels = [.. shown.Select(signal => signal.Direction.ToString()[..1])],
            LabelFontColors = [.. shown.Select(_ => "white")],
            MinSizes = [.. shown.Select(_ => 14)],
        }).ConfigureAwait(false);
    }

    private async Task<(Series Series, HistoryRequest Request, FetchHistory Fetch)> ResolveAsync(RestQuery query, Interval interval)
    {
        SeriesPattern named;
        try
        {
            named = SeriesPattern.ParseAll(query.Required("symbol"))[0];
        }
        catch (FormatException exception)
        {
            throw RestQuery.Bad(exception.Message);
        }

        var request = new HistoryRequest
        {
            Exchange = named.Exchange,
            Market = named.Market,
            Symbol = named.Text,
            Interval = interval,
            BuildInterval = true,
            From = DateTimeOffset.UnixEpoch,
        };
        query.WaitsFor = $"the symbols of {request.Exchange}";
        var fetch = new FetchHistory(instruments, history.For(gate.AskerOf(query.Context)), clock.Clock);
        var (series, _, _) = await fetch.ResolveAsync(request, query.Token).ConfigureAwait(false);
        return (series, request, fetch);
    }

    private static Interval ResolutionOf(RestQuery query) => UdfResolution.Read(query.Required("resolution"))
        ?? throw RestQuery.Bad($"'{query.Required("resolution")}' is no resolution. Write minutes, or a number with S, D, W or M: 1, 60, 1D.");

    private static DateTimeOffset Moment(RestQuery query, string name) =>
        long.TryParse(query.Required(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && seconds <= MostSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(Math.Max(0, seconds)) // charts ask for what was before 1970, too
            : throw RestQuery.Bad($"'{name}' must be seconds since 1970.");

    private MarketProfile MarketOf(Series series) =>
        hub.Exchanges.First(one => one.Name == series.Exchange).Markets.First(one => one.Market == series.Market);

    private Task AnswerAsync<T>(RestQuery query, T answer)
        where T : class
    {
        query.Context.Response.Headers.CacheControl = "no-store";
        return guard.WriteAsync(query.Context, RequestBody.Json, JsonSerializer.SerializeToUtf8Bytes(answer, RestNames.Camel.GetTypeInfo(typeof(T))));
    }
}
