using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Server.Notifications;

/// <summary>Whom notices are given to, what sends them, and what answers about them.</summary>
internal static class NoticeServices
{
    /// <summary>Adds them.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<NoticeDesk>();
        services.AddSingleton<INotifier>(provider => provider.GetRequiredService<NoticeDesk>());
        services.AddSingleton<NoticeSending>();
        services.AddSingleton<NoticeMetrics>();
        services.AddSingleton<NoticeEndpoint>();
        services.AddHostedService(provider => provider.GetRequiredService<NoticeSending>());
    }
}
