using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>The one table of the connector's settings: their names, kinds and ranges, by which they are checked, and read from texts wherever these come from.</summary>
internal static class ConnectorSettings
{
    /// <summary>All that can be written as one text; <see cref="ConnectorOptions.Endpoints"/> beside them, see <see cref="EndpointText"/>.</summary>
    public static IReadOnlyList<ConnectorSetting> All { get; } =
    [
        Truth(nameof(ConnectorOptions.UseTestnet), (options, value) => options.UseTestnet = value),
        Address(nameof(ConnectorOptions.Sandbox), "http, https", (options, value) => options.Sandbox = value),
        Address(nameof(ConnectorOptions.Proxy), "http, socks5", (options, value) => options.Proxy = value),
        Seconds(nameof(ConnectorOptions.ConnectTimeout), 1, 300, options => options.ConnectTimeout, (options, value) => options.ConnectTimeout = value),
        Seconds(nameof(ConnectorOptions.AcknowledgeTimeout), 1, 300, options => options.AcknowledgeTimeout, (options, value) => options.AcknowledgeTimeout = value),
        Seconds(nameof(ConnectorOptions.InactivityTimeout), 1, 3600, options => options.InactivityTimeout, (options, value) => options.InactivityTimeout = value),
        Seconds(nameof(ConnectorOptions.PingInterval), 0, 3600, options => options.PingInterval, (options, value) => options.PingInterval = value),
        Seconds(nameof(ConnectorOptions.PingTimeout), 1, 3600, options => options.PingTimeout, (options, value) => options.PingTimeout = value),
        Seconds(nameof(ConnectorOptions.ReconnectDelay), 0.01, 300, options => options.ReconnectDelay, (options, value) => options.ReconnectDelay = value),
        Seconds(nameof(ConnectorOptions.ReconnectDelayMax), 0.01, 3600, options => options.ReconnectDelayMax, (options, value) => options.ReconnectDelayMax = value),
        Whole(nameof(ConnectorOptions.ConnectAttempts), 0, 1_000_000, options => options.ConnectAttempts, (options, value) => options.ConnectAttempts = value),
        Whole(nameof(ConnectorOptions.Redundancy), 1, 2, options => options.Redundancy, (options, value) => options.Redundancy = value),
        Seconds(nameof(ConnectorOptions.RestTimeout), 0.1, 600, options => options.RestTimeout, (options, value) => options.RestTimeout = value),
        Whole(nameof(ConnectorOptions.RestAttempts), 1, 20, options => options.RestAttempts, (options, value) => options.RestAttempts = value),
        Whole(nameof(ConnectorOptions.RestConnections), 1, 1_000, options => options.RestConnections, (options, value) => options.RestConnections = value),
        Whole(nameof(ConnectorOptions.MaxSeriesPerConnection), 1, 1_000_000, options => options.MaxSeriesPerConnection, (options, value) => options.MaxSeriesPerConnection = value),
        Whole(nameof(ConnectorOptions.CircuitBreakerFailureThreshold), 2, 1_000, options => options.CircuitBreakerFailureThreshold, (options, value) => options.CircuitBreakerFailureThreshold = value),
        Seconds(nameof(ConnectorOptions.CircuitBreakerRecoveryTime), 0.5, 3600, options => options.CircuitBreakerRecoveryTime, (options, value) => options.CircuitBreakerRecoveryTime = value),
        Whole(nameof(ConnectorOptions.CircuitBreakerHalfOpenCalls), 1, 100, options => options.CircuitBreakerHalfOpenCalls, (options, value) => options.CircuitBreakerHalfOpenCalls = value),
        Seconds(nameof(ConnectorOptions.CloseDeadline), 0, 300, options => options.CloseDeadline, (options, value) => options.CloseDeadline = value),
        Whole(nameof(ConnectorOptions.ClosedQueueCapacity), 16, 10_000_000, options => options.ClosedQueueCapacity, (options, value) => options.ClosedQueueCapacity = value),
        new(nameof(ConnectorOptions.Dispatch), "Inline or ThreadPool", (options, text) => TrySet(Enum.TryParse<Dispatch>(text, ignoreCase: true, out var value) && Enum.IsDefined(value), () => options.Dispatch = value)),
        Truth(nameof(ConnectorOptions.DeliverRevisions), (options, value) => options.DeliverRevisions = value),
        Whole(nameof(ConnectorOptions.Seed), int.MinValue, int.MaxValue, options => options.Seed, (options, value) => options.Seed = value),
    ];

    /// <summary>The setting of a name, in any case; null when there is none.</summary>
    public static ConnectorSetting? Find(string name) => All.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ConnectorSetting Truth(string name, Action<ConnectorOptions, bool> set) => new(name, "true or false", (options, text) =>
        text.ToUpperInvariant() switch
        {
            "TRUE" or "1" or "YES" or "ON" => TrySet(true, () => set(options, true)),
            "FALSE" or "0" or "NO" or "OFF" => TrySet(true, () => set(options, false)),
            _ => false,
        });

    private static ConnectorSetting Address(string name, string schemes, Action<ConnectorOptions, Uri> set) => new(name, $"a whole address: {schemes}", (options, text) =>
        TrySet(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0, () => set(options, address!)));

    private static ConnectorSetting Seconds(string name, double least, double most, Func<ConnectorOptions, TimeSpan?> get, Action<ConnectorOptions, TimeSpan> set) => new(
        name,
        FormattableString.Invariant($"a number of seconds from {least} to {most}"),
        (options, text) => TrySet(TryReadTime(text, out var value) && value.TotalSeconds >= least && value.TotalSeconds <= most, () => set(options, value)))
    {
        Check = options => SettingRange.Time(get(options) ?? TimeSpan.FromSeconds(least), name, least, most),
    };

    private static ConnectorSetting Whole(string name, int least, int most, Func<ConnectorOptions, int?> get, Action<ConnectorOptions, int> set) => new(
        name,
        FormattableString.Invariant($"a whole number from {least} to {most}"),
        (options, text) => TrySet(int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most, () => set(options, value)))
    {
        Check = options => SettingRange.Number(get(options) ?? least, name, least, most),
    };

    /// <summary>Seconds; with colons hours, minutes and seconds, as .NET writes a span of time.</summary>
    private static bool TryReadTime(string text, out TimeSpan value)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value);
        }

        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds;
        value = isNumber ? TimeSpan.FromSeconds(seconds) : default;
        return isNumber;
    }

    private static bool TrySet(bool isRight, Action set)
    {
        if (isRight)
        {
            set();
        }

        return isRight;
    }
}

/// <summary>One setting of the connector.</summary>
/// <param name="Name">As <see cref="ConnectorOptions"/> has it.</param>
/// <param name="Form">What a text of it must be.</param>
/// <param name="TrySet">Sets it by a text; false when that is not of its form.</param>
internal sealed record ConnectorSetting(string Name, string Form, Func<ConnectorOptions, string, bool> TrySet)
{
    /// <summary>Throws when it is out of range.</summary>
    public Action<ConnectorOptions> Check { get; init; } = _ => { };

    /// <summary>Sets it by a text.</summary>
    /// <param name="options">Where.</param>
    /// <param name="where">Where the text stands, for the error.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">The text is not of its form.</exception>
    public void Set(ConnectorOptions options, string where, string text)
    {
        if (!TrySet(options, text))
        {
            throw new InvalidSettingException($"{where} is '{text}'; it must be {Form}.");
        }
    }
}
