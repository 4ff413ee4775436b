using OhlcvConnector.Domain;

namespace OhlcvConnector;

/// <summary>What was received from real or simulated exchanges, for a sandbox that says it again.</summary>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="Messages">All of it, ascending; read while the sandbox runs, a little ahead of its clock.</param>
public sealed record SandboxRecording(DateTimeOffset Start, IEnumerable<SandboxMessage> Messages);

/// <summary>One thing that was received, or learned from it.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Exchange">From which exchange.</param>
/// <param name="Market">Of which market.</param>
public sealed record SandboxMessage(DateTimeOffset At, string Exchange, Market Market)
{
    /// <summary>An instrument that was followed; null for none.</summary>
    public Instrument? Instrument { get; init; }

    /// <summary>A frame of the stream, as it came; empty for none.</summary>
    public ReadOnlyMemory<byte> Frame { get; init; }

    /// <summary>The symbol whose trades the frame holds, in the exchange's spelling; null for a frame of candles.</summary>
    public string? TradesOf { get; init; }

    /// <summary>What the frame says of candles; or, without a frame, candles that are final. Empty for neither.</summary>
    public IReadOnlyList<PriceQuote> Candles { get; init; } = [];

    /// <summary>The path of a REST request, with what was posted behind a space; null for none.</summary>
    public string? Request { get; init; }

    /// <summary>The body that answered the request.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }
}
