using System.Globalization;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>The one table of the sandbox's settings.</summary>
public static class SandboxSettings
{
    /// <summary>Table of all settings of <see cref="SandboxOptions"/>.</summary>
    public static SettingTable<SandboxOptions> Table { get; } = new SettingTable<SandboxOptions>("")
        .Whole(
            nameof(SandboxOptions.Port), 0, SandboxOptions.MaxPort, options => options.Port, (options, value) => options.Port = value,
            "TCP port on 127.0.0.1; 0 for any free one (connector-cli: 9700)").Also("", "--port",
            "-p")
        .Parsed(
            nameof(SandboxOptions.Speed), Invariant($"{SandboxOptions.MinSpeed} to {SandboxOptions.MaxSpeed}"),
            Invariant($"a number from {SandboxOptions.MinSpeed} to {SandboxOptions.MaxSpeed}"),
            options => options.Speed.ToString(CultureInfo.InvariantCulture), SetSpeed, "market time per real time: 60 is a minute a second").Also("",
            "--speed")
        .Whole(
            nameof(SandboxOptions.Seed), int.MinValue, int.MaxValue, options => options.Seed, (options, value) => options.Seed = value,
            "the same seed gives the same candles").Also("",
            "--seed")
        .InCode(nameof(SandboxOptions.StartTime), "none", "any", "what time it is in the market at the start. None: the real time")
        .Whole(
            nameof(SandboxOptions.SymbolCount), 1, SandboxOptions.MaxSymbolCount, options => options.SymbolCount,
            (options, value) => options.SymbolCount = value, "symbols on each market").Also("",
            "--symbols")
        .InCode(nameof(SandboxOptions.EnforceLimits), "true", "true, false", "whether the exchanges' limits are enforced; violations are counted either way")
        .InCode(nameof(SandboxOptions.Faults), "empty", "`SandboxFault`s", "what goes wrong, and when")
        .InCode(nameof(SandboxOptions.Recording), "none", "any", "what was received and is said again, instead of a simulation")
        .InCode(nameof(SandboxOptions.TimeProvider), "the system's", "any", "the real clock");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static bool SetSpeed(SandboxOptions options, string text)
    {
        var isRight = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed)
            && speed is >= SandboxOptions.MinSpeed and <= SandboxOptions.MaxSpeed;
        options.Speed = isRight ? speed : options.Speed;
        return isRight;
    }
}
