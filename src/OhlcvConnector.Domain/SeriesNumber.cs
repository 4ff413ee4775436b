namespace OhlcvConnector.Domain;

/// <summary>Number of a candle among the closed ones of its series, where the source numbers them for all its readers, as a bus does.</summary>
/// <param name="Sequence">Closed candles count up by one each; an open one has the number that its close will have.</param>
/// <param name="Epoch">Within which the number counts: equal numbers of another epoch are other candles.</param>
public readonly record struct SeriesNumber(long Sequence, string Epoch);
