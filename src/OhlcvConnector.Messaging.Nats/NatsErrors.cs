using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>What NATS says, in words that say what to do.</summary>
internal static class NatsErrors
{
    /// <summary>Another message came between: the guard of compare-and-append.</summary>
    public const int WrongLastSequence = 10071;

    /// <summary>There is no such message.</summary>
    public const int NoMessage = 10037;

    /// <summary>Code, as HTTP's, of what is not there.</summary>
    public const int NotFound = 404;

    /// <summary>There is no such stream.</summary>
    public const int NoStream = 10059;

    /// <summary>Another stream has these subjects.</summary>
    private const int SubjectsOverlap = 10065;

    private static readonly int[] Full = [10002, 10023, 10028, 10047, 10077]; // resources of account, server, memory, storage; the stream's own limits

    /// <summary>A request was not answered well.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="doing">What was to be done, such as <c>read the stream</c>.</param>
    /// <param name="exception">What came instead.</param>
    public static SinkException OfAsking(NatsLink link, string doing, Exception exception) => exception switch
    {
        SinkException known => known,
        NatsJSApiException api => Of(link, doing, api.Error, exception),
        NatsNoRespondersException or NatsJSPublishNoResponseException or NatsJSApiNoResponseException when link.IsConnected => new SinkException(
            SinkTrouble.Unreachable,
            $"NATS at {link.Address} has nobody who answers when we {doing}: it starts, its cluster has no leader, or JetStream is off (start it with -js), or this user may not use '$JS.API.>' and '{link.Options.Prefix}.>'.",
            exception),
        _ when link.IsConnected => new SinkException(
            SinkTrouble.Unreachable,
            $"NATS at {link.Address} did not answer within {link.Options.Timeout.TotalSeconds:0.#} s when we {doing}. It is overloaded, or its log tells of a permissions violation: check that this user may publish to '{link.Options.Prefix}.>', '{link.Options.Prefix}-open.>', '{link.Options.Prefix}-status.>' and '$JS.API.>'.",
            exception),
        _ => new SinkException(SinkTrouble.Unreachable, $"The connection to NATS at {link.Address} was lost when we {doing}; it is made again by itself.", exception),
    };

    /// <summary>JetStream refused.</summary>
    public static SinkException Of(NatsLink link, string doing, ApiError error, Exception? exception = null)
    {
        var stream = link.Options.Stream;
        return error.ErrCode switch
        {
            _ when Full.Contains(error.ErrCode) => new SinkException(
                SinkTrouble.Full,
                $"The stream {stream} at {link.Address} takes no more ({error.Description}). Raise its limits (nats stream edit {stream}), let it drop the oldest (discard old), or give the server more storage.",
                exception),
            NoStream => new SinkException(
                SinkTrouble.Unreachable, $"NATS at {link.Address} has no stream {stream} (any more). A publisher makes it; it goes on then.", exception),
            SubjectsOverlap => new SinkException(
                SinkTrouble.Unfit,
                $"Another stream at {link.Address} has subjects of '{link.Options.Prefix}.>' ({error.Description}). Name that one, or another name than {stream}.",
                exception),
            _ when error.Code == 503 => new SinkException(
                SinkTrouble.Unreachable, $"JetStream at {link.Address} is not ready when we {doing}: {error.Description}.", exception),
            _ => new SinkException(
                SinkTrouble.Unfit, $"JetStream at {link.Address} refused when we {doing}: {error.Description} (error {error.ErrCode}).", exception),
        };
    }

    /// <summary>True for what NATS throws.</summary>
    public static bool IsOfNats(Exception exception, CancellationToken cancellationToken) =>
        exception is NatsException or TimeoutException or IOException or ObjectDisposedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
