using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>The settings of the server.</summary>
internal sealed record SettingsAnswer : RestAnswer
{
    public required IReadOnlyList<SettingRow> Settings { get; init; }
}

/// <summary>A setting.</summary>
internal sealed record SettingRow
{
    public required string Name { get; init; }

    [Description("server or connector: whose it is.")]
    public required string Of { get; init; }

    [Description("As a text, without the unit; secrets in it are ***. Null where it is not set.")]
    public required string? Value { get; init; }

    [Description("The value when it is not set.")]
    public required string Default { get; init; }

    [Description("s for seconds, else empty.")]
    public required string Unit { get; init; }

    [Description("What it may be, for people.")]
    public required string Range { get; init; }

    [Description("What it does, for people.")]
    public required string Text { get; init; }

    [Description("Where its text stood: --port, CONNECTOR_WSS_PORT (the environment or .env), Server:Port (appsettings.json), rest; default where nobody set it.")]
    public required string Source { get; init; }

    [Description("Variable of the environment; null for none.")]
    public required string? Variable { get; init; }

    [Description("Whether PATCH can change it while the server runs.")]
    public required bool Changeable { get; init; }
}

/// <summary>Settings to change.</summary>
internal sealed record SettingsChange
{
    [Description("Their new values as texts, by name: {\"StaleAfter\":\"60\"}.")]
    public required IReadOnlyDictionary<string, string> Settings { get; init; }
}
