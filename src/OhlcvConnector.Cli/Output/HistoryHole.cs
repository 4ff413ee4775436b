namespace OhlcvConnector.Cli.Output;

/// <summary>Candles that a history file lacks between two of its own.</summary>
/// <param name="Before">Open time of the candle before.</param>
/// <param name="From">Open time of the first that is missing.</param>
/// <param name="Behind">The candle behind, which says why they are missing if it is known.</param>
/// <param name="Position">The position at which its line begins, in bytes.</param>
internal sealed record HistoryHole(DateTimeOffset Before, DateTimeOffset From, HistoryRow Behind, long Position);
