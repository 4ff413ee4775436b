using OhlcvConnector.Application.Signals;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Writes the messages about signals of protocol v1; has no socket.</summary>
internal static class V1Signals
{
    /// <summary>The message of a signal.</summary>
    public static byte[] Frame(KeptSignal kept)
    {
        var json = JsonFrame.Begin("signal");
        json.WriteNumber("number"u8, kept.Number);
        SignalJson.WriteFields(json, kept.Signal, isSnake: true);
        return JsonFrame.End();
    }

    /// <summary>The answer to a request that was met.</summary>
    /// <param name="request">The request.</param>
    /// <param name="past">The number of signals of the past that follow, and whether they are all; null when none were asked for.</param>
    /// <param name="now">The time in the market.</param>
    /// <param name="isSandbox">True when the exchanges are simulated.</param>
    public static byte[] Ack(V1Request request, (int Count, bool IsWhole)? past, DateTimeOffset now, bool isSandbox)
    {
        var json = JsonFrame.Begin("ack");
        V1Answers.WriteId(json, request.Id);
        json.WriteString("op"u8, request.Op);
        json.WriteString("channel"u8, SignalsWanted.Channel);
        json.WriteString("time"u8, JsonFields.Time(now));
        if (past is { } found)
        {
            json.WriteNumber("past"u8, found.Count);
            if (request.Signals!.ResumeFrom is not null)
            {
                json.WriteBoolean("recovered"u8, found.IsWhole);
            }
        }

        json.WriteSandbox(isSandbox);
        return JsonFrame.End();
    }
}
