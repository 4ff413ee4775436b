using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>A candle with the values of indicators.</summary>
/// <param name="Quote">The candle. While it is open, the values are provisional.</param>
/// <param name="Values">A value for each column of the set; <see cref="double.NaN"/> before its warm-up, and of a revision.</param>
/// <param name="IsAfterGap">True when candles are missing directly before this one, so that the indicators began anew or carried on, as was chosen.</param>
public readonly record struct ValuedQuote(PriceQuote Quote, IReadOnlyList<double> Values, bool IsAfterGap);
