using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Calendar;

/// <summary>What the archive has, by days: <c>/api/v1/archive/calendar</c>.</summary>
internal sealed class CalendarEndpoint(
    Hub hub, IInstrumentRepository instruments, HistoryDesk history, MarketClock clock, ConnectionGate gate, RestGuard guard, ICandleArchive? archive = null)
{
    private const int MostDays = 800;
    private const int UsualDays = 365;
    private const int MostHoles = 50;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The path.</summary>
    public static RestRoute Route { get; } = new(
        "/api/v1/archive/calendar", "archiveCalendar", "What the archive has of a series, by UTC days",
        $"At most {MostDays} days. What is known is what was kept or asked for: candles without trades are no holes.", typeof(CalendarAnswer),
        new RestParameter("exchange", RestKind.Exchange, "The exchange's name.") { IsRequired = true },
        new RestParameter("market", RestKind.Text, "spot, usdm or coinm, or an alias. Default: the exchange's own."),
        new RestParameter("symbol", RestKind.Text, "BTCUSDT or BTC/USDT.") { IsRequired = true },
        new RestParameter("interval", RestKind.Interval, "The candles' length.") { Usual = "1m" },
        new RestParameter("from", RestKind.Moment, $"The first day. Default: {UsualDays} days before to."),
        new RestParameter("to", RestKind.Moment, "The end, exclusive; the day that it lies in is the last. Default: now."))
    { HasTag = false };

    /// <summary>Adds it.</summary>
    public static void AddTo(IServiceCollection services) => services.AddSingleton<CalendarEndpoint>();

    /// <summary>Adds the path.</summary>
    public void Map(WebApplication application) => guard.Map(application, Route, CalendarAsync);

    private async Task CalendarAsync(RestQuery query)
    {
        if (archive is null)
        {
            throw new RequestException(ErrorCode.NotFound, $"This server keeps no archive: {nameof(ServerOptions.Archive)} is not set.");
        }

        var now = query.Interval.Floor(hub.Now); // the open candle is in no archive
        var to = query.To is { } end && end < now ? end : now;
        var from = StartOfDay(query.From ?? StartOfDay(to) - (Day * (UsualDays - 1)));
        if (from >= to || to - from > Day * MostDays)
        {
            throw RestQuery.Bad($"'from' must be before 'to' and now, by at most {MostDays} days.");
        }

        var request = new HistoryRequest
        {
            Exchange = query.Exchange,
            Market = query.Market,
            Symbol = query.Required("symbol"),
            Interval = query.Interval,
            From = from,
            To = to,
        };
        query.WaitsFor = $"the symbols of {request.Exchange}";
        var fetch = new FetchHistory(instruments, history.For(gate.AskerOf(query.Context)), clock.Clock);
        var (series, _, _) = await fetch.ResolveAsync(request, query.Token).ConfigureAwait(false);
        query.WaitsFor = "the archive";
        var known = await archive.CoverageAsync(series, from, to, query.Token).ConfigureAwait(false);
        await guard.WriteFreshAsync(query, new CalendarAnswer
        {
            Exchange = series.Exchange,
            Market = series.Market.Name(),
            Symbol = request.Symbol,
            VenueSymbol = series.VenueSymbol,
            Interval = series.Interval.ToString(),
            Days = Days(known, from, to),
        }).ConfigureAwait(false);
    }

    /// <summary>Cuts what is known into days.</summary>
    /// <param name="known">What is known, ascending and without a hole.</param>
    /// <param name="from">Start of the first day, UTC.</param>
    /// <param name="to">The end, exclusive, UTC.</param>
    public static IReadOnlyList<CalendarDayRow> Days(IReadOnlyList<CoverageRange> known, DateTimeOffset from, DateTimeOffset to)
    {
        var map = new CoverageMap(known);
        var days = new List<CalendarDayRow>();
        for (var day = from; day < to; day += Day)
        {
            var parts = map.Between(day.ToUnixTimeMilliseconds(), (day + Day < to ? day + Day : to).ToUnixTimeMilliseconds());
            var possible = parts.Where(part => part.Coverage != Coverage.BeforeListing).ToList();
            var holes = possible.Where(part => part.Coverage != Coverage.Complete).ToList();
            var (all, lacking) = (possible.Sum(Length), holes.Sum(Length));
            days.Add(new CalendarDayRow
            {
                Day = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Covered = all > 0 ? Math.Round(1 - (lacking / (double)all), 6) : null,
                Holes =
                [
                    .. holes.Take(MostHoles).Select(hole => new CalendarHoleRow
                    {
                        From = hole.From,
                        To = hole.To,
                        State = hole.Coverage == Coverage.NeverAsked ? "never asked" : hole.Coverage.Name(),
                        Reason = hole.Reason,
                    }),
                ],
                HolesLeftOut = Math.Max(0, holes.Count - MostHoles),
            });
        }

        return days;

        static long Length(CoverageRange part) => part.ToMs - part.FromMs;
    }

    private static DateTimeOffset StartOfDay(DateTimeOffset moment) => new(moment.UtcDateTime.Date, TimeSpan.Zero);
}
