using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>The rules of a walk through history, by who asks for it.</summary>
internal sealed record HistoryWalkRules
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OfQuiet = TimeSpan.FromSeconds(30); // else each pause in trading would cost two minutes
    private static readonly TimeSpan OfLag = TimeSpan.FromSeconds(70);   // a minute behind, and the way

    /// <summary>Time after its end during which a candle that is not there may still come: some histories are a candle behind.</summary>
    public TimeSpan Young { get; init; } = Usual;

    /// <summary>
    /// Time after its end during which a candle that is not there may still come, where nothing later is there either; where quiet candles are left out that is
    /// usual.
    /// </summary>
    public TimeSpan YoungAtEnd { get; init; } = Usual;

    /// <summary>Time after its end during which a row that nothing follows is not believed, however often it comes.</summary>
    public TimeSpan Unfollowed { get; init; } = Usual;

    /// <summary>True when young candles are waited for; when false they are left unsettled.</summary>
    public bool Waits { get; init; }

    /// <summary>True when the caller asks again later, also for old candles that no answer shows so far.</summary>
    public bool AsksLater { get; init; }

    /// <summary>Urgency of the walk's questions: what they may take of the budget.</summary>
    public RestUrgency Urgency { get; init; }

    /// <summary>True when the series may begin in the range, so that what lies before its first candle is no gap.</summary>
    public required bool MayBeUnlisted { get; init; }

    /// <summary>Returns the rules for a reader of the past, who is told once.</summary>
    /// <param name="market">The market.</param>
    /// <param name="waits">True when the reader waits for what is young; when false it is not there yet.</param>
    /// <param name="urgency">The urgency: what the walk may take of the budget.</param>
    public static HistoryWalkRules OfPast(VenueMarket market, bool waits, RestUrgency urgency) => new()
    {
        YoungAtEnd = market.OmitsQuietCandles ? OfQuiet : Usual,
        Unfollowed = market.OmitsQuietCandles ? OfLag : Usual,
        Waits = waits,
        Urgency = urgency,
        MayBeUnlisted = true,
    };

    /// <summary>Returns the rules for a stream that lacks closes.</summary>
    /// <param name="market">The market.</param>
    /// <param name="isBeginning">True when the series has delivered nothing yet.</param>
    /// <param name="isShown">True when the stream has shown the candle that is due, so that an older state of it is known for one.</param>
    public static HistoryWalkRules OfStream(VenueMarket market, bool isBeginning, bool isShown) => new()
    {
        Unfollowed = !market.OmitsQuietCandles ? Usual : isShown ? TimeSpan.Zero : OfLag, // the next candle may be quiet
        AsksLater = true,
        MayBeUnlisted = isBeginning,
    };
}
