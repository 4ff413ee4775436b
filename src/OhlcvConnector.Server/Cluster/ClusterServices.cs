using Microsoft.Extensions.DependencyInjection;

namespace OhlcvConnector.Server.Cluster;

/// <summary>What makes this server a node of a cluster, where the settings name one.</summary>
internal static class ClusterServices
{
    /// <summary>Adds it.</summary>
    /// <exception cref="Domain.InvalidSettingException">A setting is wrong; the message names it.</exception>
    public static void AddTo(IServiceCollection services, ServerOptions options, ConnectorOptions connector)
    {
        if (options.Cluster is null)
        {
            return;
        }

        ClusterService.Check(options);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ClusterService>(provider, connector));
        services.AddHostedService(provider => provider.GetRequiredService<ClusterService>());
    }
}
