namespace OhlcvConnector.Trading;

/// <summary>A round trip: what was opened by one fill and closed by another, first in first out.</summary>
/// <param name="Series">The series.</param>
/// <param name="Quantity">Quantity, positive for a long trade.</param>
/// <param name="EntryMs">Open time of the candle of the entry, Unix epoch milliseconds UTC.</param>
/// <param name="EntryBar">Number of that candle in its series, from 0.</param>
/// <param name="EntryPrice">Price of the entry.</param>
/// <param name="ExitMs">Open time of the candle of the exit, Unix epoch milliseconds UTC.</param>
/// <param name="ExitBar">Number of that candle in its series, from 0.</param>
/// <param name="ExitPrice">Price of the exit.</param>
/// <param name="Fees">Commission of both sides, in the account's currency.</param>
/// <param name="Profit">Profit after fees, in the account's currency.</param>
/// <param name="Return">Profit after fees as a share of the entry's value: 0.01 is one per cent.</param>
/// <param name="WorstReturn">Worst return that the trade showed (maximum adverse excursion), by highs and lows and before fees.</param>
/// <param name="BestReturn">Best return that it showed (maximum favourable excursion), before fees.</param>
/// <param name="Reason">Why it was closed.</param>
public sealed record Trade(
    TradedSeries Series, decimal Quantity, long EntryMs, int EntryBar, decimal EntryPrice, long ExitMs, int ExitBar, decimal ExitPrice, decimal Fees,
    decimal Profit, decimal Return, decimal WorstReturn, decimal BestReturn, FillReason Reason)
{
    /// <summary>Time between the open times of entry and exit.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(ExitMs - EntryMs);

    /// <summary>Direction of the entry.</summary>
    public Side Side => Quantity > 0 ? Side.Buy : Side.Sell;
}
