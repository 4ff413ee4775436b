using System.Diagnostics.CodeAnalysis;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>Asks the stream for single messages: the newest of a series, and where in the stream a moment of it lies.</summary>
/// <param name="link">The connection.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless asked for one.")]
internal sealed class BusStore(NatsLink link)
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private INatsJSStream? _stream;

    /// <summary>The connection.</summary>
    public NatsLink Link { get; } = link;

    /// <summary>True when the stream's candles are simulated.</summary>
    public bool IsSandbox { get; private set; }

    /// <summary>The number of the newest message of all series.</summary>
    public async Task<ulong> LastSequenceAsync(CancellationToken cancellationToken) =>
        (await InfoAsync(null, cancellationToken).ConfigureAwait(false)).State.LastSeq;

    /// <summary>What the stream says of itself.</summary>
    /// <param name="subjects">Of which subjects the numbers of messages are wanted; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<StreamInfo> InfoAsync(string? subjects, CancellationToken cancellationToken)
    {
        await StreamAsync(cancellationToken).ConfigureAwait(false);
        var context = await Link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await AskAsync(
            async () =>
            {
                var stream = await context.GetStreamAsync(
                    Link.Options.Stream, subjects is null ? null : new StreamInfoRequest { SubjectsFilter = subjects }, cancellationToken)
                    .ConfigureAwait(false);
                return stream.Info;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest message of a series; null when there is none.</summary>
    public Task<BusRecord?> NewestAsync(string subject, CancellationToken cancellationToken) =>
        GetAsync(new StreamMsgGetRequest { LastBySubj = subject }, cancellationToken);

    /// <summary>Up to which moment the newest message of all series reaches, Unix epoch milliseconds UTC; 0 when there is none.</summary>
    public async Task<long> NewestEndMsAsync(CancellationToken cancellationToken) =>
        await NewestAsync($"{Link.Options.Prefix}.>", cancellationToken).ConfigureAwait(false) is { } newest ? newest.Tail.EndMs : 0;

    /// <summary>When the message of a number was stored; null when there is none.</summary>
    public async Task<DateTimeOffset?> StoredAtAsync(ulong sequence, CancellationToken cancellationToken)
    {
        var stream = await StreamAsync(cancellationToken).ConfigureAwait(false);
        return await AskAsync(
            async () => await stream.FindAsync(new StreamMsgGetRequest { Seq = sequence }, cancellationToken).ConfigureAwait(false) is { } message
                ? message.Time
                : (DateTimeOffset?)null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The number from which on the stream has what a series has behind a moment: found by halving, for messages of a series stand in the order of its candles,
    /// whenever they were stored.
    /// </summary>
    /// <param name="subject">The series' subject.</param>
    /// <param name="endMs">The moment, Unix epoch milliseconds UTC.</param>
    /// <param name="newest">The newest message of the series, which ends behind the moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ulong> FindAsync(string subject, long endMs, SeriesTail newest, CancellationToken cancellationToken)
    {
        var low = (await InfoAsync(null, cancellationToken).ConfigureAwait(false)).State.FirstSeq;
        var high = newest.StreamSequence;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var found = await GetAsync(new StreamMsgGetRequest { NextBySubj = subject, Seq = middle }, cancellationToken).ConfigureAwait(false);
            if (found is null || found.Tail.EndMs > endMs)
            {
                high = middle;
            }
            else
            {
                low = found.Tail.StreamSequence + 1;
            }
        }

        return low;
    }

    /// <summary>The stream, which is looked for until it is there.</summary>
    public async Task<INatsJSStream> StreamAsync(CancellationToken cancellationToken)
    {
        if (_stream is { } there)
        {
            await Link.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return there;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_stream is { } made)
            {
                return made;
            }

            var (stream, isSandbox) = await BusStream.FindAsync(Link, cancellationToken).ConfigureAwait(false);
            IsSandbox = isSandbox;
            return _stream = stream;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Takes a message into its series.</summary>
    /// <exception cref="SinkException">It cannot be read.</exception>
    public PriceQuote? Take(BusSeries series, BusRecord record)
    {
        try
        {
            return series.Take(record);
        }
        catch (FormatException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>A message cannot be read.</summary>
    public SinkException Unreadable(FormatException exception) => new(
        SinkTrouble.Unfit,
        $"The stream {Link.Options.Stream} at {Link.Address} has a message that cannot be read: {exception.Message}. Was it written by another program, or a newer version of this one?",
        exception);

    private async Task<BusRecord?> GetAsync(StreamMsgGetRequest request, CancellationToken cancellationToken)
    {
        var stream = await StreamAsync(cancellationToken).ConfigureAwait(false);
        return await AskAsync(
            async () =>
            {
                var message = await stream.FindAsync(request, cancellationToken).ConfigureAwait(false);
                return message is null ? null : BusRecord.Read(message.Subject, message.Seq, StoredHeaders.Of(message).Value, message.Data.ToArray());
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (FormatException exception)
        {
            throw Unreadable(exception);
        }
        catch (Exception exception) when (NatsErrors.IsOfNats(exception, cancellationToken))
        {
            throw NatsErrors.OfAsking(Link, $"read the stream {Link.Options.Stream}", exception);
        }
    }
}
