using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>
/// Remembers whether the servers' exchanges are simulated: the first answer decides, and a server that says otherwise is none of these servers.
/// </summary>
internal sealed class ServerLabel
{
    private readonly Lock _gate = new();
    private (bool IsSandbox, Uri Server)? _first;

    /// <summary>True when the exchanges are simulated; false before the first answer.</summary>
    public bool IsSandbox
    {
        get
        {
            lock (_gate)
            {
                return _first is { IsSandbox: true };
            }
        }
    }

    /// <summary>Compares what a server says with what was said first; null when it agrees, else what is wrong.</summary>
    public string? Disagreement(Uri server, bool isSandbox)
    {
        lock (_gate)
        {
            _first ??= (isSandbox, server);
            return _first.Value.IsSandbox == isSandbox
                ? null
                : $"{server} serves {Words(isSandbox)} exchanges, and {_first.Value.Server} {Words(!isSandbox)} ones: candles of both in one stream would deceive. Name servers of one kind.";
        }
    }

    /// <summary>Throws what <see cref="Disagreement"/> says.</summary>
    /// <exception cref="InvalidSettingException">The server disagrees.</exception>
    public void Check(Uri server, bool isSandbox)
    {
        if (Disagreement(server, isSandbox) is { } words)
        {
            throw new InvalidSettingException(words);
        }
    }

    private static string Words(bool isSandbox) => isSandbox ? "simulated" : "real";
}
