using Microsoft.Extensions.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>
/// Reads <c>appsettings.json</c>: the section <c>Server</c> by the names of <see cref="ServerOptions"/>, <c>Connector</c> by those of <see
/// cref="ConnectorOptions"/>; times in seconds. An unknown name is an error.
/// </summary>
public static class AppSettings
{
    private const string File = "appsettings.json";

    /// <summary>Reads the file of the first folder that has one, and sets what it says.</summary>
    /// <param name="folders">The folders in which the file is looked for, in this order.</param>
    /// <param name="options">The server's settings.</param>
    /// <param name="connector">The connector's settings.</param>
    /// <param name="warnings">Takes a warning for each setting under a former name.</param>
    /// <exception cref="InvalidSettingException">A name is unknown, a value is wrong, or the file is no JSON.</exception>
    public static void Load(IReadOnlyList<string> folders, ServerOptions options, ConnectorOptions connector, TextWriter warnings)
    {
        if (folders.Select(folder => Path.Combine(folder, File)).FirstOrDefault(System.IO.File.Exists) is not { } path)
        {
            return;
        }

        try
        {
            Apply(new ConfigurationBuilder().AddJsonFile(path, optional: false).Build(), options, connector, warnings);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidSettingException($"{path} is no JSON: {exception.GetBaseException().Message}");
        }
    }

    /// <summary>Sets what the file says: its sections are the server's and the connector's, and there are no others.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">The server's settings.</param>
    /// <param name="connector">The connector's settings.</param>
    /// <param name="warnings">Takes a warning for each setting under a former name.</param>
    /// <exception cref="InvalidSettingException">A name is unknown, or a value is wrong.</exception>
    public static void Apply(IConfiguration file, ServerOptions options, ConnectorOptions connector, TextWriter warnings)
    {
        try
        {
            foreach (var section in file.GetChildren())
            {
                switch (section.Key.ToUpperInvariant())
                {
                    case "SERVER":
                        SettingSection.Apply(section, ServerSettings.Table, options, Warn);
                        break;
                    case "CONNECTOR":
                        SettingSection.Apply(section, ConnectorSettings.Table, connector, Warn);
                        break;
                    default:
                        throw new InvalidSettingException($"There is no section '{section.Key}'; {Nearest.Words(section.Key, ["Server", "Connector"])}");
                }
            }
        }
        catch (InvalidSettingException exception)
        {
            throw new InvalidSettingException($"{File}: {exception.Message}");
        }

        void Warn(string words) => warnings.WriteLine($"warning: {File}: {words}");
    }
}
