using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OhlcvConnector.Dashboard;

/// <summary>
/// Serves the dashboard below <c>/</c>: files that are embedded in this assembly, with headers that let nothing but them run. It holds no data of its own; the
/// page asks the server's API, as any program could.
/// </summary>
public static class DashboardEndpoint
{
    /// <summary>Page that <c>/</c> shows.</summary>
    private const string Index = "index.html";

    /// <summary>
    /// Hash of the one style sheet that the chart library writes into the page by itself, for its attribution; every other style and script must come from a
    /// file of the server.
    /// </summary>
    internal const string ChartStyleHash = "sha256-3pRED1tOXas1FXFoPb9TGCjmYe9XQsmO9OV23khV2nY=";

    internal const string ContentSecurityPolicy =
        $"default-src 'none'; script-src 'self'; style-src 'self' '{ChartStyleHash}'; img-src 'self' data: blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskEachTime = "no-cache";

    /// <summary>Adds a path for each file, and <c>/</c> for the page.</summary>
    /// <param name="routes">Routes of the server.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, file) in DashboardFile.All())
        {
            RequestDelegate answer = context => AnswerAsync(context, file);
            routes.MapGet("/" + path, answer).ExcludeFromDescription();
            if (path == Index)
            {
                routes.MapGet("/", answer).ExcludeFromDescription();
            }
        }
    }

    private static Task AnswerAsync(HttpContext context, DashboardFile file)
    {
        var (headers, isCompressed) = (context.Response.Headers, AcceptsGzip(context.Request));
        var tag = $"\"{file.Hash}{(isCompressed ? "-gzip" : "")}\"";
        headers.ETag = tag;
        headers.CacheControl = file.IsNamedByContent ? Forever : AskEachTime;
        headers.Vary = "Accept-Encoding";
        Protect(headers);
        if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var body = isCompressed ? file.Compressed : file.Content;
        if (isCompressed)
        {
            headers.ContentEncoding = "gzip";
        }

        headers.ContentType = file.ContentType;
        headers.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>No script but ours, no other page around ours, nothing told to other pages.</summary>
    private static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        request.Headers.AcceptEncoding.ToString().Split(',').Select(one => one.Split(';', StringSplitOptions.TrimEntries)).Any(
            one => one[0].Equals("gzip", StringComparison.OrdinalIgnoreCase) && !one.Skip(1).Any(weight => weight is "q=0" or "q=0.0"));
}
