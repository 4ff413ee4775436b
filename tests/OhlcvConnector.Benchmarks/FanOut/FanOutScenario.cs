namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>One load on a server.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Clients">Clients that read at once.</param>
/// <param name="Slow">Clients that read 40 KB a second.</param>
/// <param name="Deaf">Clients that read nothing.</param>
/// <param name="PerSecond">Messages a second to each client; 0 for none.</param>
/// <param name="Burst">Messages that are due at one moment.</param>
/// <param name="Series">Series that each client subscribes to; the floor sends all.</param>
/// <param name="IsVaried">Whether each client subscribes to some series without messages besides, no two to the same.</param>
internal sealed record FanOutScenario(string Name, int Clients, int Slow, int Deaf, int PerSecond, int Burst, int Series, bool IsVaried = false)
{
    /// <summary>Loads of which the CPU and the delay of a delivery are measured.</summary>
    public static readonly FanOutScenario[] Loads =
    [
        new("paced", 1_000, 0, 0, 50, 1, VenueFrames.SymbolCount),
        new("burst", 500, 0, 0, 200, 20, VenueFrames.SymbolCount),
        new("varied", 1_000, 0, 0, 50, 1, VenueFrames.SymbolCount, IsVaried: true),
        new("variedburst", 500, 0, 0, 200, 20, VenueFrames.SymbolCount, IsVaried: true),
        new("flat", 950, 50, 0, 5_000, 5, VenueFrames.SymbolCount),
        new("many", 5_000, 0, 0, 4, 1, VenueFrames.SymbolCount),
    ];

    /// <summary>Clients without messages, whose memory is measured.</summary>
    public static readonly FanOutScenario[] Idle =
    [
        new("idle1000", 1_000, 0, 0, 0, 1, 1),
        new("idle5000", 5_000, 0, 0, 0, 1, 1),
    ];

    /// <summary>Clients that do not read, beside some that do, for a minute.</summary>
    public static readonly FanOutScenario Deaf100 = new("deaf", 20, 0, 100, 1_000, 20, VenueFrames.SymbolCount);
}
