namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>A fill.</summary>
/// <param name="TimeMs">When, Unix epoch milliseconds; all fills of an order at one.</param>
/// <param name="Id">Ascending within a listing.</param>
/// <param name="Price">The price.</param>
/// <param name="Steps">How much, in the listing's steps.</param>
/// <param name="Amount">How much, in the unit of the step.</param>
/// <param name="IsBuy">Whether who took it bought.</param>
internal readonly record struct SimulatedTrade(long TimeMs, long Id, decimal Price, long Steps, decimal Amount, bool IsBuy)
{
    /// <summary>Fills that an order has at most.</summary>
    public const int MaxFills = 4;
}
