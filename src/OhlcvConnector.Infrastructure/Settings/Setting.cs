using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>Setting of an options class: its name and range, and how it is read from a text.</summary>
/// <typeparam name="TOptions">The options class.</typeparam>
public sealed class Setting<TOptions>
    where TOptions : class, new()
{
    private readonly ConditionalWeakTable<TOptions, string> _places = [];

    /// <summary>Name of the property.</summary>
    public required string Name { get; init; }

    /// <summary>Range in words, such as <c>1 to 300</c>, without the unit.</summary>
    public required string Range { get; init; }

    /// <summary>Description of what the setting does, for documentation and help.</summary>
    public required string Text { get; init; }

    /// <summary>Unit of texts and range: <c>s</c>, or empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Sentence's end that says what a text must be, such as <c>a number of seconds from 1 to 300</c>; null when only code can set it.</summary>
    public string? Form { get; init; }

    /// <summary>Variable of the environment; null for none.</summary>
    public string? Variable { get; internal set; }

    /// <summary>Option of the command line, with its dashes; null for none.</summary>
    public string? Option { get; internal set; }

    /// <summary>Shorter name of <see cref="Option"/>; null for none.</summary>
    public string? Alias { get; internal set; }

    /// <summary>Name that the setting had before, and that is read with a warning; null for none.</summary>
    public string? FormerName { get; internal set; }

    /// <summary>Variable that the setting had before; null for none.</summary>
    public string? FormerVariable { get; internal set; }

    /// <summary>Default as a text without the unit, such as <c>10</c>, <c>none</c> or <c>empty</c>.</summary>
    public string Default => Write(new TOptions()) ?? Unset;

    /// <summary>Returns true when the setting is a list, whose items stand separated by blanks in one text.</summary>
    public bool IsList { get; init; }

    /// <summary>Returns true when the setting is true or false.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Writes the value; null for a value that is not set.</summary>
    internal Func<TOptions, string?> Write { get; init; } = _ => null;

    /// <summary>Returns the list; null for what is none.</summary>
    internal Func<TOptions, IList<string>>? Items { get; init; }

    /// <summary>Word for a value that is not set.</summary>
    internal string Unset { get; init; } = "none";

    /// <summary>Sets the value by a text that stands somewhere; false when the text is not of the form.</summary>
    internal Func<TOptions, string, string, bool> TrySet { get; init; } = (_, _, _) => false;

    /// <summary>Throws when the value is out of range.</summary>
    internal Action<TOptions> Check { get; init; } = _ => { };

    /// <summary>Sets the value by a text.</summary>
    /// <param name="options">The options to change.</param>
    /// <param name="where">The place of the text, for the error.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">The text is not of the form.</exception>
    public void Set(TOptions options, string where, string text)
    {
        if (!TrySet(options, where, text))
        {
            throw new InvalidSettingException($"{where} is '{text}'; it must be {Form ?? "set in code"}.");
        }

        Place(options, where);
    }

    /// <summary>Returns the value as a text without the unit; null for a value that is not set.</summary>
    /// <param name="options">The options.</param>
    public string? TextOf(TOptions options) => Write(options);

    /// <summary>Returns where the text stood by which the value was set last, such as <c>--port</c> or <c>CONNECTOR_WSS_PORT</c>; null for none.</summary>
    /// <param name="options">The options.</param>
    public string? PlaceOf(TOptions options) => _places.TryGetValue(options, out var place) ? place : null;

    /// <summary>Notes where the text stood by which a value was set.</summary>
    /// <param name="options">The options.</param>
    /// <param name="place">The place; null for none.</param>
    public void Place(TOptions options, string? place)
    {
        if (place is not null)
        {
            _places.AddOrUpdate(options, place);
        }
    }
}
