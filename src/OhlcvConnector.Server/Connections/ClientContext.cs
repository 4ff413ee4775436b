using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Connections;

/// <summary>Context that a client's conversation needs.</summary>
internal sealed class ClientContext
{
    private readonly Lock _gate = new();

    /// <summary>The series.</summary>
    public required Hub Hub { get; init; }

    /// <summary>Outbox for everything that is sent to the client.</summary>
    public required Outbox Outbox { get; init; }

    /// <summary>The settings.</summary>
    public required ServerOptions Options { get; init; }

    /// <summary>Way to paper accounts; null where the server does not trade on paper.</summary>
    public PaperChannel? Paper { get; init; }

    /// <summary>True when the exchanges are simulated.</summary>
    public required bool IsSandbox { get; init; }

    /// <summary>The signals.</summary>
    public required SignalFeed Signals { get; init; }

    /// <summary>The forecasts; null where the server makes none.</summary>
    public ForecastFeed? Forecasts { get; init; }

    /// <summary>Usage of the client's key; null without a key.</summary>
    public Quota? KeyQuota { get; set; }

    /// <summary>Series that all connections of the client follow, by its key, or by its address without one; null before its first message.</summary>
    public Quota? Follower { get; set; }

    /// <summary>Identity in whose name the client asks for the past: its key's, or without one its own.</summary>
    public object Asker { get; set; } = new();

    /// <summary>Number of series that the client has subscribed to.</summary>
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

    /// <summary>The series that a request means.</summary>
    /// <exception cref="RequestException">The exchange did not answer in time.</exception>
    public async Task<IReadOnlyList<Series>> ResolveAsync(StreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await Hub.ResolveAsync(request, cancellationToken)
                .WaitAsync(Options.RequestTimeout, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RequestException(
                ErrorCode.UpstreamUnavailable, $"{request.Exchange} did not answer within {Options.RequestTimeout.TotalSeconds:0.###} s; try again.");
        }
    }

    /// <summary>Counts series that the client subscribes to against all limits.</summary>
    /// <exception cref="RequestException">There would be too many; nothing was counted.</exception>
    public void Follow(IReadOnlyCollection<Series> series)
    {
        lock (_gate)
        {
            if (Subscriptions + series.Count > Options.MaxSubscriptions)
            {
                throw new RequestException(
                    ErrorCode.TooManySubscriptions, $"A connection may have {Options.MaxSubscriptions} subscriptions; it has {Subscriptions} and asks for {series.Count} more. Open another connection, or unsubscribe first.");
            }

            if (KeyQuota?.TryAddSubscriptions(series.Count, Options.MaxSubscriptionsPerKey) == false)
            {
                throw new RequestException(
                    ErrorCode.TooManySubscriptions, $"All connections with this key may have {Options.MaxSubscriptionsPerKey} subscriptions together.");
            }

            if (Follower?.TryFollow(series, Options.MaxSeriesPerClient) is { } have)
            {
                KeyQuota?.TryAddSubscriptions(-series.Count, most: 0);
                throw new RequestException(
                    ErrorCode.TooManySubscriptions,
                    $"This server lets all connections {(KeyQuota is null ? "from one address" : "with one key")} follow {Options.MaxSeriesPerClient} different series together; yours follow {have}, and this asks for {series.Count} more. Unsubscribe from some first.");
            }

            Subscriptions += series.Count;
            Hub.Counters.Subscribed(series.Count);
        }
    }

    /// <summary>Counts series no longer.</summary>
    public void Unfollow(IReadOnlyCollection<Series> series)
    {
        lock (_gate)
        {
            Subscriptions -= series.Count;
            KeyQuota?.TryAddSubscriptions(-series.Count, most: 0);
            Follower?.Unfollow(series);
            Hub.Counters.Subscribed(-series.Count);
        }
    }
}

/// <summary>
/// Follows paper accounts for a client: says the state of each, and then every change, until it is disposed of. It throws a
/// <see cref="RequestException"/> where there is no such account.
/// </summary>
/// <param name="accounts">The accounts' names; empty for all, those to come included.</param>
/// <param name="say">Says a frame to the client.</param>
internal delegate IDisposable PaperChannel(IReadOnlyList<string> accounts, Action<byte[]> say);

/// <summary>The close codes that the server uses. RFC 6455, 7.4; 4000 and above are this server's own.</summary>
internal static class CloseCode
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int ProtocolError = 1002;
    public const int InvalidPayload = 1007;
    public const int PolicyViolation = 1008;
    public const int TooBig = 1009;
    public const int InternalError = 1011;
    public const int TryAgainLater = 1013;
    public const int SlowConsumer = 4008;
}
