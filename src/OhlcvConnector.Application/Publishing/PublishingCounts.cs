namespace OhlcvConnector.Application.Publishing;

/// <summary>What publishing did so far.</summary>
/// <param name="Published">Closed candles that are stored on the bus by this publisher.</param>
/// <param name="AlreadyThere">Closed candles that the bus had, such as another publisher's: hits of its deduplication.</param>
/// <param name="Fenced">Refusals because the bus has stored something else than this publisher believed; each time it went on where the bus ends.</param>
/// <param name="Gaps">Gaps that were told with the candles that are stored.</param>
/// <param name="Updates">Updates of open candles that were told.</param>
/// <param name="SkippedUpdates">Updates of open candles that a newer one replaced, or that the bus was not there to take.</param>
/// <param name="ToReadAgain">Closed candles that were too many to wait in memory for the bus, and are read from history once it is back.</param>
/// <param name="FailedAttempts">Attempts that failed, each tried again.</param>
/// <param name="Series">Series that are published.</param>
/// <param name="Waiting">Closed candles that wait in memory.</param>
/// <param name="Behind">Series of which candles must be read again before newer ones are published.</param>
/// <param name="Lag">How long the oldest waiting candle has waited; zero when none does.</param>
public sealed record PublishingCounts(
    long Published, long AlreadyThere, long Fenced, long Gaps, long Updates, long SkippedUpdates, long ToReadAgain, long FailedAttempts, int Series, int Waiting,
    int Behind, TimeSpan Lag);
