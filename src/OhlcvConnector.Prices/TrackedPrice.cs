using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>An answer to a question for a price, with its age.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Price">The price, with what any source knows beside it; null when there is none.</param>
/// <param name="Age">How old the price is; null when there is none.</param>
/// <param name="IsStale">Whether that is older than it should be.</param>
/// <param name="Problem">Why there is none; null when there is one.</param>
/// <param name="Disagreement">The source that differs most, where one differs by more than is allowed; null where none does.</param>
/// <param name="Version">Changes when the price, or anything beside it, does: the same for the same content.</param>
public sealed record TrackedPrice(
    PriceRequest Request, AssetPrice? Price, TimeSpan? Age, bool IsStale, PriceProblem? Problem, PriceDisagreement? Disagreement, ulong Version);

/// <summary>Why there is no price.</summary>
public enum PriceProblem
{
    /// <summary>No source knows the asset in this currency.</summary>
    Unknown,

    /// <summary>No source could be asked.</summary>
    Unavailable,
}

/// <summary>What another source says, that differs.</summary>
/// <param name="Source">The other source.</param>
/// <param name="Price">Its price.</param>
/// <param name="Percent">By how many per cent of the shown price it differs; negative where it is lower.</param>
public sealed record PriceDisagreement(string Source, decimal Price, decimal Percent);

/// <summary>What a tracker did so far.</summary>
/// <param name="Assets">Assets that are remembered now.</param>
/// <param name="Disagreements">Times that two sources began to differ by more than is allowed.</param>
/// <param name="Quarantined">Prices that were held back for they were impossible, or far off all that was known.</param>
/// <param name="ClockAhead">Prices that said to be from the future.</param>
/// <param name="LastUpdate">When all sources that are polled were last asked with success, UTC; null for never, or where none is polled.</param>
/// <param name="LastUpdateDuration">How long that took; null for never.</param>
/// <param name="FailedUpdates">Rounds of asking them that failed.</param>
/// <param name="FailedWrites">Times that prices could not be kept.</param>
public sealed record PriceCounts(
    int Assets, long Disagreements, long Quarantined, long ClockAhead, DateTimeOffset? LastUpdate, TimeSpan? LastUpdateDuration, long FailedUpdates,
    long FailedWrites);

/// <summary>What a source did so far.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Asked">Times that it was asked.</param>
/// <param name="Failed">Times of these that it failed, each attempt counted.</param>
/// <param name="Limited">Times of these that it said to be asked too often, or to be out of credits.</param>
/// <param name="IsResting">Whether it is not asked now, because it said so.</param>
/// <param name="Problem">The last failure in words; null once it succeeded again.</param>
public sealed record PriceProviderState(string Provider, long Asked, long Failed, long Limited, bool IsResting, string? Problem);
