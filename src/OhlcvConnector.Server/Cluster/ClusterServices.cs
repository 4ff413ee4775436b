using Microsoft.Extensions.DependencyInjection;

namespace OhlcvConnector.Server.Cluster;

/// <summary>What makes this server a node of a cluster, where the settings name one.</summary>
internal static class ClusterServices
{
    /// <summary>Adds it.</summary>
    public static void AddTo(IServiceCollection services, ServerOptions options, ConnectorOptions connector)
    {
        if (options.Cluster is null)
        {
            return;
        }

        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ClusterService>(provider, connector));
        services.AddHostedService(provider => provider.GetRequiredService<ClusterService>());
    }
}
