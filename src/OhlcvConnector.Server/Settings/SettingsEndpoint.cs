using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Settings;

/// <summary>The settings while the server runs: <c>/api/v1/settings</c>. What is changed here holds until it stops; nothing is written anywhere.</summary>
internal sealed partial class SettingsEndpoint(
    ServerOptions options, ConnectionGate gate, RestGuard guard, ILogger<SettingsEndpoint> logger, IOptions<ConnectorOptions>? connector = null)
{
    private const string Root = "/api/v1/settings";

    private readonly Lock _gate = new();

    /// <summary>What is read each time that it is needed, so that a change holds at once; everything else is read at the start.</summary>
    private static readonly HashSet<string> Changeable =
    [
        nameof(ServerOptions.StrictReadiness), nameof(ServerOptions.RestAnswerTimeout), nameof(ServerOptions.UnsubscribeDelay),
        nameof(ServerOptions.StaleAfter),
        nameof(ServerOptions.IdleTimeout), nameof(ServerOptions.PingInterval), nameof(ServerOptions.PingTimeout), nameof(ServerOptions.HeartbeatInterval),
        nameof(ServerOptions.MaxClients), nameof(ServerOptions.MaxClientsPerAddress), nameof(ServerOptions.MaxClientsPerKey),
        nameof(ServerOptions.MaxSubscriptions), nameof(ServerOptions.MaxSubscriptionsPerKey), nameof(ServerOptions.MaxSeriesPerClient),
        nameof(ServerOptions.MessagesPerMinute), nameof(ServerOptions.MessagesPerMinutePerAddress), nameof(ServerOptions.PriceRequestsPerMinute),
    ];

    /// <summary>All settings.</summary>
    public static RestRoute All { get; } = new(
        Root, "settings", "The settings: their values without secrets, and where each was set", "For keys of the role admin.", typeof(SettingsAnswer))
    { IsForAdmins = true, HasTag = false };

    /// <summary>Changes some.</summary>
    public static RestRoute Change { get; } = new(
        Root, "changeSettings", "Changes settings until the server stops: all that are sent, or none",
        "For keys of the role admin. Those that are read at the start alone are refused by name.", typeof(SettingsAnswer))
    { Method = HttpMethods.Patch, Body = typeof(SettingsChange), IsForAdmins = true, HasTag = false };

    /// <summary>Adds it.</summary>
    public static void AddTo(IServiceCollection services) => services.AddSingleton<SettingsEndpoint>();

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(application, All, AnswerAsync);
        guard.Map(application, Change, ChangeAsync);
    }

    private async Task ChangeAsync(RestQuery query)
    {
        var wanted = (await query.BodyAsync<SettingsChange>().ConfigureAwait(false)).Settings;
        var settings = wanted.Keys.ToDictionary(name => name, Find);
        try
        {
            foreach (var (name, text) in wanted)
            {
                settings[name].Set(new ServerOptions(), name, text);
            }
        }
        catch (InvalidSettingException exception)
        {
            throw RestQuery.Bad(exception.Message);
        }

        lock (_gate)
        {
            foreach (var (name, text) in wanted)
            {
                var before = settings[name].TextOf(options);
                settings[name].Set(options, "rest", text);
                LogChanged(logger, settings[name].Name, before, settings[name].TextOf(options), gate.KeyOf(query.Context)?.Id ?? "none");
            }
        }

        await AnswerAsync(query).ConfigureAwait(false);
    }

    private static Setting<ServerOptions> Find(string name)
    {
        var setting = ServerSettings.Table.Find(name);
        var other = setting is null ? ConnectorSettings.Table.Find(name) : null;
        if (setting is null && other is null)
        {
            var shown = V1Reader.Shown(name);
            throw RestQuery.Bad($"There is no setting '{shown}'; {Nearest.Words(shown, [.. ServerSettings.Table.Written.Select(one => one.Name)])}");
        }

        return setting is not null && Changeable.Contains(setting.Name) ? setting
            : throw new RequestException(ErrorCode.Conflict, $"{setting?.Name ?? other!.Name} is read at the start alone: {Place(setting?.Variable ?? other?.Variable, setting?.Option ?? other?.Option)}, and start the server again.");
    }

    private static string Place(string? variable, string? option) =>
        (variable, option) is (null, null) ? "set it in appsettings.json" : $"set {string.Join(" or ", new[] { variable, option }.OfType<string>())}";

    private Task AnswerAsync(RestQuery query) => guard.WriteFreshAsync(query, new SettingsAnswer
    {
        Settings = [.. Rows(ServerSettings.Table, options, "server"), .. connector is null ? [] : Rows(ConnectorSettings.Table, connector.Value, "connector")],
    });

    private static IEnumerable<SettingRow> Rows<TOptions>(SettingTable<TOptions> table, TOptions options, string whose)
        where TOptions : class, new() => table.Written.Select(setting => new SettingRow
        {
            Name = setting.Name,
            Of = whose,
            Value = SettingMask.Of(setting.Name, setting.TextOf(options)),
            Default = setting.Default,
            Unit = setting.Unit,
            Range = setting.Range.Replace("`", "", StringComparison.Ordinal),
            Text = Link().Replace(setting.Text, "").Replace("`", "", StringComparison.Ordinal),
            Source = setting.PlaceOf(options) ?? "default",
            Variable = setting.Variable,
            Changeable = whose == "server" && Changeable.Contains(setting.Name),
        });

    /// <summary>Matches a link of the documentation, which leads nowhere here.</summary>
    [System.Text.RegularExpressions.GeneratedRegex(@" \(\[[^\]]*\]\([^)]*\)\)")]
    private static partial System.Text.RegularExpressions.Regex Link();

    [LoggerMessage(ServerEventIds.SettingChanged, LogLevel.Warning, "The setting {Name} was {Before} and is {After} now, until the server stops (key {Key})")]
    private static partial void LogChanged(ILogger logger, string name, string? before, string? after, string key);
}
