namespace OhlcvConnector.Server.Hosting;

/// <summary>What a port is for; each connection carries it as a feature.</summary>
internal enum PortRole
{
    /// <summary>WebSocket clients.</summary>
    Stream,

    /// <summary>Health, metrics and REST.</summary>
    Health,
}

/// <summary>The role as a feature of a connection.</summary>
internal sealed record PortFeature(PortRole Role);
