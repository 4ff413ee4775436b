namespace OhlcvConnector;

/// <summary>How the simulated exchanges behave.</summary>
public sealed class SandboxOptions
{
    /// <summary>The TCP port on 127.0.0.1; 0 for any free one.</summary>
    public int Port { get; set; }

    /// <summary>Market time per real time: 1 is real time, 60 is a minute a second. Above 0, at most 100,000.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>The seed of the market: the same seed gives the same candles.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>What time it is in the market when the server starts, UTC; null for the real time.</summary>
    public DateTimeOffset? StartTime { get; set; }

    /// <summary>Symbols on each market. 1 to 10,000.</summary>
    public int SymbolCount { get; set; } = 20;

    /// <summary>Whether the venues' limits are enforced; violations are counted either way.</summary>
    public bool EnforceLimits { get; set; } = true;

    /// <summary>What goes wrong, each at its <see cref="SandboxFault.At"/>.</summary>
    public IReadOnlyList<SandboxFault> Faults { get; set; } = [];

    /// <summary>The real clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65_535);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Speed, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Speed, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(SymbolCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SymbolCount, 10_000);
        ArgumentNullException.ThrowIfNull(Faults);
        ArgumentNullException.ThrowIfNull(TimeProvider);
    }
}
