using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Server.Bus;
using OhlcvConnector.Server.Cluster;
using OhlcvConnector.Server.Notifications;
using OhlcvConnector.Server.Paper;
using OhlcvConnector.Server.Prices;
using OhlcvConnector.Server.Rest;
using Prometheus;

namespace OhlcvConnector.Server.Metrics;

/// <summary><c>GET /metrics</c>: the server's metrics in the format that the asker prefers, Prometheus text or OpenMetrics.</summary>
/// <param name="registry">The metrics.</param>
/// <param name="values">Fills them when they are asked for.</param>
/// <param name="prices">Fills those of prices.</param>
/// <param name="notices">Fills those of notifications.</param>
/// <param name="cluster">Fills those of a node of a cluster.</param>
/// <param name="identity">Marks the answer where the exchanges are simulated.</param>
/// <param name="paper">Fills those of paper trading; null without it.</param>
/// <param name="bus">Fills those of publishing to a bus; null without it.</param>
internal sealed class MetricsEndpoint(
    CollectorRegistry registry, ServerMetrics values, PriceMetrics prices, NoticeMetrics notices, ClusterMetrics cluster, ServerIdentity identity,
    PaperMetrics? paper = null, BusMetrics? bus = null)
{
    /// <summary>Adds the path.</summary>
    public void Map(WebApplication application)
    {
        registry.AddBeforeCollectCallback(values.Update);
        registry.AddBeforeCollectCallback(prices.Update);
        registry.AddBeforeCollectCallback(notices.Update);
        registry.AddBeforeCollectCallback(cluster.Update);
        if (paper is not null)
        {
            registry.AddBeforeCollectCallback(paper.Update);
        }

        if (bus is not null)
        {
            registry.AddBeforeCollectCallback(bus.Update);
        }

        var metrics = application.MapMetrics("/metrics", registry).WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
        OpenApi.Describe(
            metrics,
            "metrics",
            "Metrics in the Prometheus text format, or as OpenMetrics",
            "text/plain",
            (StatusCodes.Status200OK, "The metrics.", typeof(string)));
        metrics.Add(endpoint =>
        {
            var export = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                identity.Mark(context.Response);
                return export(context);
            };
        });
    }
}
