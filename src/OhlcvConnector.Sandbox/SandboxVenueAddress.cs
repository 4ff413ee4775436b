using OhlcvConnector.Domain;

namespace OhlcvConnector;

/// <summary>Addresses of a simulated market.</summary>
/// <param name="Exchange">The venue's name.</param>
/// <param name="Market">The market.</param>
/// <param name="Stream">The WebSocket address.</param>
/// <param name="Rest">The REST address that the venue's own paths are appended to.</param>
public sealed record SandboxVenueAddress(string Exchange, Market Market, Uri Stream, Uri Rest);
