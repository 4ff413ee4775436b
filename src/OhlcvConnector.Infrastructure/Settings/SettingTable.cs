using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>Table of all settings of an options class: validation, reading from texts wherever they stand, errors and documentation come from it.</summary>
/// <typeparam name="TOptions">The options class.</typeparam>
/// <param name="prefix">Prefix of the variables of the environment: <c>RestTimeout</c> is <c>REST_TIMEOUT</c> after it.</param>
public sealed class SettingTable<TOptions>(string prefix)
    where TOptions : class, new()
{
    private readonly List<Setting<TOptions>> _all = [];

    /// <summary>Settings of the table, all of them, in the order of the documentation.</summary>
    public IReadOnlyList<Setting<TOptions>> All => _all;

    /// <summary>Settings that can be written as a text.</summary>
    public IEnumerable<Setting<TOptions>> Written => _all.Where(setting => setting.Form is not null);

    /// <summary>Variables of the environment that have a meaning, those of former names among them.</summary>
    public IEnumerable<string> Variables => _all.SelectMany(setting => new[] { setting.Variable, setting.FormerVariable }).OfType<string>();

    /// <summary>Returns the setting of a name.</summary>
    /// <param name="name">The name as the options class has it.</param>
    public Setting<TOptions> this[string name] => _all.First(setting => setting.Name == name);

    /// <summary>Returns the setting that can be written as a text and has this name, or had it before, in any case; null when there is none.</summary>
    /// <param name="name">The name.</param>
    public Setting<TOptions>? Find(string name) =>
        Written.FirstOrDefault(
            setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                || string.Equals(setting.FormerName, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Checks that all values are within their ranges.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidSettingException">A value is not; the message names it and its range.</exception>
    public void Check(TOptions options)
    {
        foreach (var setting in _all)
        {
            setting.Check(options);
        }
    }

    /// <summary>Adds a switch.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="text">The description of what it does.</param>
    public SettingTable<TOptions> Switch(string name, Func<TOptions, bool> get, Action<TOptions, bool> set, string text) => Add(new Setting<TOptions>
    {
        Name = name,
        Range = "true, false",
        Text = text,
        Form = "true or false",
        IsSwitch = true,
        Write = options => get(options) ? "true" : "false",
        TrySet = (options, _, written) => ReadSwitch(written) is { } value && Done(() => set(options, value)),
    });

    /// <summary>Adds a span of time in seconds.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="text">The description of what it does.</param>
    /// <param name="least">Least value in seconds.</param>
    /// <param name="most">Greatest value in seconds.</param>
    /// <param name="unset">Word for a value that is not set.</param>
    public SettingTable<TOptions> Seconds(
        string name, double least, double most, Func<TOptions, TimeSpan?> get, Action<TOptions, TimeSpan> set, string text,
        string unset = "none") => Add(new Setting<TOptions>
        {
            Name = name,
            Range = FormattableString.Invariant($"{least} to {most}"),
            Unit = "s",
            Text = text,
            Form = FormattableString.Invariant($"a number of seconds from {least} to {most}"),
            Unset = unset,
            Write = options => get(options)?.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            TrySet = (options, _, written) =>
                ReadTime(written) is { } value && value.TotalSeconds >= least && value.TotalSeconds <= most && Done(() => set(options, value)),
            Check = options =>
            {
                if (get(options)?.TotalSeconds is { } seconds && (seconds < least || seconds > most))
                {
                    throw new InvalidSettingException(FormattableString.Invariant($"{name} is {seconds} s; it must be from {least} to {most} s."));
                }
            },
        });

    /// <summary>Adds a whole number.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="text">The description of what it does.</param>
    /// <param name="least">Least value.</param>
    /// <param name="most">Greatest value.</param>
    /// <param name="unset">Word for a value that is not set.</param>
    public SettingTable<TOptions> Whole(
        string name, int least, int most, Func<TOptions, int?> get, Action<TOptions, int> set, string text, string unset = "none") => Add(new Setting<TOptions>
        {
            Name = name,
            Range = (least, most) == (int.MinValue, int.MaxValue) ? "any" : FormattableString.Invariant($"{least} to {most}"),
            Text = text,
            Form = (least, most) == (int.MinValue, int.MaxValue) ? "a whole number" : FormattableString.Invariant($"a whole number from {least} to {most}"),
            Unset = unset,
            Write = options => get(options)?.ToString(CultureInfo.InvariantCulture),
            TrySet = (options, _, written) =>
                int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    && value >= least
                    && value <= most
                    && Done(() => set(options, value)),
            Check = options =>
            {
                if (get(options) is { } value && (value < least || value > most))
                {
                    throw new InvalidSettingException(FormattableString.Invariant($"{name} is {value}; it must be from {least} to {most}."));
                }
            },
        });

    /// <summary>Adds a word of some.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="text">The description of what it does.</param>
    /// <typeparam name="TValue">The words.</typeparam>
    public SettingTable<TOptions> Choice<TValue>(string name, Func<TOptions, TValue> get, Action<TOptions, TValue> set, string text)
        where TValue : struct, Enum => Parsed(
            name,
            string.Join(", ", Enum.GetNames<TValue>()),
            $"{string.Join(", ", Enum.GetNames<TValue>().SkipLast(1))} or {Enum.GetNames<TValue>()[^1]}",
            options => get(options).ToString(),
            (options, written) => Enum.TryParse<TValue>(written, ignoreCase: true, out var value) && Enum.IsDefined(value) && Done(() => set(options, value)),
            text);

    /// <summary>Adds an address.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="text">The description of what it does.</param>
    /// <param name="schemes">Schemes that it may have, separated by commas.</param>
    public SettingTable<TOptions> Address(string name, string schemes, Func<TOptions, Uri?> get, Action<TOptions, Uri> set, string text) => Parsed(
        name,
        $"{schemes} address",
        $"a whole address: {schemes}",
        options => get(options)?.ToString(),
        (options, written) => Uri.TryCreate(written, UriKind.Absolute, out var address) && address.Host.Length > 0 && Done(() => set(options, address)),
        text);

    /// <summary>Adds a text, such as the path of a file.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="text">The description of what it does.</param>
    /// <param name="range">The range in words: what it must be.</param>
    public SettingTable<TOptions> Text(string name, string range, Func<TOptions, string?> get, Action<TOptions, string> set, string text) =>
        Parsed(name, range, range, get, (options, written) => Done(() => set(options, written)), text);

    /// <summary>Adds a list of texts.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="range">The range in words: what its items must be.</param>
    /// <param name="get">Returns the list.</param>
    /// <param name="text">The description of what it does.</param>
    public SettingTable<TOptions> List(string name, string range, Func<TOptions, IList<string>> get, string text) => Add(new Setting<TOptions>
    {
        Name = name,
        Range = range,
        Text = text,
        Form = range,
        IsList = true,
        Items = get,
        Write = options => get(options).Count > 0 ? string.Join(' ', get(options)) : null,
        TrySet = (options, _, written) => Done(() =>
        {
            foreach (var item in written.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                get(options).Add(item);
            }
        }),
    });

    /// <summary>Adds a setting of any other form.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="range">Range in words.</param>
    /// <param name="form">The form in words: what a text must be.</param>
    /// <param name="get">Writes it; null for a value that is not set.</param>
    /// <param name="set">Sets it by a text; false when the text is not of the form.</param>
    /// <param name="text">The description of what it does.</param>
    /// <param name="unset">Word for a value that is not set.</param>
    public SettingTable<TOptions> Parsed(
        string name, string range, string form, Func<TOptions, string?> get, Func<TOptions, string, bool> set, string text, string unset = "none") =>
        Add(
            new Setting<TOptions>
            {
                Name = name,
                Range = range,
                Text = text,
                Form = form,
                Unset = unset,
                Write = get,
                TrySet = (options, _, written) => set(options, written),
            });

    /// <summary>Adds a setting that only code can set.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="unset">Word for its default.</param>
    /// <param name="range">The range in words: what it may be.</param>
    /// <param name="text">The description of what it does.</param>
    public SettingTable<TOptions> InCode(string name, string unset, string range, string text) =>
        Add(new Setting<TOptions> { Name = name, Range = range, Text = text, Unset = unset });

    /// <summary>Says by which other names the setting that was added last is known.</summary>
    /// <param name="variable">Variable of the environment, where it is not the prefix and the name; empty for none.</param>
    /// <param name="option">Option of the command line.</param>
    /// <param name="alias">Shorter name of the option.</param>
    /// <param name="formerly">Name that it had before, and that is read with a warning.</param>
    public SettingTable<TOptions> Also(string? variable = null, string? option = null, string? alias = null, string? formerly = null)
    {
        var setting = _all[^1];
        setting.Variable = variable is null ? setting.Variable : variable.Length > 0 ? variable : null;
        (setting.Option, setting.Alias, setting.FormerName) = (option, alias, formerly);
        setting.FormerVariable = formerly is null ? null : VariableOf(formerly);
        return this;
    }

    /// <summary>Adds a setting that the table has no other method for.</summary>
    internal SettingTable<TOptions> Add(Setting<TOptions> setting)
    {
        setting.Variable = setting.Form is null ? null : VariableOf(setting.Name);
        _all.Add(setting);
        return this;
    }

    private static bool Done(Action set)
    {
        set();
        return true;
    }

    private static bool? ReadSwitch(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => null,
    };

    /// <summary>Reads seconds; with colons hours, minutes and seconds, as .NET writes a span of time.</summary>
    private static TimeSpan? ReadTime(string text) =>
        text.Contains(':', StringComparison.Ordinal) ? (TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) ? time : null)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds)
        : null;

    private string VariableOf(string name) =>
        prefix + string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
