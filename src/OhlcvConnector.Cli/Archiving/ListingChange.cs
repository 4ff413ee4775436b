using System.Globalization;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>The ways in which a listing changes.</summary>
internal enum ListingChangeKind
{
    /// <summary>It is there, and was not in the reading before.</summary>
    Listed,

    /// <summary>It is there no more.</summary>
    Delisted,

    /// <summary>A dated contract is there no more, after its expiry.</summary>
    Expired,

    /// <summary>Its common spelling is another, under the same spelling of the venue.</summary>
    Renamed,

    /// <summary>Its status, a step, or another value is another.</summary>
    Changed,
}

/// <summary>What happened to a listed instrument between two readings.</summary>
/// <param name="At">The reading that found it, UTC: it happened between the reading before and this one.</param>
/// <param name="Instrument">The instrument as it is since; of one that is gone, as it was.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Field">Which value changed, as in JSON: <c>tickSize</c>; null where not a value did.</param>
/// <param name="Before">The value before; null for none.</param>
/// <param name="After">
/// The value since; null for none. Of an expired contract the venue's spelling of the next one of the same assets, null where none is listed.
/// </param>
internal sealed record ListingChange(
    DateTimeOffset At, Instrument Instrument, ListingChangeKind Kind, string? Field = null, string? Before = null, string? After = null)
{
    /// <summary>All changes, ordered by time, then exchange, market and symbol. What a market's first reading found is no change.</summary>
    /// <param name="listings">All that an archive has, as <see cref="ICandleArchive.ListingsAsync"/> gives it.</param>
    public static IReadOnlyList<ListingChange> Of(IReadOnlyList<KeptListing> listings)
    {
        var found = new List<ListingChange>();
        foreach (var market in listings.GroupBy(one => (one.Instrument.Exchange, one.Instrument.Market)))
        {
            var firstReading = market.Min(one => one.FirstSeen);
            foreach (var symbol in market.GroupBy(one => one.Instrument.VenueSymbol, StringComparer.Ordinal))
            {
                KeptListing? before = null;
                foreach (var state in symbol.OrderBy(one => one.FirstSeen))
                {
                    if (before?.EndedAt == state.FirstSeen)
                    {
                        found.AddRange(Between(before.Instrument, state));
                    }
                    else
                    {
                        AddEnd(before, market);
                        if (state.FirstSeen > firstReading)
                        {
                            found.Add(new ListingChange(state.FirstSeen, state.Instrument, ListingChangeKind.Listed));
                        }
                    }

                    before = state;
                }

                AddEnd(before, market);
            }
        }

        return [.. found.OrderBy(one => one.At)];

        void AddEnd(KeptListing? last, IEnumerable<KeptListing> market)
        {
            if (last is { EndedAt: { } endedAt, Instrument: var gone })
            {
                var isExpired = gone.ExpiresAt <= endedAt;
                found.Add(new ListingChange(
                    endedAt, gone, isExpired ? ListingChangeKind.Expired : ListingChangeKind.Delisted,
                    After: isExpired ? Next(gone, endedAt, market)?.VenueSymbol : null));
            }
        }
    }

    private static Instrument? Next(Instrument expired, DateTimeOffset at, IEnumerable<KeptListing> market) => market
        .Where(one => one.WasSoAt(at)).Select(one => one.Instrument)
        .Where(one => (one.BaseAsset, one.QuoteAsset, one.SettleAsset) == (expired.BaseAsset, expired.QuoteAsset, expired.SettleAsset)
            && one.ExpiresAt > expired.ExpiresAt)
        .MinBy(one => one.ExpiresAt);

    private static IEnumerable<ListingChange> Between(Instrument before, KeptListing state)
    {
        var after = state.Instrument;
        (string Field, string? Before, string? After)[] values =
        [
            ("symbol", before.Symbol, after.Symbol),
            ("base", before.BaseAsset, after.BaseAsset),
            ("quote", before.QuoteAsset, after.QuoteAsset),
            ("settle", before.SettleAsset, after.SettleAsset),
            ("status", Status(before), Status(after)),
            ("contractSize", Text(before.ContractSize), Text(after.ContractSize)),
            ("tickSize", Text(before.TickSize), Text(after.TickSize)),
            ("lotSize", Text(before.LotSize), Text(after.LotSize)),
            ("expiresAt", Text(before.ExpiresAt), Text(after.ExpiresAt)),
            ("listedAt", Text(before.ListedAt), Text(after.ListedAt)),
        ];
        return values.Where(value => value.Before != value.After).Select(value => new ListingChange(
            state.FirstSeen, after, value.Field == "symbol" ? ListingChangeKind.Renamed : ListingChangeKind.Changed, value.Field, value.Before, value.After));
    }

    /// <summary>Its state, in the exchange's words where it has some.</summary>
    public static string Status(Instrument one) => one.Status ?? InstrumentJson.Status(one);

    private static string? Text(decimal? number) => number?.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string? Text(DateTimeOffset? time) => time is { } known ? QuoteFields.Time(known) : null;
}
