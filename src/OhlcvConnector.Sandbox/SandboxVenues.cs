using OhlcvConnector.Sandbox.Binance;
using OhlcvConnector.Sandbox.Bybit;
using OhlcvConnector.Sandbox.GateIo;
using OhlcvConnector.Sandbox.Hyperliquid;
using OhlcvConnector.Sandbox.Okx;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox;

/// <summary>The simulated venues: one line each.</summary>
internal static class SandboxVenues
{
    /// <summary>All of them, over one world.</summary>
    public static IReadOnlyList<ISandboxVenue> All(World world) =>
    [
        new BinanceSandbox(world),
        new OkxSandbox(world),
        new BybitSandbox(world),
        new GateIoSandbox(world),
        new HyperliquidSandbox(world),
    ];
}
