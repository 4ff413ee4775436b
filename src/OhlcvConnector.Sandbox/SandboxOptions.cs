namespace OhlcvConnector;

/// <summary>Settings of the simulated exchanges.</summary>
public sealed class SandboxOptions
{
    /// <summary>The slowest market, per real time.</summary>
    public const double MinSpeed = 0.0001;

    /// <summary>The fastest market, per real time.</summary>
    public const double MaxSpeed = 100_000;

    /// <summary>The greatest port.</summary>
    public const int MaxPort = 65_535;

    /// <summary>The most symbols on a market.</summary>
    public const int MaxSymbolCount = 10_000;

    /// <summary>The TCP port on 127.0.0.1; 0 for any free one.</summary>
    public int Port { get; set; }

    /// <summary>Market time per real time: 1 is real time, 60 is a minute a second. <see cref="MinSpeed"/> to <see cref="MaxSpeed"/>.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>The seed of the market: the same seed gives the same candles.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Time in the market when the server starts, UTC; null for the real time.</summary>
    public DateTimeOffset? StartTime { get; set; }

    /// <summary>Symbols on each market. 1 to <see cref="MaxSymbolCount"/>.</summary>
    public int SymbolCount { get; set; } = 20;

    /// <summary>True when the venues' limits are enforced; violations are counted either way.</summary>
    public bool EnforceLimits { get; set; } = true;

    /// <summary>Faults that happen, each at its <see cref="SandboxFault.At"/>.</summary>
    public IReadOnlyList<SandboxFault> Faults { get; set; } = [];

    /// <summary>
    /// What was received and is said again, in the exchanges' own frames, instead of a simulation; it says when the market's clock starts. Null to simulate.
    /// </summary>
    public SandboxRecording? Recording { get; set; }

    /// <summary>The real clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, MaxPort);
        ArgumentOutOfRangeException.ThrowIfLessThan(Speed, MinSpeed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Speed, MaxSpeed);
        ArgumentOutOfRangeException.ThrowIfLessThan(SymbolCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SymbolCount, MaxSymbolCount);
        ArgumentNullException.ThrowIfNull(Faults);
        ArgumentNullException.ThrowIfNull(TimeProvider);
    }
}
