using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Common.Rest;

/// <summary>The listing of any market, kept for an hour.</summary>
internal sealed class VenueInstruments(VenueAccess access, VenueRest rest) : IDisposable
{
    private const int MostPages = 200;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private IReadOnlyList<Instrument>? _listed;
    private long _listedAt;

    /// <summary>Everything that is listed.</summary>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts.</exception>
    public async Task<IReadOnlyList<Instrument>> ListAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_listed is null || access.Options.TimeProvider.GetElapsedTime(_listedAt) > Kept)
            {
                _listed = await ReadAsync(cancellationToken).ConfigureAwait(false);
                _listedAt = access.Options.TimeProvider.GetTimestamp();
            }

            return _listed;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<Instrument>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new List<Instrument>();
        string? cursor = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = new List<Instrument>();
            var asked = cursor;
            var (reply, _) = await rest.SendAsync(access.Venue.InstrumentPage(access.Market, cursor), Decode, subject: null, cancellationToken).ConfigureAwait(false);
            if (reply.Outcome == RestOutcome.Refused)
            {
                throw new ExchangeUnavailableException(access.Venue.Name, $"{access.Name} refused to list its instruments: {reply.Text}");
            }

            found.AddRange(page);
            cursor = reply.Cursor;
            if (string.IsNullOrEmpty(cursor))
            {
                break;
            }

            RestReply Decode(in RestAnswer answer, long venueNowMs)
            {
                page.Clear();
                return access.Venue.TryDecodeInstruments(access.Market, asked, answer, page);
            }
        }

        return found;
    }
}
