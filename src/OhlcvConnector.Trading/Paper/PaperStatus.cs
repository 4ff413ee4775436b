namespace OhlcvConnector.Trading;

/// <summary>An account as it is at a moment.</summary>
/// <param name="Record">The account.</param>
/// <param name="State">The state after its last step.</param>
/// <param name="Positions">Positions.</param>
/// <param name="OpenOrders">Orders that are open.</param>
/// <param name="Waiting">Number of candles that wait for those of other series that close with them.</param>
/// <param name="Repeated">Number of candles that came again, or late, and were left out.</param>
/// <param name="Problem">Why it does not go on at the moment, in words; null while it does.</param>
public sealed record PaperStatus(
    PaperRecord Record, PaperState State, IReadOnlyList<PaperPosition> Positions, IReadOnlyList<PaperOrder> OpenOrders, int Waiting, long Repeated,
    string? Problem);
