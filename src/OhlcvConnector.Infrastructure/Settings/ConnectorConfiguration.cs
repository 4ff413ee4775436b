using Microsoft.Extensions.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>Reads the connector's settings out of a configuration: by their names, times in seconds. What is not understood is an error, never ignored.</summary>
internal static class ConnectorConfiguration
{
    /// <summary>The section's usual name.</summary>
    public const string Section = "OhlcvConnector";

    /// <summary>Sets what a section says.</summary>
    /// <exception cref="InvalidSettingException">A name is unknown, or a value is wrong.</exception>
    public static void Apply(IConfigurationSection section, ConnectorOptions options)
    {
        if (section.Value is { Length: > 0 } text)
        {
            throw new InvalidSettingException($"'{section.Path}' is '{text}'; it must be a section of settings.");
        }

        foreach (var entry in section.GetChildren())
        {
            if (entry.Key.Equals(nameof(ConnectorOptions.Endpoints), StringComparison.OrdinalIgnoreCase))
            {
                ApplyEndpoints(entry, options);
            }
            else if (ConnectorSettings.Find(entry.Key) is not { } setting)
            {
                throw new InvalidSettingException(
                    $"There is no setting '{entry.Path}'; {Nearest.Words(entry.Key, [.. ConnectorSettings.All.Select(one => one.Name), nameof(ConnectorOptions.Endpoints)])}");
            }
            else if (entry.GetChildren().Any())
            {
                throw new InvalidSettingException($"'{entry.Path}' is a list or a section; it must be {setting.Form}.");
            }
            else if (entry.Value is { Length: > 0 } value)
            {
                setting.Set(options, $"'{entry.Path}'", value);
            }
        }
    }

    private static void ApplyEndpoints(IConfigurationSection endpoints, ConnectorOptions options)
    {
        if (endpoints.Value is { Length: > 0 } text)
        {
            throw new InvalidSettingException($"'{endpoints.Path}' is '{text}'; it must be a section: an exchange's name, and its address.");
        }

        foreach (var target in endpoints.GetChildren())
        {
            if (target.Value is { } address)
            {
                EndpointText.Set(options, $"'{target.Path}'", target.Key, "base", address);
            }

            foreach (var kind in target.GetChildren())
            {
                EndpointText.Set(options, $"'{kind.Path}'", target.Key, kind.Key, kind.Value ?? "");
            }
        }
    }
}
