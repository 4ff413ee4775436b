using System.CommandLine;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>The option <c>--sandbox</c>, with an address or without.</summary>
public static class SandboxArgument
{
    private const string SpeedOption = "--sandbox-speed";

    private const string InProcess = "in-process";

    /// <summary>
    /// Makes the value of <c>--sandbox</c> explicit. It is optional, and must not swallow a symbol: only <c>--sandbox=URL</c>, or an address after it, is one.
    /// </summary>
    public static string[] Prepare(string[] args)
    {
        var prepared = new List<string>(args.Length);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] != "--sandbox")
            {
                prepared.Add(args[i]);
            }
            else if (i + 1 < args.Length
                && args[i + 1].StartsWith("http", StringComparison.OrdinalIgnoreCase)
                && args[i + 1].Contains("://", StringComparison.Ordinal))
            {
                prepared.Add("--sandbox=" + args[++i]);
            }
            else
            {
                prepared.Add("--sandbox=" + InProcess);
            }
        }

        return [.. prepared];
    }

    /// <summary>Makes the option that says how fast the market's time runs.</summary>
    public static Option<double?> Speed() =>
        NumberOption.CreateOptional(SpeedOption, SandboxOptions.MinSpeed, SandboxOptions.MaxSpeed, "Market time per real time of --sandbox. Default: 1.");

    /// <summary>Refuses a speed where no sandbox of this process has it: else somebody who forgot <c>--sandbox</c> would ask the real exchange.</summary>
    /// <exception cref="InvalidSettingException">There is a speed, and no such sandbox.</exception>
    public static void RequireFor(double? speed, string? sandbox)
    {
        if (speed is not null && (sandbox is null || !IsInProcess(sandbox)))
        {
            throw new InvalidSettingException(sandbox is null
                ? $"{SpeedOption} is the speed of simulated exchanges, and real ones were asked for: give --sandbox, too, or leave it out."
                : $"{SpeedOption} is for --sandbox without an address; the sandbox at {sandbox} has its own speed (sandbox --speed).");
        }
    }

    /// <summary>Returns true when the sandbox is to run in this process.</summary>
    public static bool IsInProcess(string sandbox) => sandbox == InProcess;
}
