using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>One state of a listed instrument: its spellings, steps and status, and when readings of the market found it so.</summary>
/// <param name="Instrument">The instrument as it was; without <see cref="Instrument.Aliases"/>, which are the adapter's own.</param>
/// <param name="FirstSeen">The first reading that found it so, UTC.</param>
/// <param name="LastSeen">The last reading that found it so, UTC.</param>
/// <param name="EndedAt">The first reading that found it otherwise, or not at all, UTC; null while none did.</param>
public sealed record KeptListing(Instrument Instrument, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, DateTimeOffset? EndedAt)
{
    /// <summary>Whether it was so at a moment, as far as readings say: from the first that found it so until one found it otherwise.</summary>
    public bool WasSoAt(DateTimeOffset moment) => FirstSeen <= moment && (EndedAt is not { } ended || moment < ended);

    /// <summary>Whether two readings found an instrument the same in all that is kept.</summary>
    public static bool IsSame(Instrument one, Instrument other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Bare(one) == Bare(other);
    }

    private static Instrument Bare(Instrument one) => one with { Aliases = [], IsSandbox = false };
}
