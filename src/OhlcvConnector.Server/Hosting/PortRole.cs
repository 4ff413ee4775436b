namespace OhlcvConnector.Server.Hosting;

/// <summary>Role of a port: what it is for. Each connection carries it as a feature.</summary>
internal enum PortRole
{
    /// <summary>WebSocket clients.</summary>
    Stream,

    /// <summary>Health, metrics and REST.</summary>
    Health,
}

/// <summary>A connection as its requests know it.</summary>
/// <param name="role">The role of its port.</param>
internal sealed class PortFeature(PortRole role)
{
    private volatile bool _hasSpoken;

    /// <summary>Role of the connection's port.</summary>
    public PortRole Role { get; } = role;

    /// <summary>True when a request came over the connection.</summary>
    public bool HasSpoken
    {
        get => _hasSpoken;
        set => _hasSpoken = value;
    }
}
