using System.Text.Json;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.Connections;

/// <summary>Conversation with one client in one of the protocols.</summary>
internal interface IClientSession : IAsyncDisposable
{
    /// <summary>Takes a message. Returns at once; the answer goes to the outbox.</summary>
    void OnMessage(JsonElement message);

    /// <summary>Answers a message that is not even JSON, or not text.</summary>
    void OnUnreadable(string problem);

    /// <summary>Answers a message that was one too many.</summary>
    void OnTooMany(TimeSpan retryAfter);

    /// <summary>Tells the client that the exchange refused a series for good.</summary>
    void OnRefused(SeriesChannel channel);

    /// <summary>Called every second.</summary>
    void OnTick();
}
