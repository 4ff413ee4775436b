using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Server.Backtests;
using OhlcvConnector.Server.Calendar;
using OhlcvConnector.Server.Following;
using OhlcvConnector.Server.Health;
using OhlcvConnector.Server.Settings;
using OhlcvConnector.Server.Udf;

namespace OhlcvConnector.Server.Hosting;

/// <summary>The paths for pages that people look at and work with: the dashboard's, and those of others.</summary>
internal static class ChartingRoutes
{
    /// <summary>Adds what answers.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<HealthDetails>();
        BacktestEndpoint.AddTo(services);
        FollowingEndpoint.AddTo(services);
        CalendarEndpoint.AddTo(services);
        SettingsEndpoint.AddTo(services);
        UdfEndpoint.AddTo(services);
    }

    /// <summary>Adds the paths.</summary>
    public static void Map(WebApplication application)
    {
        var services = application.Services;
        services.GetRequiredService<HealthDetails>().Map(application);
        services.GetRequiredService<BacktestEndpoint>().Map(application);
        services.GetRequiredService<FollowingEndpoint>().Map(application);
        services.GetRequiredService<CalendarEndpoint>().Map(application);
        services.GetRequiredService<SettingsEndpoint>().Map(application);
        services.GetRequiredService<UdfEndpoint>().Map(application);
    }
}
