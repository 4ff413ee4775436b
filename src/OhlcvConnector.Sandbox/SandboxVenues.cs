using OhlcvConnector.Sandbox.Binance;
using OhlcvConnector.Sandbox.Bybit;
using OhlcvConnector.Sandbox.CoinApi;
using OhlcvConnector.Sandbox.GateIo;
using OhlcvConnector.Sandbox.Hyperliquid;
using OhlcvConnector.Sandbox.Okx;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox;

/// <summary>The simulated venues: one line each.</summary>
internal static class SandboxVenues
{
    /// <summary>Creates the simulated venues, all of them, over one world.</summary>
    public static IReadOnlyList<ISandboxVenue> All(World world) =>
    [
        new BinanceSandbox(world.Venue("binance")),
        new OkxSandbox(world.Venue("okx")),
        new BybitSandbox(world.Venue("bybit")),
        new GateIoSandbox(world.Venue("gateio")),
        new HyperliquidSandbox(world.Venue("hyperliquid")),
        new CoinApiSandbox(world.Venue("coinapi")),
    ];
}
