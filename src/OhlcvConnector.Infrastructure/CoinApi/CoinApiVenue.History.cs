using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.CoinApi;

internal sealed partial class CoinApiVenue
{
    private static readonly TimeSpan AfterLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterQuota = TimeSpan.FromMinutes(10); // of a rolling day, of which nobody says when it has room again

    /// <summary>
    /// Returns the request for a page of candles, ascending. Whether the bounds are inclusive is not said; the engine leaves out what it has. A hundred rows
    /// cost a credit.
    /// </summary>
    public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs)
    {
        var rows = Math.Clamp(series.Interval.CountBetween(fromMs, Math.Min(toMs, nowMs + 1)), 1, PageRows);
        return new RestRequest(
            $"/v1/ohlcv/{Uri.EscapeDataString(series.VenueSymbol)}/history?period_id={market.Intervals.RestSpelling(series.Interval)}"
            + $"&time_start={Time(fromMs)}&time_end={Time(toMs)}&limit={PageRows.ToString(CultureInfo.InvariantCulture)}&include_empty_items=false")
        {
            CoversToMs = toMs,
            Weight = (int)((rows + RowsPerCredit - 1) / RowsPerCredit),
        };
    }

    /// <summary>
    /// <c>[{"time_period_start":"2017-01-01T00:00:00.0000000Z","time_period_end":"2017-01-02T00:00:00.0000000Z","time_open":"2017-01-01T00:01:08.0000000Z",
    /// "time_close":"2017-01-01T23:59:46.0000000Z","price_open":966.34,"price_high":1005,"price_low":960.53,"price_close":997.75,
    /// "volume_traded":6850.59330859,"trades_count":7815}]</c>: ascending, a few seconds behind the stream; a symbol without data has an empty list.
    /// </summary>
    public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        if (Refusal(market, answer) is { } refusal)
        {
            return refusal;
        }

        var reader = new Utf8JsonReader(answer.Body);
        reader.Expect(JsonTokenType.StartArray);
        reader.ReadRows(market, series, candles, unitMs: 1, static (ref reader, _, series, into) =>
        {
            var row = new Row();
            while (reader.NextProperty())
            {
                row.ReadProperty(ref reader);
            }

            row.Add(series, into, isClosed: null); // of history the clock decides
        });
        reader.ExpectEnd();
        return RestReply.Ok;
    }

    /// <summary>Returns a time as the venue reads it, to the millisecond.</summary>
    private static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, 253_402_300_799_999))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Returns the reply of an answer that refuses; null when it does not. <c>{"error":"Invalid API key"}</c> with 400, 401 for the key, 403 for the plan, 429
    /// for too many requests at once or a quota that is used up, 550 for something that does not exist.
    /// </summary>
    private static RestReply? Refusal(VenueMarket market, in RestAnswer answer)
    {
        if (answer.Status == 200)
        {
            return null;
        }

        var said = ErrorBody.Read(answer.Body, "code", "error").Text;
        var text = said.Length == 0 ? $"HTTP {answer.Status}" : $"{said} (HTTP {answer.Status})";
        return answer.Status switch
        {
            400 or 404 or 550 => RestReply.Refused(text),
            401 => RestReply.Refused($"{text}: the key {market.Key?.Masked} is wrong; look at {market.Key?.Setting}"),
            403 => RestReply.Refused($"{text}: the plan of the key {market.Key?.Masked} does not allow it"),
            429 => RestReply.Limited(text, Wait(answer)),
            _ => RestReply.Failed(text),
        };
    }

    /// <summary>Returns how long to stay away: until the limit is reset, by the answer's own clock; longer where the day's quota has nothing left.</summary>
    private static TimeSpan Wait(in RestAnswer answer)
    {
        if (Moment(answer.Header("X-RateLimit-Reset")) is { } reset && Moment(answer.Header("Date")) is { } now && reset > now)
        {
            return reset - now;
        }

        return answer.Header("X-RateLimit-Quota-Remaining") is { } left && decimal.TryParse(left, CultureInfo.InvariantCulture, out var credits) && credits <= 0
            ? AfterQuota
            : AfterLimit;
    }

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
