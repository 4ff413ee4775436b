using OhlcvConnector.Server.FanOut;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>What a client's conversation needs.</summary>
internal sealed class ClientContext
{
    private readonly Lock _gate = new();

    /// <summary>The series.</summary>
    public required Hub Hub { get; init; }

    /// <summary>Where what is said to the client goes.</summary>
    public required Outbox Outbox { get; init; }

    /// <summary>The settings.</summary>
    public required ServerOptions Options { get; init; }

    /// <summary>Whether the exchanges are simulated.</summary>
    public required bool IsSandbox { get; init; }

    /// <summary>What the client's key uses; null without a key.</summary>
    public Quota? KeyQuota { get; set; }

    /// <summary>How many series the client has subscribed to.</summary>
    public int Subscriptions { get; private set; }

    /// <summary>Says something to the client.</summary>
    public void Say(byte[] frame)
    {
        if (Outbox.Push(frame))
        {
            Outbox.Flush();
        }
    }

    /// <summary>Says something last, and closes.</summary>
    public void Close(int code, string reason, byte[]? last = null)
    {
        Outbox.Close(last is null ? [WebSocketFrame.Close(code, reason)] : [last, WebSocketFrame.Close(code, reason)]);
        Outbox.Flush();
    }

    /// <summary>Counts subscriptions against all limits, or fewer when negative.</summary>
    /// <exception cref="RequestException">There would be too many; nothing was counted.</exception>
    public void Count(int change)
    {
        lock (_gate)
        {
            CountLocked(change);
        }
    }

    private void CountLocked(int change)
    {
        if (change > 0 && Subscriptions + change > Options.MaxSubscriptions)
        {
            throw new RequestException(
                ErrorCode.TooManySubscriptions, $"A connection may have {Options.MaxSubscriptions} subscriptions; it has {Subscriptions} and asks for {change} more. Open another connection, or unsubscribe first.");
        }

        if (KeyQuota?.TryAddSubscriptions(change, Options.MaxSubscriptionsPerKey) == false)
        {
            throw new RequestException(ErrorCode.TooManySubscriptions, $"All connections with this key may have {Options.MaxSubscriptionsPerKey} subscriptions together.");
        }

        Subscriptions += change;
        Hub.Counters.Subscribed(change);
    }
}

/// <summary>The close codes that the server uses. RFC 6455, 7.4; 4000 and above are this server's own.</summary>
internal static class CloseCode
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int ProtocolError = 1002;
    public const int PolicyViolation = 1008;
    public const int TooBig = 1009;
    public const int InternalError = 1011;
    public const int TryAgainLater = 1013;
    public const int SlowConsumer = 4008;
}
