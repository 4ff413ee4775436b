using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>The rules of a walk through history, by who asks for it.</summary>
internal sealed record HistoryWalkRules
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OfQuiet = TimeSpan.FromSeconds(30); // else each pause in trading would cost two minutes
    private static readonly TimeSpan OfLag = TimeSpan.FromSeconds(70);   // a minute behind, and the way

    /// <summary>How long after its end a candle that is not there may still come: some histories are a candle behind.</summary>
    public TimeSpan Young { get; init; } = Usual;

    /// <summary>The same where nothing later is there either, which where quiet candles are left out is usual.</summary>
    public TimeSpan YoungAtEnd { get; init; } = Usual;

    /// <summary>How long after its end a row that nothing follows is not believed, however often it comes.</summary>
    public TimeSpan Unfollowed { get; init; } = Usual;

    /// <summary>Whether young candles are waited for; else they are left unsettled.</summary>
    public bool Waits { get; init; }

    /// <summary>Whether whoever asks asks again later, also for old candles that no answer shows so far.</summary>
    public bool AsksLater { get; init; }

    /// <summary>What its questions may take of the budget.</summary>
    public RestUrgency Urgency { get; init; }

    /// <summary>Whether the series may begin in the range, so that what lies before its first candle is no gap.</summary>
    public required bool MayBeUnlisted { get; init; }

    /// <summary>For a reader of the past, who is told once.</summary>
    /// <param name="market">The market.</param>
    /// <param name="waits">Whether the reader waits for what is young; else it is not there yet.</param>
    /// <param name="urgency">What it may take of the budget.</param>
    public static HistoryWalkRules OfPast(VenueMarket market, bool waits, RestUrgency urgency) => new()
    {
        YoungAtEnd = market.OmitsQuietCandles ? OfQuiet : Usual,
        Unfollowed = market.OmitsQuietCandles ? OfLag : Usual,
        Waits = waits,
        Urgency = urgency,
        MayBeUnlisted = true,
    };

    /// <summary>For a stream that lacks closes.</summary>
    /// <param name="market">The market.</param>
    /// <param name="isBeginning">Whether it has delivered nothing yet.</param>
    /// <param name="isShown">Whether the stream has shown the candle that is due, so that an older state of it is known for one.</param>
    public static HistoryWalkRules OfStream(VenueMarket market, bool isBeginning, bool isShown) => new()
    {
        Unfollowed = !market.OmitsQuietCandles ? Usual : isShown ? TimeSpan.Zero : OfLag, // the next candle may be quiet
        AsksLater = true,
        MayBeUnlisted = isBeginning,
    };
}
