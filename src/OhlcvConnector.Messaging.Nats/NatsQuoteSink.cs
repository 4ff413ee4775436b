using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>
/// A stream of NATS JetStream that candles are published to. Each message says behind which of its series it stands (compare-and-append), so that of two
/// publishers, or of one that was thought dead, each candle is stored once and in order, however much later that is.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
public sealed class NatsQuoteSink : IQuoteSink
{
    private readonly NatsLink _link;
    private readonly bool _ownsLink;
    private readonly BusPayload _payload;
    private readonly string _prefix;
    private readonly ConcurrentDictionary<Series, Place> _places = [];
    private readonly SemaphoreSlim _opening = new(1, 1);
    private INatsJSStream? _stream;
    private long _fenced;

    /// <summary>Creates it; it is connected to when there is something to do.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loggers">Takes what the connection logs; null for no log.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public NatsQuoteSink(NatsBusOptions options, ILoggerFactory? loggers = null)
        : this(new NatsLink(options ?? throw new ArgumentNullException(nameof(options)), loggers), ownsLink: true)
    {
    }

    internal NatsQuoteSink(NatsLink link, bool ownsLink)
    {
        (_link, _ownsLink) = (link, ownsLink);
        _payload = new BusPayload(link.Options.IsSandbox);
        _prefix = link.Options.Prefix;
    }

    /// <inheritdoc/>
    public string Location => $"{_link.Address} stream {_link.Options.Stream}";

    /// <summary>How often JetStream refused a message because another came between (its error 10071), since this was made.</summary>
    public long WrongLastSequence => Volatile.Read(ref _fenced);

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> EndAsync(Series series, CancellationToken cancellationToken = default)
    {
        var place = PlaceOf(series);
        place.Tail = null;
        var tail = await TailAsync(place, cancellationToken).ConfigureAwait(false);
        return tail.IsEmpty ? null : DateTimeOffset.FromUnixTimeMilliseconds(tail.EndMs);
    }

    /// <inheritdoc/>
    public async ValueTask<SinkOutcome> AppendAsync(PriceQuote closed, CancellationToken cancellationToken = default)
    {
        BusPayload.CheckClosed(closed);
        var place = PlaceOf(closed.Series);
        var tail = place.Tail ?? await TailAsync(place, cancellationToken).ConfigureAwait(false);
        if (closed.IsRevision)
        {
            return await ReviseAsync(place, tail, closed, cancellationToken).ConfigureAwait(false);
        }

        if (closed.GapBefore is { } gap && gap.To.ToUnixTimeMilliseconds() > tail.EndMs && closed.OpenMs >= tail.EndMs)
        {
            var withGap = tail with { EndMs = gap.To.ToUnixTimeMilliseconds() };
            var id = string.Create(CultureInfo.InvariantCulture, $"{place.Subject}:gap:{withGap.EndMs}");
            var told = await StoreAsync(place, tail, withGap, BusHeaders.Gap, id, _payload.Gap(closed.Series, gap), cancellationToken).ConfigureAwait(false);
            if (told == SinkOutcome.Fenced)
            {
                return told;
            }

            tail = place.Tail ?? withGap;
        }

        if (closed.OpenMs < tail.EndMs)
        {
            return SinkOutcome.AlreadyThere;
        }

        var next = tail with { EndMs = closed.CloseMs, Sequence = tail.Sequence + 1 };
        return await StoreAsync(
            place, tail, next, BusHeaders.Candle, string.Create(CultureInfo.InvariantCulture, $"{place.Subject}:{closed.OpenMs}:0"),
            _payload.Quote(closed, next.Sequence, next.Epoch), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask UpdateAsync(PriceQuote open, CancellationToken cancellationToken = default)
    {
        var place = PlaceOf(open.Series);
        if (place.Tail is not { } tail)
        {
            return; // it is not known yet which number it will have
        }

        var next = tail with { Sequence = tail.Sequence + 1 };
        await TellAsync(
            place.OpenSubject, BusHeaders.Open, next, _payload.Quote(open, next.Sequence, next.Epoch), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask TellAsync(SeriesStatus status, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        var tail = PlaceOf(status.Series).Tail ?? SeriesTail.Begin();
        await TellAsync(
            BusSubject.Of($"{_prefix}-status", status.Series), BusHeaders.Status, tail, _payload.Status(status), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ownsLink)
        {
            await _link.DisposeAsync().ConfigureAwait(false);
        }

        _opening.Dispose();
    }

    private Place PlaceOf(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return _places.GetOrAdd(series, static (one, prefix) => new Place(BusSubject.Of(prefix, one), BusSubject.Of($"{prefix}-open", one)), _prefix);
    }

    private async ValueTask<SinkOutcome> ReviseAsync(Place place, SeriesTail tail, PriceQuote revision, CancellationToken cancellationToken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{place.Subject}:{revision.OpenMs}:{BusPayload.Fingerprint(revision)}");
        return await StoreAsync(
            place, tail, tail, BusHeaders.Revision, id, _payload.Quote(revision, tail.Sequence, tail.Epoch), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores one message behind the tail, or finds out why not.</summary>
    /// <param name="place">The series' place.</param>
    /// <param name="tail">What is believed to be there.</param>
    /// <param name="next">What is there with the message.</param>
    /// <param name="kind">The message's kind.</param>
    /// <param name="id">Its id; null for none, where JetStream remembers the id of a message that somebody deleted.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async ValueTask<SinkOutcome> StoreAsync(
        Place place, SeriesTail tail, SeriesTail next, string kind, string? id, byte[] payload, CancellationToken cancellationToken)
    {
        var context = await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        place.Tail = null; // whatever goes wrong from here on, it is not known what is there
        var left = _link.IsConnected ? _link.Options.Timeout : TimeSpan.Zero; // what was sent is stored: who stops waits as long as for any answer to learn so
        using var patience = new CancellationTokenSource();
        await using var stopping = cancellationToken.Register(() => patience.CancelAfter(left)).ConfigureAwait(false);
        PubAckResponse answer;
        try
        {
            answer = await context.PublishAsync(
                place.Subject, payload, opts: new NatsJSPubOpts { MsgId = id, ExpectedLastSubjectSequence = tail.StreamSequence, RetryAttempts = 1 },
                headers: BusFormat.Headers(_payload, kind, next), cancellationToken: patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (NatsErrors.IsOfNats(exception, cancellationToken))
        {
            _stream = null; // it may be gone
            throw NatsErrors.OfAsking(_link, $"store a candle of {place.Subject}", exception);
        }

        if (answer.Error is null && !answer.Duplicate)
        {
            place.Tail = next with { StreamSequence = answer.Seq };
            return SinkOutcome.Stored;
        }

        if (answer.Error is { } error)
        {
            if (error.ErrCode != NatsErrors.WrongLastSequence)
            {
                throw NatsErrors.Of(_link, $"store a candle of {place.Subject}", error);
            }

            Interlocked.Increment(ref _fenced);
        }

        var now = await TailAsync(place, cancellationToken).ConfigureAwait(false);
        var isRevision = kind == BusHeaders.Revision; // of which the end says nothing
        if (isRevision ? answer.Duplicate || place.LastId == id : now.EndMs >= next.EndMs)
        {
            return SinkOutcome.AlreadyThere;
        }

        return answer.Duplicate && now.StreamSequence == tail.StreamSequence
            ? await StoreAsync(place, tail, next, kind, id: null, payload, cancellationToken).ConfigureAwait(false)
            : SinkOutcome.Fenced;
    }

    /// <summary>The end of a series, out of the stream's leader, so that it is never an older one.</summary>
    private async ValueTask<SeriesTail> TailAsync(Place place, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var newest = await stream.FindAsync(new StreamMsgGetRequest { LastBySubj = place.Subject }, cancellationToken).ConfigureAwait(false);
            var headers = newest is null ? null : StoredHeaders.Of(newest);
            place.LastId = headers?.Value("Nats-Msg-Id");
            return place.Tail = newest is null ? SeriesTail.Begin() : SeriesTail.Read(newest.Seq, headers!.Value);
        }
        catch (FormatException exception)
        {
            throw new SinkException(
                SinkTrouble.Unfit,
                $"{Location} has a message under {place.Subject} that is none of ours: {exception.Message}. Name another stream, or a version of this program that knows it.",
                exception);
        }
        catch (Exception exception) when (NatsErrors.IsOfNats(exception, cancellationToken))
        {
            _stream = null;
            throw NatsErrors.OfAsking(_link, $"read the end of {place.Subject}", exception);
        }
    }

    private async ValueTask<INatsJSStream> OpenAsync(CancellationToken cancellationToken)
    {
        if (_stream is { } there)
        {
            await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return there;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _stream ??= await BusStream.OpenAsync(_link, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async ValueTask TellAsync(string subject, string kind, SeriesTail tail, byte[] payload, CancellationToken cancellationToken)
    {
        var context = await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        if (!_link.IsConnected)
        {
            throw new SinkException(SinkTrouble.Unreachable, $"NATS at {_link.Address} is not there now, and nobody was told of {subject}.");
        }

        try
        {
            await context.Connection.PublishAsync(subject, payload, headers: BusFormat.Headers(_payload, kind, tail), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (NatsErrors.IsOfNats(exception, cancellationToken))
        {
            throw NatsErrors.OfAsking(_link, $"tell of {subject}", exception);
        }
    }

    /// <summary>Place of a series on the bus; one writer at a time.</summary>
    private sealed class Place(string subject, string openSubject)
    {
        private volatile SeriesTail? _tail;

        public string Subject { get; } = subject;

        /// <summary>Where its open candles are told.</summary>
        public string OpenSubject { get; } = openSubject;

        /// <summary>What the bus has of it; null when that must be asked.</summary>
        public SeriesTail? Tail
        {
            get => _tail;
            set => _tail = value;
        }

        /// <summary>Id of the newest message when it was read last; null for none.</summary>
        public string? LastId { get; set; }
    }
}
