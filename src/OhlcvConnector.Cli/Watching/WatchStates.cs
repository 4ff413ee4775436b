using OhlcvConnector.Infrastructure.Diagnostics;

namespace OhlcvConnector.Cli.Watching;

/// <summary>States of a row's connection: what it does, in a word.</summary>
internal static class WatchStates
{
    /// <summary>Candles come.</summary>
    public const string Live = "live";

    /// <summary>No candle came yet.</summary>
    public const string Connecting = "connecting";

    /// <summary>The connection is there, but nothing came for a while.</summary>
    public const string Quiet = "quiet";

    private const string Reconnecting = "reconnecting";
    private const string Down = "down";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    /// <summary>The word.</summary>
    /// <param name="row">The row.</param>
    /// <param name="markets">The diagnostics of each market.</param>
    /// <param name="age">Returns the time since a moment of the terminal's clock.</param>
    public static string Of(WatchRow row, IReadOnlyList<MarketDiagnostics> markets, Func<long, TimeSpan> age)
    {
        if (row.Trouble is not null)
        {
            return Down;
        }

        if (row.Facts is not { } facts)
        {
            return Connecting;
        }

        var market = markets.First(one => one.Market == facts.Market && string.Equals(one.Exchange, row.Target.Exchange, StringComparison.OrdinalIgnoreCase));
        return market.Circuit == CircuitState.Open ? Down
            : market.ActiveConnections == 0 ? Reconnecting
            : age(facts.HeardAt) > Long ? Quiet
            : Live;
    }
}
