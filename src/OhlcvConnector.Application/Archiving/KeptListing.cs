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

    /// <summary>What a reading of a market changes of how it was before.</summary>
    /// <param name="before">The instruments as they were.</param>
    /// <param name="listed">The instruments as they are.</param>
    /// <returns>Those that are so no more, as they were; and those that are new or otherwise, as they are.</returns>
    public static (IReadOnlyList<Instrument> Ended, IReadOnlyList<Instrument> Begun) Compare(IReadOnlyList<Instrument> before, IReadOnlyList<Instrument> listed)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(listed);
        var (old, now) = (BySymbol(before), BySymbol(listed));
        return (
            [.. before.Where(one => !now.TryGetValue(one.VenueSymbol, out var other) || !IsSame(one, other))],
            [.. now.Values.Where(one => !old.TryGetValue(one.VenueSymbol, out var other) || !IsSame(other, one))]);
    }

    /// <summary>Whether two readings found an instrument the same in all that is kept.</summary>
    public static bool IsSame(Instrument one, Instrument other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Bare(one) == Bare(other);
    }

    /// <summary>How many instruments are new, changed or gone.</summary>
    /// <param name="ended">Those that are so no more.</param>
    /// <param name="begun">Those that are new or otherwise.</param>
    public static int CountOf(IReadOnlyList<Instrument> ended, IReadOnlyList<Instrument> begun) =>
        ended.Concat(begun).Select(one => one.VenueSymbol).Distinct(StringComparer.Ordinal).Count();

    private static Dictionary<string, Instrument> BySymbol(IReadOnlyList<Instrument> instruments) =>
        instruments.DistinctBy(one => one.VenueSymbol).ToDictionary(one => one.VenueSymbol, StringComparer.Ordinal);

    private static Instrument Bare(Instrument one) => one with { Aliases = [], IsSandbox = false };
}
