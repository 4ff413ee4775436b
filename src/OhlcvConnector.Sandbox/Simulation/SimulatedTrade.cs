namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>A fill.</summary>
/// <param name="TimeMs">The time, Unix epoch milliseconds; all fills of an order have one.</param>
/// <param name="Id">Ascending within a listing.</param>
/// <param name="Price">The price.</param>
/// <param name="Steps">The size, in the listing's steps.</param>
/// <param name="Amount">The size, in the unit of the step.</param>
/// <param name="IsBuy">True when the one who took it bought.</param>
internal readonly record struct SimulatedTrade(long TimeMs, long Id, decimal Price, long Steps, decimal Amount, bool IsBuy)
{
    /// <summary>Fills that an order has at most.</summary>
    public const int MaxFills = 4;
}
