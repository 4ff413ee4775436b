using Microsoft.Extensions.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>Reads settings out of a section of a configuration: by their names, times in seconds. What is not understood is an error, never ignored.</summary>
public static class SettingSection
{
    /// <summary>Sets what a section says.</summary>
    /// <typeparam name="TOptions">The options class.</typeparam>
    /// <param name="section">The section.</param>
    /// <param name="table">The settings that there are.</param>
    /// <param name="options">The options to change.</param>
    /// <param name="warn">Told of settings under former names.</param>
    /// <exception cref="InvalidSettingException">A name is unknown, or a value is wrong.</exception>
    public static void Apply<TOptions>(IConfigurationSection section, SettingTable<TOptions> table, TOptions options, Action<string> warn)
        where TOptions : class, new()
    {
        if (section.Value is { Length: > 0 } text)
        {
            throw new InvalidSettingException($"'{section.Path}' is '{text}'; it must be a section of settings.");
        }

        foreach (var entry in section.GetChildren())
        {
            var setting = table.Find(entry.Key)
                ?? throw new InvalidSettingException(
                    $"There is no setting '{entry.Path}'; {Nearest.Words(entry.Key, [.. table.Written.Select(one => one.Name)])}");
            if (string.Equals(entry.Key, setting.FormerName, StringComparison.OrdinalIgnoreCase))
            {
                warn($"'{entry.Path}' is called {setting.Name} now.");
            }

            Apply(entry, setting, options);
        }
    }

    private static void Apply<TOptions>(IConfigurationSection entry, Setting<TOptions> setting, TOptions options)
        where TOptions : class, new()
    {
        if (options is ConnectorOptions connector && setting.Name == nameof(ConnectorOptions.Endpoints))
        {
            EndpointText.Apply(entry, connector);
            setting.Place(options, entry.Path);
        }
        else if (setting.Items is { } items)
        {
            Fill(entry, items(options));
            setting.Place(options, entry.Path);
        }
        else if (entry.GetChildren().Any())
        {
            throw new InvalidSettingException($"'{entry.Path}' is a list or a section; it must be {setting.Form}.");
        }
        else if (entry.Value is { Length: > 0 } value) // null: the default stays
        {
            setting.Set(options, $"'{entry.Path}'", value);
            setting.Place(options, entry.Path);
        }
    }

    private static void Fill(IConfigurationSection entry, IList<string> list)
    {
        if (entry.Value is { Length: > 0 } text)
        {
            throw new InvalidSettingException($"'{entry.Path}' is '{text}'; it must be a list, such as [\"{text}\"].");
        }

        foreach (var item in entry.GetChildren())
        {
            list.Add(item.Value ?? throw new InvalidSettingException($"'{item.Path}' is no text; '{entry.Path}' must be a list of texts."));
        }
    }
}
