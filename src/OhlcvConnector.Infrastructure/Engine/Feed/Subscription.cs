namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>State of one series' subscription, kept while the connection lives: late answers may come for what was dropped.</summary>
internal sealed class Subscription
{
    /// <summary>Whether the series is wanted.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Whether it is left alone for a while, because the venue refused it for now.</summary>
    public bool IsDeferred { get; set; }

    /// <summary>Whether it is asked for in a request of its own.</summary>
    public bool IsAlone { get; set; }

    /// <summary>Whether it is to be unsubscribed and subscribed again.</summary>
    public bool IsRenewed { get; set; }

    /// <summary>What the venue has of it.</summary>
    public SubscriptionStage Stage { get; set; }

    /// <summary>The request that asked for it last.</summary>
    public long RequestId { get; set; }

    /// <summary>When that was sent, a timestamp of the clock.</summary>
    public long SentAt { get; set; }

    /// <summary>Subscriptions that were sent and not answered: an answer that names no request is to the oldest.</summary>
    public int AnswersDue { get; set; }

    /// <summary>Whether a candle may come from a subscription before the present one.</summary>
    public bool WasUnsubscribed { get; set; }
}

/// <summary>What the venue has of a series, as far as it was asked.</summary>
internal enum SubscriptionStage
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>It was asked for it.</summary>
    Asked,

    /// <summary>It has accepted, or sent candles.</summary>
    Subscribed,
}
