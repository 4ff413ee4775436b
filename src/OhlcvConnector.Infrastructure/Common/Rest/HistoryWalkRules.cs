namespace OhlcvConnector.Infrastructure.Common.Rest;

/// <summary>How a walk through history goes, by who asks for it.</summary>
internal sealed record HistoryWalkRules
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OfQuiet = TimeSpan.FromSeconds(30); // else each pause in trading would cost two minutes

    /// <summary>How long after its end a candle that is not there may still come: some histories are a candle behind.</summary>
    public required TimeSpan Young { get; init; }

    /// <summary>Whether young candles are waited for; else they are left unsettled, and whoever asks asks again later.</summary>
    public required bool Waits { get; init; }

    /// <summary>Whether the series may begin in the range, so that what lies before its first candle is no gap.</summary>
    public required bool MayBeUnlisted { get; init; }

    /// <summary>For a reader of the past, who is told once.</summary>
    public static HistoryWalkRules OfPast(VenueMarket market) => new() { Young = market.OmitsQuietCandles ? OfQuiet : Usual, Waits = true, MayBeUnlisted = true };

    /// <summary>For a stream that lacks closes.</summary>
    /// <param name="isBeginning">Whether it has delivered nothing yet.</param>
    public static HistoryWalkRules OfStream(bool isBeginning) => new() { Young = Usual, Waits = false, MayBeUnlisted = isBeginning };
}
