using OhlcvConnector.Sandbox.Binance;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox;

/// <summary>The simulated venues: one line each.</summary>
internal static class SandboxVenues
{
    /// <summary>All of them, over one world.</summary>
    public static IReadOnlyList<ISandboxVenue> All(World world) =>
    [
        new BinanceSandbox(world),
    ];
}
