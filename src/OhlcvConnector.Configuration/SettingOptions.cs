using System.CommandLine;
using System.Text.RegularExpressions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>The options of a command line that a table of settings has.</summary>
/// <typeparam name="TOptions">The options class.</typeparam>
public sealed partial class SettingOptions<TOptions>
    where TOptions : class, new()
{
    private readonly List<(Setting<TOptions> Setting, Option Option)> _all;

    /// <summary>Makes the options.</summary>
    /// <param name="table">The settings.</param>
    public SettingOptions(SettingTable<TOptions> table) =>
        _all = [.. table.Written.Where(setting => setting.Option is not null).Select(setting => (setting, Make(setting)))];

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in _all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Sets what the command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options to change.</param>
    /// <exception cref="InvalidSettingException">A value is wrong; the message names the option and its range.</exception>
    public void Apply(ParseResult parsed, TOptions options)
    {
        foreach (var (setting, option) in _all)
        {
            foreach (var text in option switch
            {
                Option<bool> flag when parsed.GetValue(flag) => ["true"],
                Option<string[]> many => parsed.GetValue(many) ?? [],
                Option<string?> one when parsed.GetValue(one) is { } value => [value],
                _ => [],
            })
            {
                setting.Set(options, option.Name, text);
            }
        }
    }

    /// <summary>Matches a link of the documentation, which a terminal cannot follow.</summary>
    [GeneratedRegex(@" \(\[[^\]]*\]\([^)]*\)\)")]
    private static partial Regex Link();

    private static Option Make(Setting<TOptions> setting)
    {
        var text = Link().Replace(setting.Text, "").Replace("`", "", StringComparison.Ordinal);
        var sentence = $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
        string[] aliases = setting.Alias is { } alias ? [alias] : [];
        return setting.IsSwitch ? new Option<bool>(setting.Option!, aliases) { Description = sentence }
            : setting.IsList ? new Option<string[]>(setting.Option!, aliases)
            {
                Description = $"{sentence} Can be repeated.",
                HelpName = setting.Form!.Replace("`", "", StringComparison.Ordinal).Split(',')[0],
            }
            : new Option<string?>(setting.Option!, aliases)
            {
                Description = $"{sentence} {char.ToUpperInvariant(setting.Range[0])}{setting.Range[1..]}. Default: {(setting.Variable is { } variable ? $"{variable}, else " : "")}{setting.Default}.",
                CustomParser = result =>
                {
                    var value = result.Tokens[0].Value;
                    try
                    {
                        setting.Set(new TOptions(), setting.Option!, value);
                    }
                    catch (InvalidSettingException exception)
                    {
                        result.AddError(exception.Message);
                    }

                    return value;
                },
            };
    }
}
