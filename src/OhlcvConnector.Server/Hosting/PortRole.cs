namespace OhlcvConnector.Server.Hosting;

/// <summary>What a port is for; each connection carries it as a feature.</summary>
internal enum PortRole
{
    /// <summary>WebSocket clients.</summary>
    Stream,

    /// <summary>Health, metrics and REST.</summary>
    Health,
}

/// <summary>A connection as its requests know it.</summary>
/// <param name="role">What its port is for.</param>
internal sealed class PortFeature(PortRole role)
{
    private volatile bool _hasSpoken;

    /// <summary>What its port is for.</summary>
    public PortRole Role { get; } = role;

    /// <summary>Whether a request came over it.</summary>
    public bool HasSpoken
    {
        get => _hasSpoken;
        set => _hasSpoken = value;
    }
}
