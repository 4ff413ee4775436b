namespace OhlcvConnector.Server.Settings;

/// <summary>The option <c>--sandbox</c>, with an address or without.</summary>
internal static class SandboxArgument
{
    /// <summary>The slowest market, per real time.</summary>
    public const double LeastSpeed = 0.001;

    /// <summary>The fastest market, per real time.</summary>
    public const double MostSpeed = 100_000;

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
            else if (i + 1 < args.Length && args[i + 1].StartsWith("http", StringComparison.OrdinalIgnoreCase) && args[i + 1].Contains("://", StringComparison.Ordinal))
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

    /// <summary>Whether the sandbox is to run in this process.</summary>
    public static bool IsInProcess(string sandbox) => sandbox == InProcess;
}
