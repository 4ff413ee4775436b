using System.Text;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Replay;

/// <summary>Listings as they were recorded: the exchange's own bytes.</summary>
internal static class RecordedAnswers
{
    /// <summary>Answers a request that was recorded; others are left to the venue.</summary>
    public static async Task<bool> TryAsync(HttpContext context, World world, VenueWorld venue)
    {
        if (world.Recorded?.Of(venue.Exchange) is not { } book)
        {
            return false;
        }

        var asked = context.Request.Path + context.Request.QueryString.ToString();
        if (HttpMethods.IsPost(context.Request.Method))
        {
            context.Request.EnableBuffering();
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
            asked += " " + await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
            context.Request.Body.Position = 0;
        }

        if (book.Answer(asked) is not { } body)
        {
            return false;
        }

        venue.Served();
        await context.WriteJsonAsync(StatusCodes.Status200OK, body).ConfigureAwait(false);
        return true;
    }
}
