using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Checks;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Doctor;

/// <summary>Reads the settings as the other commands do, and says which are wrong, misspelt or without effect.</summary>
internal static class SettingsExamination
{
    private const string Prefix = "CONNECTOR_";

    /// <summary>Examines the environment and the <c>.env</c> file.</summary>
    public static IReadOnlyList<Finding> Examine(CliTerminal terminal)
    {
        try
        {
            var settings = EnvironmentSettings.Load(terminal.Variable, terminal.SettingsFolders);
            using var warnings = new StringWriter();
            settings.Apply(new ConnectorOptions(), warnings);
            _ = settings.Terminal();
            var set = settings.FileNames.Concat(terminal.VariableNames)
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal).ToList();
            return
            [
                new Finding(Verdict.Ok, "settings", $"{(settings.Path is null ? "no .env file" : settings.Path)}; {(set.Count == 0 ? "nothing is set, all defaults hold" : $"set: {string.Join(", ", set)}")}"),
                .. warnings.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(warning => new Finding(Verdict.Warning, "settings", warning.Replace("warning: ", "", StringComparison.Ordinal), "Take it out.")),
                .. set.Except(EnvironmentSettings.ServerNames).Select(Unknown),
            ];
        }
        catch (Exception exception) when (exception is UsageException or InvalidSettingException)
        {
            return [new Finding(Verdict.Failure, "settings", exception.Message, "Mend it in the environment or in the .env file; docs/configuration.md lists all settings.")];
        }
    }

    private static Finding Unknown(string name) => new(
        Verdict.Warning,
        "settings",
        $"{name} has no meaning",
        Nearest.Find(name, EnvironmentSettings.Names) is { } near ? $"Did you mean {near}?" : "docs/configuration.md lists all settings.");
}
