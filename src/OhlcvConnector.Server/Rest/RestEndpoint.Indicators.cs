using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>Candles with indicators' values, and volume profiles.</summary>
internal sealed partial class RestEndpoint
{
    private const int MostCandlesOfProfile = 20_000;
    private const int MostRows = 1_000;
    private const int UsualRows = 100;
    private const double Share = 0.7;

    private static readonly TimeSpan UsualRange = TimeSpan.FromDays(1);
    private static readonly string[] RangeParameters = ["exchange", "market", "symbol", "interval", "from", "to"];

    private Task IndicatorsAsync(HttpContext context)
    {
        RefuseUnknown(context, [.. RangeParameters, "with", "limit"]);
        return CandlesAsync(context, ServedIndicators.Read(Query(context, "with", required: true)!.Split(','), IntervalOf(context)));
    }

    private async Task VolumeProfileAsync(HttpContext context)
    {
        RefuseUnknown(context, [.. RangeParameters, "rows"]);
        var interval = IntervalOf(context);
        var rows = Query(context, "rows") is not { } text ? UsualRows
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostRows ? count
            : throw Bad($"'rows' must be a whole number from 1 to {MostRows}.");
        var to = TimeOf(context, "to") ?? hub.Now;
        var from = TimeOf(context, "from") ?? to - UsualRange;
        var most = interval.CountBetween(interval.FloorMs(from.ToUnixTimeMilliseconds()), to.ToUnixTimeMilliseconds());
        if (most > MostCandlesOfProfile)
        {
            throw Bad(string.Create(CultureInfo.InvariantCulture, $"This asks for a profile of {most} candles of {interval}; at most {MostCandlesOfProfile} are read. Use a longer interval, or a shorter range."));
        }

        var gaps = new List<MissingCandles>();
        var request = new HistoryRequest
        {
            Exchange = Query(context, "exchange", required: true)!,
            Market = MarketOf(context),
            Symbol = Query(context, "symbol", required: true)!,
            Interval = interval,
            From = from,
            To = to,
            WaitForLate = false,
            OnMissing = missing => gaps.AddRange(missing.Kind == MissingKind.Gap ? [missing] : []),
        };
        var bars = new List<Bar>();
        await foreach (var quote in HistoryOf(context).ReadAsync(request, context.RequestAborted).ConfigureAwait(false))
        {
            bars.Add(new Bar(quote));
        }

        var profile = VolumeProfile.Of([.. bars], rows);
        await AnswerAsync(context, json =>
        {
            json.WriteString("exchange"u8, request.Exchange);
            json.WriteString("symbol"u8, request.Symbol);
            json.WriteString("interval"u8, interval.ToString());
            json.WriteString("from"u8, JsonFields.Time(from));
            json.WriteString("to"u8, JsonFields.Time(to));
            json.WriteNumber("candles"u8, profile.Count);
            json.WriteNumber("refused"u8, profile.Refused);
            Write(json, profile);
            WriteGaps(json, gaps);
        }, bars.Count == 0 ? "empty" : string.Create(CultureInfo.InvariantCulture, $"{bars[0].OpenMs} {bars.Count} {bars[^1].OpenMs} {profile.Volume:R}")).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter json, VolumeProfile profile)
    {
        var area = profile.ValueArea(Share);
        json.WriteNumber("volume"u8, profile.Volume);
        WriteNumber(json, "poc"u8, area?.Control.Price);
        WriteNumber(json, "vah"u8, area?.High);
        WriteNumber(json, "val"u8, area?.Low);
        WriteNumber(json, "share"u8, area?.Volume / profile.Volume);
        WriteRows(json, "hvn"u8, profile.HighNodes());
        WriteRows(json, "lvn"u8, profile.LowNodes());
        WriteRows(json, "rows"u8, profile.Rows);
    }

    private static void WriteRows(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<VolumeRow> rows)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteNumber("low"u8, row.Low);
            json.WriteNumber("high"u8, row.High);
            json.WriteNumber("volume"u8, row.Volume);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteGaps(Utf8JsonWriter json, List<MissingCandles> gaps)
    {
        json.WriteStartArray("gaps"u8);
        foreach (var gap in gaps)
        {
            json.WriteStartObject();
            json.WriteString("from"u8, JsonFields.Time(gap.From));
            json.WriteString("to"u8, JsonFields.Time(gap.To));
            json.WriteString("reason"u8, gap.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Where to begin reading, so that a range's first candle has its values.</summary>
    private static DateTimeOffset Earlier(IndicatorSet set, Interval interval, DateTimeOffset from)
    {
        var floor = interval.Floor(from);
        return DateTimeOffset.FromUnixTimeMilliseconds(set.BeginMs(interval, (floor < from ? interval.Next(floor) : floor).ToUnixTimeMilliseconds()));
    }

    private static void RefuseUnknown(HttpContext context, string[] known)
    {
        if (context.Request.Query.Keys.FirstOrDefault(name => name != ConnectionGate.KeyQuery && !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Bad($"There is no parameter '{unknown}'. Use {string.Join(", ", known[..^1])} or {known[^1]}.");
        }
    }
}
