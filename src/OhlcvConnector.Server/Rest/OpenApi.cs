using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Server.Rest;

/// <summary>The description of the REST paths, which is a file of its own beside this one.</summary>
internal static class OpenApi
{
    /// <summary>Answers with the document.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var document = typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.json")!;
        await using (document.ConfigureAwait(false))
        {
            await document.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
