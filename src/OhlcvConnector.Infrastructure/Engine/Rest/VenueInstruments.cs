using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>The listing of any market, kept for an hour, and for as long as the venue does not answer.</summary>
internal sealed partial class VenueInstruments(VenueAccess access, VenueRest rest) : IDisposable
{
    private const int MaxPages = 200;
    /// <summary>Time for which a listing is as good as new.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = access.Loggers.CreateLogger<VenueInstruments>();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentDictionary<string, (Instrument? Instrument, long At)> _found = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<Instrument>? _listed;
    private long _listedAt;
    private long _triedAt;

    /// <summary>Returns everything that is listed, as it was within the last hour, or longer ago while the venue does not answer.</summary>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts, and never one before.</exception>
    public Task<IReadOnlyList<Instrument>> ListAsync(CancellationToken cancellationToken) => ListAsync(Kept, cancellationToken);

    /// <summary>Returns everything that is listed, not older than that; read at most once a minute.</summary>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts, and never one before.</exception>
    public async Task<IReadOnlyList<Instrument>> ListAsync(TimeSpan oldest, CancellationToken cancellationToken)
    {
        var old = _listed;
        if (!await _one.WaitAsync(old is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            return old!; // somebody reads it anew, which can take long
        }

        try
        {
            return await ReadIfOlderAsync(oldest, cancellationToken).ConfigureAwait(false);
        }
        catch (ExchangeUnavailableException exception) when (_listed is { } known)
        {
            LogOldServes(_logger, access.Name, access.Options.TimeProvider.GetElapsedTime(_listedAt), exception.Message);
            return known;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Returns everything that is listed, read anew unless that was done or tried within the last minute.</summary>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts.</exception>
    public async Task<IReadOnlyList<Instrument>> ListAgainAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadIfOlderAsync(BetweenAttempts, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Returns the instrument of exactly this spelling where the venue can be asked for one without its listing; null where it cannot, or has none. What was
    /// read lately is not asked for again.
    /// </summary>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts.</exception>
    public async Task<Instrument?> FindAsync(string symbol, TimeSpan oldest, CancellationToken cancellationToken)
    {
        var time = access.Options.TimeProvider;
        if (access.Venue.InstrumentLookup(access.Market, symbol) is not { } request)
        {
            return null;
        }

        if (_listed is { } listed && time.GetElapsedTime(_listedAt) <= oldest)
        {
            return listed.FirstOrDefault(instrument => instrument.VenueSymbol == symbol);
        }

        if (_found.TryGetValue(symbol, out var before) && time.GetElapsedTime(before.At) <= oldest)
        {
            return before.Instrument;
        }

        var page = new List<Instrument>();
        var (reply, _) = await rest.SendAsync(request, Decode, subject: this, cancellationToken).ConfigureAwait(false);
        if (reply.Outcome == RestOutcome.Refused)
        {
            throw new ExchangeUnavailableException(access.Venue.Name, $"{access.Name} refused to say whether it has {symbol}: {reply.Text}");
        }

        var found = Labelled(page).FirstOrDefault(instrument => instrument.VenueSymbol == symbol);
        _found[symbol] = (found, time.GetTimestamp());
        return found;

        RestReply Decode(in RestAnswer answer, long venueNowMs)
        {
            page.Clear();
            return access.Venue.TryDecodeInstruments(access.Market, symbol, answer, page);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<Instrument>> ReadIfOlderAsync(TimeSpan oldest, CancellationToken cancellationToken)
    {
        var time = access.Options.TimeProvider;
        if (_listed is { } known && (time.GetElapsedTime(_listedAt) <= oldest || time.GetElapsedTime(_triedAt) < BetweenAttempts))
        {
            return known;
        }

        _triedAt = time.GetTimestamp();
        var read = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (read.Count == 0 && _listed is { Count: > 0 } before)
        {
            throw new ExchangeUnavailableException(access.Venue.Name, $"{access.Name} listed nothing, where it had listed {before.Count} instruments");
        }

        _listedAt = _triedAt;
        return _listed = read;
    }

    /// <summary>
    /// Page after page. A list has ended when it names no next page, but also when it names one for ever: one that was asked for before, or one that brings
    /// nothing new.
    /// </summary>
    private async Task<IReadOnlyList<Instrument>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        var askedFor = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var page = new List<Instrument>();
            var asked = cursor;
            var (reply, _) = await rest.SendAsync(access.Venue.InstrumentPage(access.Market, cursor), Decode, subject: this, cancellationToken)
                .ConfigureAwait(false);
            if (reply.Outcome == RestOutcome.Refused)
            {
                throw new ExchangeUnavailableException(access.Venue.Name, $"{access.Name} refused to list its instruments: {reply.Text}");
            }

            var isStale = page.Count > 0 && !Collect(page, found);
            var next = string.IsNullOrEmpty(reply.Cursor) || isStale || askedFor.Contains(reply.Cursor) ? reply.NextList : reply.Cursor;
            if (next is null || !askedFor.Add(next))
            {
                return Labelled(found.Values);
            }

            cursor = next;

            RestReply Decode(in RestAnswer answer, long venueNowMs)
            {
                page.Clear();
                return access.Venue.TryDecodeInstruments(access.Market, asked, answer, page);
            }
        }

        LogTooLong(_logger, access.Name, MaxPages, found.Count);
        return Labelled(found.Values);
    }

    private IReadOnlyList<Instrument> Labelled(IReadOnlyCollection<Instrument> found) =>
        access.Options.Sandbox is null ? [.. found] : [.. found.Select(instrument => instrument with { IsSandbox = true })];

    /// <summary>Adds a page. Of rows with one name the one that trades counts: a symbol that was delisted and listed again can have two.</summary>
    /// <returns>True when it held anything new.</returns>
    private static bool Collect(List<Instrument> page, Dictionary<string, Instrument> found)
    {
        var isNew = false;
        foreach (var row in page)
        {
            var instrument = row.BaseAsset.Length == 0 || row.QuoteAsset.Length == 0 ? row with { Symbol = row.VenueSymbol } : row; // half a name would be none
            if (!found.TryGetValue(row.VenueSymbol, out var known))
            {
                found.Add(row.VenueSymbol, instrument);
                isNew = true;
            }
            else if (row.IsTrading && !known.IsTrading)
            {
                found[row.VenueSymbol] = instrument;
            }
        }

        return isNew;
    }

    [LoggerMessage(ConnectorEventIds.ListingOld, LogLevel.Warning, "The listing of {Market} could not be read again, so the one of {Age} ago serves: {Reason}")]
    private static partial void LogOldServes(ILogger logger, string market, TimeSpan age, string reason);

    [LoggerMessage(ConnectorEventIds.ListingOld, LogLevel.Warning, "The listing of {Market} does not end: after {Pages} pages it is taken as it is, {Count} instruments")]
    private static partial void LogTooLong(ILogger logger, string market, int pages, int count);
}
