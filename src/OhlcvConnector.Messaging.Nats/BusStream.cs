using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>The stream that candles are stored in: finds or makes it, and refuses one that would lose candles, or mix simulated ones with live ones.</summary>
internal static class BusStream
{
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromMinutes(2);

    /// <summary>Finds the stream, or makes it, and checks that it fits what is to be published.</summary>
    /// <exception cref="SinkException">It cannot be had, or does not fit; the message says what to do.</exception>
    public static Task<INatsJSStream> OpenAsync(NatsLink link, CancellationToken cancellationToken) => AskAsync(
        link,
        async context =>
        {
            var stream = await FindAsync(context, link.Options.Stream, cancellationToken).ConfigureAwait(false)
                ?? await context.CreateStreamAsync(New(link.Options), cancellationToken).ConfigureAwait(false);
            Check(link, stream.Info.Config);
            if (await IsSandboxAsync(link, stream, cancellationToken).ConfigureAwait(false) is { } isSandbox && isSandbox != link.Options.IsSandbox)
            {
                throw Unfit(
                    link,
                    $"is of {(isSandbox ? "simulated (SANDBOX)" : "live")} candles, and these are {(isSandbox ? "live" : "simulated (SANDBOX)")}: the two are never mixed. Name another stream, such as {link.Options.Stream}_{(isSandbox ? "LIVE" : "SANDBOX")}");
            }

            if (IsSandbox(stream.Info.Config.Description) is null)
            {
                stream.Info.Config.Description = Description(link.Options.IsSandbox);
                await context.UpdateStreamAsync(stream.Info.Config, cancellationToken).ConfigureAwait(false);
            }

            return stream;
        },
        cancellationToken);

    /// <summary>Finds the stream, to read it.</summary>
    /// <returns>The stream, and whether its candles are simulated.</returns>
    /// <exception cref="SinkException">It is not there; the message says what to do.</exception>
    public static Task<(INatsJSStream Stream, bool IsSandbox)> FindAsync(NatsLink link, CancellationToken cancellationToken) => AskAsync(
        link,
        async context =>
        {
            var stream = await FindAsync(context, link.Options.Stream, cancellationToken).ConfigureAwait(false)
                ?? throw new SinkException(
                    SinkTrouble.Unreachable,
                    $"NATS at {link.Address} has no stream {link.Options.Stream} yet: nothing was published there. Start a publisher, such as connector-cli publish, or name the stream.");
            return (stream, await IsSandboxAsync(link, stream, cancellationToken).ConfigureAwait(false) ?? false);
        },
        cancellationToken);

    /// <summary>Says whether a stream's words call it simulated; null when they say nothing.</summary>
    internal static bool? IsSandbox(string? description) =>
        description is null ? null
        : description.Contains(BusPayload.Simulated, StringComparison.Ordinal) ? true
        : description.Contains(BusPayload.Live, StringComparison.Ordinal) ? false
        : null;

    /// <summary>A stored message; null when there is none.</summary>
    public static async Task<StoredMessage?> FindAsync(this INatsJSStream stream, StreamMsgGetRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await stream.GetAsync(request, cancellationToken).ConfigureAwait(false)).Message;
        }
        catch (NatsJSApiException exception) when (exception.Error.ErrCode == NatsErrors.NoMessage)
        {
            return null;
        }
    }

    private static async Task<INatsJSStream?> FindAsync(NatsJSContext context, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await context.GetStreamAsync(name, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException exception) when (exception.Error.ErrCode == NatsErrors.NoStream)
        {
            return null;
        }
    }

    private static StreamConfig New(NatsBusOptions options) => new(options.Stream, [$"{options.Prefix}.>"])
    {
        Description = Description(options.IsSandbox),
        Retention = StreamConfigRetention.Limits,
        Storage = StreamConfigStorage.File,
        Discard = StreamConfigDiscard.Old,
        MaxMsgsPerSubject = options.MaxPerSeries ?? -1,
        MaxBytes = options.MaxBytes ?? -1,
        MaxAge = options.MaxAge ?? TimeSpan.Zero,
        NumReplicas = options.Replicas ?? 1,
        DuplicateWindow = options.MaxAge is { } age && age < DuplicateWindow ? age : DuplicateWindow,
        AllowDirect = true,
    };

    private static string Description(bool isSandbox) => $"Candles of OhlcvConnector, {new BusPayload(isSandbox).Label}";

    /// <summary>What somebody else made is taken as it is, unless candles would get lost in it or the settings say otherwise.</summary>
    private static void Check(NatsLink link, StreamConfig stream)
    {
        var options = link.Options;
        var subject = $"{options.Prefix}.>";
        if (stream.Subjects?.Contains(subject) != true)
        {
            throw Unfit(link, $"has the subjects {string.Join(", ", stream.Subjects ?? [])}, and '{subject}' is not among them. Add it: nats stream edit {options.Stream} --subjects '{subject}'");
        }

        if (stream.Retention != StreamConfigRetention.Limits)
        {
            throw Unfit(link, $"drops what somebody has read (retention {stream.Retention}). Make one with --retention limits under another name, and name that");
        }

        if (stream.Sealed)
        {
            throw Unfit(link, "is sealed: nothing can be added. Name another stream");
        }

        Compare("candles a series", options.MaxPerSeries, stream.MaxMsgsPerSubject > 0 ? stream.MaxMsgsPerSubject : null);
        Compare("bytes", options.MaxBytes, stream.MaxBytes > 0 ? stream.MaxBytes : null);
        Compare("age", options.MaxAge, stream.MaxAge > TimeSpan.Zero ? stream.MaxAge : null);
        Compare("replicas", options.Replicas, stream.NumReplicas);

        void Compare<T>(string what, T? wanted, T? has)
            where T : struct
        {
            if (wanted is not null && !wanted.Equals(has))
            {
                throw Unfit(link, $"has another limit ({what}: {has?.ToString() ?? "none"}, and the settings say {wanted}). Change one of them: nats stream edit {options.Stream}, or leave the setting out");
            }
        }
    }

    /// <summary>The label stands in the description of the stream; where somebody else made it, the newest message says. Null while nothing does.</summary>
    private static async Task<bool?> IsSandboxAsync(NatsLink link, INatsJSStream stream, CancellationToken cancellationToken)
    {
        var info = stream.Info;
        if (IsSandbox(info.Config.Description) is not null || info.State.Messages == 0)
        {
            return IsSandbox(info.Config.Description);
        }

        var newest = await stream.GetAsync(new StreamMsgGetRequest { Seq = info.State.LastSeq }, cancellationToken).ConfigureAwait(false);
        return StoredHeaders.Of(newest.Message).Value(BusHeaders.Label) switch
        {
            BusPayload.Simulated => true,
            BusPayload.Live => false,
            _ => throw Unfit(link, "holds messages that are no candles of ours. Name another stream"),
        };
    }

    private static async Task<T> AskAsync<T>(NatsLink link, Func<NatsJSContext, Task<T>> ask, CancellationToken cancellationToken)
    {
        var context = await link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ask(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (NatsErrors.IsOfNats(exception, cancellationToken))
        {
            throw NatsErrors.OfAsking(link, $"open the stream {link.Options.Stream}", exception);
        }
    }

    private static SinkException Unfit(NatsLink link, string what) =>
        new(SinkTrouble.Unfit, $"The stream {link.Options.Stream} at {link.Address} {what}.");
}
