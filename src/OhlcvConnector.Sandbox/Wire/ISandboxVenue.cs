using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>A simulated venue: the other side of the wire, written from the venue's protocol page alone.</summary>
/// <remarks>
/// A venue maps its own paths under its prefix. For a stream it accepts the WebSocket with <see cref="Routes.AcceptStreamAsync"/>, giving an
/// <see cref="IStreamDialect"/> that answers the client's messages by <see cref="StreamSession.Subscribe"/> and <see cref="StreamSession.SendAsync"/>;
/// the session then sends the candles. For REST it reads candles from its <see cref="MarketBooks"/> and writes the venue's JSON.
/// Limits are <see cref="LimitWindow"/>s; each refusal is reported by <see cref="VenueWorld.Violated"/>, which says whether to enforce it.
/// </remarks>
internal interface ISandboxVenue
{
    /// <summary>The venue's name.</summary>
    string Exchange { get; }

    /// <summary>Markets of the venue, each with the paths of its stream and REST.</summary>
    IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths { get; }

    /// <summary>The market's markets; null when it has no such market.</summary>
    MarketBooks? Market(Market market);

    /// <summary>Maps its paths.</summary>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>Answers a request for a path that it does not have: 404 without a word, unless the venue has words for it.</summary>
    Task UnknownPathAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
