using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Following;

/// <summary>For what is followed: <c>/api/v1/series</c>, and <c>/api/v1/search</c> for what could be.</summary>
internal sealed class FollowingEndpoint(Hub hub, PinnedSeries pinned, ListingSearch search, RestGuard guard)
{
    private const int MostSymbols = 100;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Adds it.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<PinnedSeries>();
        services.AddSingleton<ListingSearch>();
        services.AddSingleton<FollowingEndpoint>();
    }

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(application, FollowingRoutes.All, ListAsync);
        guard.Map(application, FollowingRoutes.Follow, FollowAsync);
        guard.Map(application, FollowingRoutes.Leave, LeaveAsync);
        guard.Map(application, FollowingRoutes.Search, async query =>
        {
            query.WaitsFor = "the listings of the exchanges";
            var answer = await search.FindAsync(
                query.Required("text"), exchange: null, query.Market, query.Whole(FollowingRoutes.Found), query.Token).ConfigureAwait(false);
            await guard.WriteFreshAsync(query, answer).ConfigureAwait(false);
        });
    }

    private Task ListAsync(RestQuery query)
    {
        var (limit, closes) = (query.Whole(FollowingRoutes.Limit), query.Whole(FollowingRoutes.Closes));
        var (exchange, market, interval) = (query.Text("exchange"), query.Market, query.Text("interval") is null ? (Interval?)null : query.Interval);
        var channels = hub.Channels.Where(channel =>
                (exchange is null || channel.Series.Exchange.Equals(exchange, StringComparison.OrdinalIgnoreCase))
                && (market is null || channel.Series.Market == market)
                && (interval is null || channel.Series.Interval == interval))
            .OrderBy(channel => channel.Series.Exchange, StringComparer.Ordinal).ThenBy(channel => channel.Series.Market)
            .ThenBy(channel => channel.Series.VenueSymbol, StringComparer.Ordinal).ThenBy(channel => channel.Series.Interval).ToList();
        return guard.WriteFreshAsync(query, new FollowedSeriesAnswer
        {
            Series = [.. channels.Take(limit).Select(channel => Row(channel, closes))],
            Complete = channels.Count <= limit,
        });
    }

    private async Task FollowAsync(RestQuery query)
    {
        var wanted = await query.BodyAsync<NewSeries>().ConfigureAwait(false);
        if (wanted.Symbols.Count is 0 or > MostSymbols)
        {
            throw RestQuery.Bad($"'symbols' must name 1 to {MostSymbols} symbols.");
        }

        var (market, interval) = (RestQuery.MarketOf(wanted.Market), RestQuery.IntervalOf(wanted.Interval, "1m"));
        query.WaitsFor = $"the symbols of {wanted.Exchange}";
        var request = new StreamRequest { Exchange = wanted.Exchange, Market = market, Symbols = wanted.Symbols, Interval = interval, BuildInterval = true };
        var series = await hub.ResolveAsync(request, query.Token).ConfigureAwait(false);
        pinned.Pin(series);
        await AnswerAsync(query, series).ConfigureAwait(false);
    }

    private async Task LeaveAsync(RestQuery query)
    {
        query.WaitsFor = $"the symbols of {query.Exchange}";
        var request = new StreamRequest
        {
            Exchange = query.Exchange,
            Market = query.Market,
            Symbols = [query.Required("symbol")],
            Interval = query.Interval,
            BuildInterval = true,
            AwaitTrading = true, // one that trades no longer can be left, too
        };
        var series = await hub.ResolveAsync(request, query.Token).ConfigureAwait(false);
        if (!pinned.TryLeave(series[0]))
        {
            throw hub.Find(series[0]) is null
                ? new RequestException(ErrorCode.NotFound, $"{series[0]} is not followed.")
                : new RequestException(ErrorCode.Conflict, $"{series[0]} is followed by {string.Join(" and ", pinned.HoldersOf(series[0]))}, and not by this way; it ends there.");
        }

        await AnswerAsync(query, series).ConfigureAwait(false);
    }

    private Task AnswerAsync(RestQuery query, IReadOnlyList<Series> series) => guard.WriteFreshAsync(query, new FollowedSeriesAnswer
    {
        Series = [.. series.Select(hub.Find).OfType<SeriesChannel>().Select(channel => Row(channel, closes: 0))],
        Complete = true,
    });

    private FollowedSeriesRow Row(SeriesChannel channel, int closes)
    {
        var (series, status, newest) = (channel.Series, channel.Status, channel.Newest);
        var remembered = channel.Remembered;
        var first = newest is { } last ? last.OpenTime - Day : default;
        var ofDay = remembered.Where(quote => quote.OpenTime > first).Concat(newest is { IsClosed: false } open ? [open] : []).ToList();
        return new FollowedSeriesRow
        {
            Exchange = series.Exchange,
            Market = series.Market.Name(),
            Symbol = series.Instrument.Symbol,
            VenueSymbol = series.VenueSymbol,
            Interval = series.Interval.ToString(),
            State = V1Encoding.Name(status.State),
            Reason = status.Reason,
            By = pinned.HoldersOf(series),
            Price = newest?.Close,
            OpenTime = newest?.OpenTime,
            IsClosed = newest?.IsClosed,
            AgeSeconds = newest is { } quote ? Math.Max(0, Math.Round((decimal)(hub.Now - (quote.EventTime ?? quote.ReceivedAt)).TotalSeconds, 3)) : null,
            Since = ofDay.Count > 0 ? ofDay[0].OpenTime : null,
            ChangePercent = ofDay is [{ Open: > 0 } begin, ..] ? Math.Round(((ofDay[^1].Close / begin.Open) - 1) * 100, 4) : null,
            High = ofDay.Count > 0 ? ofDay.Max(one => one.High) : null,
            Low = ofDay.Count > 0 ? ofDay.Min(one => one.Low) : null,
            Volume = ofDay.Count > 0 && ofDay.TrueForAll(one => one.Volume is not null) ? ofDay.Sum(one => one.Volume) : null,
            Closes = [.. remembered.TakeLast(closes).Select(one => one.Close)],
        };
    }
}
