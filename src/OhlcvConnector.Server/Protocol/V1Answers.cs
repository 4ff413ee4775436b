using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Subscription as answers name it.</summary>
/// <param name="Channel">The series.</param>
/// <param name="Symbol">The symbol as the client wrote it.</param>
/// <param name="ClosedOnly">True when it is of closed candles alone.</param>
/// <param name="With">The indicators whose values are wanted, as they were written; empty for none.</param>
/// <param name="Past">The candles of the past that were found; null when none were asked for.</param>
internal readonly record struct V1Subscription(SeriesChannel Channel, string Symbol, bool ClosedOnly, IReadOnlyList<string> With, Past? Past = null);

/// <summary>Writes the answers of protocol v1; has no socket.</summary>
internal static class V1Answers
{
    /// <summary>The answer to a request that was met.</summary>
    /// <param name="request">The request.</param>
    /// <param name="subscriptions">The subscriptions that it is about, or all that there are for <c>list</c>; null for none.</param>
    /// <param name="now">The time in the market.</param>
    /// <param name="isSandbox">True when the exchanges are simulated.</param>
    public static byte[] Ack(V1Request request, IReadOnlyList<V1Subscription>? subscriptions, DateTimeOffset now, bool isSandbox)
    {
        var json = JsonFrame.Begin("ack");
        WriteId(json, request.Id);
        json.WriteString("op"u8, request.Op);
        json.WriteString("time"u8, JsonFields.Time(now));
        if (subscriptions is not null)
        {
            WriteIsWhole(json, request, subscriptions.All(one => one.Past is { Missing: null }));
        }

        if (subscriptions is not null)
        {
            json.WriteStartArray("subscriptions"u8);
            foreach (var subscription in subscriptions)
            {
                WriteSubscription(json, request, subscription);
            }

            json.WriteEndArray();
        }

        json.WriteSandbox(isSandbox);
        return JsonFrame.End();
    }

    /// <summary>The answer to a request about a channel whose messages have numbers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="past">The number of messages of the past that follow, and whether they are all; null when none were asked for.</param>
    /// <param name="now">The time in the market.</param>
    /// <param name="isSandbox">True when the exchanges are simulated.</param>
    public static byte[] ChannelAck(V1Request request, (int Count, bool IsWhole)? past, DateTimeOffset now, bool isSandbox)
    {
        var json = JsonFrame.Begin("ack");
        WriteId(json, request.Id);
        json.WriteString("op"u8, request.Op);
        json.WriteString("channel"u8, request.Wish!.Channel);
        json.WriteString("time"u8, JsonFields.Time(now));
        if (past is { } found)
        {
            json.WriteNumber("past"u8, found.Count);
            if (request.Wish.ResumeFrom is not null)
            {
                json.WriteBoolean("recovered"u8, found.IsWhole);
            }
        }

        json.WriteSandbox(isSandbox);
        return JsonFrame.End();
    }

    /// <summary>The answer to a request that was not met.</summary>
    public static byte[] Error(JsonElement? id, RequestException problem, bool isSandbox)
    {
        var json = JsonFrame.Begin("error");
        WriteId(json, id);
        json.WriteString("code"u8, problem.Code);
        json.WriteString("message"u8, problem.Message);
        if (problem.Suggestions.Count > 0)
        {
            json.WriteStrings("suggestions"u8, problem.Suggestions);
        }

        if (problem.RetryAfter is { } retry)
        {
            json.WriteNumber("retry_after_ms"u8, (long)Math.Ceiling(retry.TotalMilliseconds));
        }

        if (problem.Refused is { } refused)
        {
            json.WriteStartObject("refused"u8);
            json.WriteString("exchange"u8, refused.Exchange);
            json.WriteString("market"u8, refused.Market.Name());
            json.WriteString("venue_symbol"u8, refused.VenueSymbol);
            json.WriteString("interval"u8, refused.Interval.ToString());
            json.WriteEndObject();
        }

        json.WriteSandbox(isSandbox);
        return JsonFrame.End();
    }

    /// <summary>A sign of life.</summary>
    public static byte[] Heartbeat(DateTimeOffset now, bool isSandbox)
    {
        var json = JsonFrame.Begin("heartbeat");
        json.WriteString("time"u8, JsonFields.Time(now));
        json.WriteSandbox(isSandbox);
        return JsonFrame.End();
    }

    private static void WriteSubscription(Utf8JsonWriter json, V1Request request, in V1Subscription subscription)
    {
        var series = subscription.Channel.Series;
        json.WriteStartObject();
        json.WriteString("exchange"u8, series.Exchange);
        json.WriteString("market"u8, series.Market.Name());
        json.WriteString("symbol"u8, subscription.Symbol);
        json.WriteString("venue_symbol"u8, series.VenueSymbol);
        json.WriteString("interval"u8, series.Interval.ToString());
        json.WriteBoolean("closed_only"u8, subscription.ClosedOnly);
        if (subscription.With.Count > 0)
        {
            json.WriteStrings("with"u8, subscription.With);
        }

        json.WriteString("status"u8, V1Encoding.Name(subscription.Channel.Status.State));
        json.WriteNumber("seq"u8, subscription.Channel.Sequence);
        json.WriteString("epoch"u8, subscription.Channel.Epoch);
        if (subscription.Past is { } past)
        {
            WriteIsWhole(json, request, past.Missing is null);
            if (past.Missing is { } gap)
            {
                json.WriteStartObject("missing"u8);
                json.WriteString("from"u8, JsonFields.Time(gap.From));
                json.WriteString("to"u8, JsonFields.Time(gap.To));
                json.WriteString("reason"u8, gap.Reason);
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes whether all of the past that was asked for is on its way.</summary>
    private static void WriteIsWhole(Utf8JsonWriter json, V1Request request, bool isWhole)
    {
        if (request.ResumeFrom is not null)
        {
            json.WriteBoolean("recovered"u8, isWhole);
        }
        else if (request.Snapshot > 0)
        {
            json.WriteBoolean("complete"u8, isWhole);
        }
    }

    /// <summary>Writes the client's mark.</summary>
    public static void WriteId(Utf8JsonWriter json, JsonElement? id)
    {
        if (id is { } mark)
        {
            json.WritePropertyName("id"u8);
            mark.WriteTo(json);
        }
    }
}
