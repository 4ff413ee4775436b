namespace OhlcvConnector.Configuration;

/// <summary>Surroundings of a program: what it is told by the system that runs it; a test has its own.</summary>
/// <param name="Variable">Looks up a variable of the environment; null for one that is not set.</param>
/// <param name="Folders">The folders in which <c>.env</c> and <c>appsettings.json</c> are looked for, in this order.</param>
/// <param name="Warnings">Takes warnings about settings, and the log.</param>
/// <param name="Clock">The clock.</param>
/// <param name="VariableNames">The names of the environment's variables.</param>
public sealed record Surroundings(
    Func<string, string?> Variable, IReadOnlyList<string> Folders, TextWriter Warnings, TimeProvider Clock, IReadOnlyCollection<string> VariableNames)
{
    /// <summary>Returns the surroundings of this process.</summary>
    /// <param name="warnings">Takes warnings about settings, and the log.</param>
    public static Surroundings OfThisProcess(TextWriter warnings) => new(
        Environment.GetEnvironmentVariable,
        [Environment.CurrentDirectory, AppContext.BaseDirectory],
        warnings,
        TimeProvider.System,
        [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()]);
}
