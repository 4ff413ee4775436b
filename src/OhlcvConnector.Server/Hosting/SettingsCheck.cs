using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Infrastructure.Settings;
using OhlcvConnector.Server.Cluster;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.Server.Notifications;

namespace OhlcvConnector.Server.Hosting;

/// <summary>Checks all that can be checked without a connection.</summary>
internal static class SettingsCheck
{
    /// <summary>Checks.</summary>
    /// <exception cref="Domain.InvalidSettingException">Something is wrong; the message names it.</exception>
    public static void Run(ServerOptions server, ConnectorOptions connector)
    {
        ServerSettings.Check(server);
        _ = new TrustedProxies(server);
        CrossOrigin.Check(server);
        Listening.Check(server);
        Preloads.Check(server);
        NoticeDesk.Check(server);
        ClusterService.Check(server);
        if (server.KeysPath is { } keys)
        {
            _ = new KeyRing(keys, KeyStores.Open(keys, server.TimeProvider), NullLogger.Instance);
        }

        using var made = Connector.Create(options => Copy(connector, options));
    }

    /// <summary>Copies the settings that texts can say.</summary>
    public static void Copy(ConnectorOptions from, ConnectorOptions to)
    {
        foreach (var property in typeof(ConnectorOptions).GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(to, property.GetValue(from));
        }

        foreach (var setting in ConnectorSettings.Table.Written)
        {
            setting.Place(to, setting.PlaceOf(from));
        }

        foreach (var (target, over) in from.Endpoints)
        {
            to.Endpoints[target] = over;
        }
    }
}
