namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>State of one series' subscription, kept while the connection lives: late answers may come for what was dropped.</summary>
internal sealed class Subscription
{
    /// <summary>True when the series is wanted.</summary>
    public bool IsWanted { get; set; }

    /// <summary>True when the series is left alone for a while, because the venue refused it for now.</summary>
    public bool IsDeferred { get; set; }

    /// <summary>True when the series is asked for in a request of its own.</summary>
    public bool IsAlone { get; set; }

    /// <summary>True when the series is to be unsubscribed and subscribed again.</summary>
    public bool IsRenewed { get; set; }

    /// <summary>Stage of the subscription at the venue.</summary>
    public SubscriptionStage Stage { get; set; }

    /// <summary>The request that asked for it last.</summary>
    public long RequestId { get; set; }

    /// <summary>Time at which that request was sent, a timestamp of the clock.</summary>
    public long SentAt { get; set; }

    /// <summary>Subscriptions that were sent and not answered: an answer that names no request is to the oldest.</summary>
    public int AnswersDue { get; set; }

    /// <summary>True when a candle may come from a subscription before the present one.</summary>
    public bool WasUnsubscribed { get; set; }
}

/// <summary>Stage of a subscription at the venue, as far as the venue was asked.</summary>
internal enum SubscriptionStage
{
    /// <summary>Not asked for, or no longer subscribed.</summary>
    Absent,

    /// <summary>Asked for, and not answered yet.</summary>
    Asked,

    /// <summary>Accepted by the venue, or candles of it have come.</summary>
    Subscribed,
}
