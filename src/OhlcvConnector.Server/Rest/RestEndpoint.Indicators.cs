using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Server.Rest;

/// <summary>Where indicators' values begin, and volume profiles.</summary>
internal sealed partial class RestEndpoint
{
    private const double ShareOfVolume = 0.7;

    private static readonly TimeSpan UsualRange = TimeSpan.FromDays(1);

    private static readonly CatalogAnswer Catalog = new() { Indicators = [.. IndicatorCatalog.All.Select(Row)] };

    private Task CatalogAsync(RestQuery query) => AnswerAsync(query, Catalog, ServerIdentity.Version);

    private static IndicatorKindRow Row(IndicatorKind kind) => new()
    {
        Name = kind.Name,
        Title = kind.Title,
        Group = kind.Group.ToString(),
        Parameters =
        [
            .. kind.Parameters.Select(parameter => new IndicatorParameterRow
            {
                Name = parameter.Name,
                Standard = parameter.Standard,
                Least = parameter.Least,
                Most = parameter.Most,
                Whole = parameter.IsWhole,
                Words = parameter.Words,
            }),
        ],
        Outputs = kind.Outputs,
        OnPrices = kind.Scaling == PriceScaling.Other ? null : kind.Scaling.HasFlag(PriceScaling.Price),
    };

    private async Task VolumeProfileAsync(RestQuery query)
    {
        var interval = query.Interval;
        var rows = query.Whole(RestRoute.Rows);
        var to = query.To ?? hub.Now;
        var from = query.From ?? to - UsualRange;
        var most = interval.CountBetween(interval.FloorMs(from.ToUnixTimeMilliseconds()), to.ToUnixTimeMilliseconds());
        var gaps = new List<MissingCandles>();
        var request = RequestOf(query, from, to) with { OnMissing = missing => gaps.AddRange(missing.Kind == MissingKind.Gap ? [missing] : []) };
        var series = await SeriesOfAsync(query, request, most).ConfigureAwait(false);
        var bars = new List<Bar>();
        await foreach (var quote in HistoryOf(query).ReadAsync(request, query.Token).ConfigureAwait(false))
        {
            bars.Add(new Bar(quote));
        }

        var profile = VolumeProfile.Of([.. bars], rows);
        var area = profile.ValueArea(ShareOfVolume);
        await AnswerAsync(
            query,
            new ProfileAnswer
            {
                Exchange = series.Exchange,
                Market = series.Market.Name(),
                Symbol = request.Symbol,
                VenueSymbol = series.VenueSymbol,
                Interval = interval.ToString(),
                From = from,
                To = to,
                Candles = profile.Count,
                Refused = profile.Refused,
                Volume = profile.Volume,
                Poc = area?.Control.Price,
                Vah = area?.High,
                Val = area?.Low,
                Share = area?.Volume / profile.Volume,
                Hvn = Rows(profile.HighNodes()),
                Lvn = Rows(profile.LowNodes()),
                Rows = Rows(profile.Rows),
                Gaps = Rows(gaps),
            },
            bars.Count == 0
                ? "empty"
                : string.Create(CultureInfo.InvariantCulture, $"{bars[0].OpenMs} {bars.Count} {bars[^1].OpenMs} {profile.Volume:R}")).ConfigureAwait(false);
    }

    private static IReadOnlyList<VolumeRowAnswer> Rows(IReadOnlyList<VolumeRow> rows) =>
        [.. rows.Select(row => new VolumeRowAnswer { Low = row.Low, High = row.High, Volume = row.Volume })];

    /// <summary>Where to begin reading, so that a range's first candle has its values.</summary>
    private static DateTimeOffset Earlier(IndicatorSet set, Interval interval, DateTimeOffset from)
    {
        var floor = interval.Floor(from);
        return DateTimeOffset.FromUnixTimeMilliseconds(set.BeginMs(interval, (floor < from ? interval.Next(floor) : floor).ToUnixTimeMilliseconds()));
    }
}
