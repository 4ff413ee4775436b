namespace OhlcvConnector.Application.Archiving;

/// <summary>What keeping candles did so far.</summary>
/// <param name="Kept">Candles that are new in the archive.</param>
/// <param name="Same">Candles that it had already, such as another recorder's.</param>
/// <param name="Revised">Candles that it had with other values.</param>
/// <param name="Missing">Gaps that the exchange's history cannot fill; each is in the archive with its reason.</param>
/// <param name="Refetched">Of those kept, candles that came too fast for the disk, or while it was full, and were read again.</param>
/// <param name="Refused">Candles that the archive refuses, such as of a clock that is wrong.</param>
/// <param name="FailedWrites">Writes that failed, each tried again.</param>
/// <param name="Waiting">Candles that wait to be written.</param>
/// <param name="Behind">Series of which candles must be read again before newer ones are written.</param>
/// <param name="LongestWait">The longest that a candle took from its arrival until it was on disk.</param>
public sealed record KeepingCounts(
    long Kept, long Same, long Revised, long Missing, long Refetched, long Refused, long FailedWrites, int Waiting, int Behind, TimeSpan LongestWait);
