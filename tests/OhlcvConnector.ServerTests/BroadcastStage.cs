using System.Text;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ServerTests;

/// <summary>A market whose turns a test makes, and clients without sockets.</summary>
internal sealed class BroadcastStage : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    /// <param name="moreThreads">Other threads that send, one client each at a time.</param>
    /// <param name="clientsForWindow">Clients alike from which on they share a window.</param>
    public BroadcastStage(int moreThreads, int clientsForWindow = 2)
    {
        Broadcast = new Broadcast(Counters, new Senders(moreThreads, clientsForThread: 1, clientsAtOnce: 1), clientsForWindow);
        Btc = NewChannel("BTCUSDT");
        Eth = NewChannel("ETHUSDT");
    }

    public ServerCounters Counters { get; } = new();

    public Broadcast Broadcast { get; }

    public SeriesChannel Btc { get; }

    public SeriesChannel Eth { get; }

    public static byte[] Text(string text) => WebSocketFrame.Text(Encoding.ASCII.GetBytes(text));

    public SeriesChannel NewChannel(string symbol) => new(Candles.Minutes(symbol), memory: 10, Broadcast.Changes);

    public BroadcastClient NewClient(string tag = "", bool closedOnly = false, Packing packing = Packing.None) => new(this, tag, closedOnly, packing);

    public void Publish(SeriesChannel channel, int index, bool isClosed) => Broadcast.Publish(channel, Candles.Quote(channel.Series, index, isClosed), Now);

    public void Flush() => Broadcast.Flush();

    public void Dispose() => Broadcast.Dispose();
}
