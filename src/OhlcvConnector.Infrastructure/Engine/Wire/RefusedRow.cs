namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>A row of history that is no possible candle, or could not be read.</summary>
/// <param name="OpenMs">The open time as the venue wrote it, Unix epoch milliseconds; null where that could not be read either.</param>
/// <param name="Rule">The rule that it breaks, in words.</param>
internal readonly record struct RefusedRow(long? OpenMs, string Rule);
