using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Server.Hosting;

/// <summary>HEAD and OPTIONS, wherever there is a GET.</summary>
internal static class ReadingMethods
{
    private const string Allowed = "GET, HEAD, OPTIONS";

    /// <summary>Adds the routing, with both.</summary>
    public static void Use(WebApplication application)
    {
        var asked = new object();
        application.Use((context, next) =>
        {
            var method = context.Request.Method;
            if (HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
            {
                context.Items[asked] = method;
                context.Request.Method = HttpMethods.Get; // the server itself leaves out the body of an answer to HEAD
            }

            return next(context);
        });
        application.UseRouting();
        application.Use((context, next) =>
        {
            if (context.Items[asked] is not string method || !HttpMethods.IsOptions(method) || context.GetEndpoint() is null)
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers.Allow = Allowed;
            return Task.CompletedTask;
        });
    }
}
