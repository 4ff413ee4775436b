namespace OhlcvConnector.Server.FanOut;

/// <summary>The place of one series' open candle in one client's outbox; its fields belong to the outbox.</summary>
internal sealed class OpenPlace
{
    /// <summary>The newest state, encoded; null when none waits.</summary>
    public byte[]? Frame { get; set; }

    /// <summary>The open time of <see cref="Frame"/>.</summary>
    public long OpenMs { get; set; }

    /// <summary>Whether it waits for its turn.</summary>
    public bool IsQueued { get; set; }
}
