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
}
