namespace OhlcvConnector;

/// <summary>Statistics of what the simulated venues have seen since the server started.</summary>
/// <param name="ConnectionsOpened">Streams that were ever opened.</param>
/// <param name="ConnectionsOpen">Streams open now.</param>
/// <param name="Subscriptions">Series subscribed now, over all streams.</param>
/// <param name="MessagesSent">Stream messages sent.</param>
/// <param name="RequestsServed">REST requests answered.</param>
/// <param name="Violations">Times that a client exceeded a limit of a venue.</param>
public sealed record SandboxStatistics(
    long ConnectionsOpened, long ConnectionsOpen, long Subscriptions, long MessagesSent, long RequestsServed, long Violations);
