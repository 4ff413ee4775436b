using OhlcvConnector.Domain;
using static OhlcvConnector.Infrastructure.SettingRange;

namespace OhlcvConnector.Infrastructure;

/// <summary>Checks all settings, and names the first wrong one with its range.</summary>
internal static class ConnectorOptionsValidator
{
    /// <summary>Checks.</summary>
    /// <exception cref="InvalidSettingException">A setting is out of range.</exception>
    public static void Validate(ConnectorOptions options)
    {
        Time(options.ConnectTimeout, nameof(options.ConnectTimeout), 1, 300);
        Time(options.AcknowledgeTimeout, nameof(options.AcknowledgeTimeout), 1, 300);
        Time(options.InactivityTimeout ?? TimeSpan.FromSeconds(1), nameof(options.InactivityTimeout), 1, 3600);
        Time(options.PingInterval, nameof(options.PingInterval), 0, 3600);
        Time(options.PingTimeout, nameof(options.PingTimeout), 1, 3600);
        Time(options.ReconnectDelay, nameof(options.ReconnectDelay), 0.01, 300);
        Time(options.ReconnectDelayMax, nameof(options.ReconnectDelayMax), options.ReconnectDelay.TotalSeconds, 3600);
        Time(options.RestTimeout, nameof(options.RestTimeout), 0.1, 600);
        Time(options.CircuitBreakerRecoveryTime, nameof(options.CircuitBreakerRecoveryTime), 0.5, 3600);
        Time(options.CloseDeadline, nameof(options.CloseDeadline), 0, 300);
        Number(options.ConnectAttempts, nameof(options.ConnectAttempts), 0, 1_000_000);
        Number(options.RestAttempts, nameof(options.RestAttempts), 1, 20);
        Number(options.RestConnections, nameof(options.RestConnections), 1, 1_000);
        Number(options.MaxSeriesPerConnection ?? 1, nameof(options.MaxSeriesPerConnection), 1, 1_000_000);
        Number(options.Redundancy, nameof(options.Redundancy), 1, 2);
        Number(options.CircuitBreakerFailureThreshold, nameof(options.CircuitBreakerFailureThreshold), 2, 1_000);
        Number(options.CircuitBreakerHalfOpenCalls, nameof(options.CircuitBreakerHalfOpenCalls), 1, 100);
        Number(options.ClosedQueueCapacity, nameof(options.ClosedQueueCapacity), 16, 10_000_000);
        if (options.Proxy is { } proxy && proxy.Scheme is not ("http" or "socks5"))
        {
            throw new InvalidSettingException($"{nameof(options.Proxy)} is '{proxy}'; it must start with http:// or socks5://.");
        }

        if (options.Sandbox is { } sandbox && sandbox.Scheme is not ("http" or "https"))
        {
            throw new InvalidSettingException($"{nameof(options.Sandbox)} is '{sandbox}'; it must start with http:// or https://.");
        }

        if (options.Sandbox is not null && options.UseTestnet)
        {
            throw new InvalidSettingException($"{nameof(options.Sandbox)} and {nameof(options.UseTestnet)} are both set; choose one.");
        }
    }
}
