using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Server.Hosting;

/// <summary>HEAD wherever there is a GET, and OPTIONS everywhere.</summary>
internal static class ReadingMethods
{
    /// <summary>Adds the routing, with both.</summary>
    public static void Use(WebApplication application)
    {
        application.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Request.Method = HttpMethods.Get; // the server itself leaves out the body of an answer to HEAD
            }

            return next(context);
        });
        application.UseRouting();
        application.Use(async (context, next) =>
        {
            await next(context).ConfigureAwait(false);
            if (HttpMethods.IsOptions(context.Request.Method) && context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
            {
                var there = context.Response.Headers.Allow.ToString();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                context.Response.Headers.Allow = (there.Contains(HttpMethods.Get, StringComparison.Ordinal) ? $"{there}, HEAD" : there) + ", OPTIONS";
            }
        });
    }
}
