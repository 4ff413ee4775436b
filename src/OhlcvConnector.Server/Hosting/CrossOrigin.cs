using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Hosting;

/// <summary>Lets scripts of other web pages use REST (CORS), where the settings say so.</summary>
internal static class CrossOrigin
{
    private const string All = "*";
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];
    private static readonly string[] Writing =
        [HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete]; // of pages that are named, never of all
    private static readonly TimeSpan Remember = TimeSpan.FromMinutes(10); // how long a browser need not ask again

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InvalidSettingException">A setting is no origin.</exception>
    public static void Check(ServerOptions options)
    {
        if (options.CorsOrigins.FirstOrDefault(origin => !IsRight(origin)) is { } wrong)
        {
            throw new InvalidSettingException($"{nameof(ServerOptions.CorsOrigins)} has '{wrong}'; write a scheme and a host, such as https://example.com or http://localhost:3000, or * for all.");
        }

        if (options.CorsOrigins.Contains(All) && options.CorsOrigins.Count > 1)
        {
            throw new InvalidSettingException($"{nameof(ServerOptions.CorsOrigins)} has * and others; * alone is for all.");
        }
    }

    /// <summary>Adds what answers preflights.</summary>
    public static void AddTo(IServiceCollection services) => services.AddCors();

    /// <summary>
    /// Adds CORS to the application: answers of REST say who may read them, and what browsers ask before (OPTIONS) is answered without a key.
    /// </summary>
    public static void Use(WebApplication application, ServerOptions options)
    {
        if (options.CorsOrigins.Count == 0)
        {
            return;
        }

        application.UseWhen(
            context => RestGuard.IsRest(context.Request.Path) || context.Request.Path == OpenApi.Path,
            rest => rest.Use(Vary).UseCors(policy => Allow(policy, options)));
    }

    /// <summary>Caches must not give one page what another was answered, not even a refusal.</summary>
    private static RequestDelegate Vary(RequestDelegate next) => context =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            if (!headers.Vary.Contains("Origin", StringComparer.OrdinalIgnoreCase))
            {
                headers.Append("Vary", "Origin"); // beside what else it depends on: compression, format
            }

            return Task.CompletedTask;
        });
        return next(context);
    };

    private static void Allow(CorsPolicyBuilder policy, ServerOptions options) => policy
        .WithOrigins([.. options.CorsOrigins])
        .WithMethods(options.CorsOrigins.Contains(All) ? Reading : [.. Reading, .. Writing])
        .WithHeaders("X-Api-Key", "Authorization", "If-None-Match", "Content-Type")
        .WithExposedHeaders("ETag", "Retry-After", "X-Sandbox", "X-Complete", "X-Next-From", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
        .SetPreflightMaxAge(Remember);

    private static bool IsRight(string origin) => origin == All
        || (
            Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https"
                && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase));
}
