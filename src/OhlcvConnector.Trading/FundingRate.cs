namespace OhlcvConnector.Trading;

/// <summary>A funding of a perpetual contract.</summary>
/// <param name="TimeMs">When it is paid, Unix epoch milliseconds UTC.</param>
/// <param name="Rate">Share of the position's value that longs pay to shorts; negative when shorts pay.</param>
public readonly record struct FundingRate(long TimeMs, decimal Rate);
