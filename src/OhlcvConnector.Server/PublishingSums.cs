using OhlcvConnector.Application.Publishing;

namespace OhlcvConnector.Server;

/// <summary>What several publishings did, one after the other.</summary>
internal static class PublishingSums
{
    /// <summary>What a publishing and a later one did; of the present state, that of the later one.</summary>
    public static PublishingCounts Plus(this PublishingCounts before, PublishingCounts now) => now with
    {
        Published = before.Published + now.Published,
        AlreadyThere = before.AlreadyThere + now.AlreadyThere,
        Fenced = before.Fenced + now.Fenced,
        Gaps = before.Gaps + now.Gaps,
        Updates = before.Updates + now.Updates,
        SkippedUpdates = before.SkippedUpdates + now.SkippedUpdates,
        ToReadAgain = before.ToReadAgain + now.ToReadAgain,
        FailedAttempts = before.FailedAttempts + now.FailedAttempts,
    };
}
