using Microsoft.Extensions.Diagnostics.HealthChecks;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Diagnostics;

/// <summary>
/// A health check for <c>services.AddHealthChecks().AddCheck&lt;ExchangesHealthCheck&gt;("exchanges")</c>: healthy while every market whose candles are
/// streamed is connected, or none is streamed; degraded while some are; unhealthy while none is.
/// </summary>
/// <param name="connector">The connector.</param>
public sealed class ExchangesHealthCheck(Connector connector) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var wanted = connector.Diagnose().Where(market => market.FollowedSeries > 0).ToList();
        var gone = wanted.Where(market => market.ActiveConnections == 0).Select(market => $"{market.Exchange} {market.Market.Name()}").ToList();
        var data = wanted.ToDictionary(market => $"{market.Exchange} {market.Market.Name()}", object (market) => market.ActiveConnections);
        var words = gone.Count == 0 ? null : $"not connected: {string.Join(", ", gone)}";
        return Task.FromResult(
            gone.Count == 0 ? HealthCheckResult.Healthy(data: data)
            : gone.Count < wanted.Count ? HealthCheckResult.Degraded(words, data: data)
            : new HealthCheckResult(context?.Registration?.FailureStatus ?? HealthStatus.Unhealthy, words, data: data));
    }
}
