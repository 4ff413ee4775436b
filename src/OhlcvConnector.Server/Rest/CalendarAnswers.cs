using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>What an archive has of a series, by days.</summary>
internal sealed record CalendarAnswer : RestAnswer
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    [Description("As it was asked for.")]
    public required string Symbol { get; init; }

    [Description("In the exchange's own spelling.")]
    public required string VenueSymbol { get; init; }

    public required string Interval { get; init; }

    [Description("Each UTC day of the range, ascending.")]
    public required IReadOnlyList<CalendarDayRow> Days { get; init; }
}

/// <summary>What an archive has of a day.</summary>
internal sealed record CalendarDayRow
{
    [Description("The UTC day, such as 2026-01-31.")]
    public required string Day { get; init; }

    [Description("Share of the day that is covered, 0 to 1: of what has passed of it, and since the symbol was listed. Null where nothing of it could be.")]
    public required double? Covered { get; init; }

    [Description("What is not covered; at most 50, the first ones.")]
    public required IReadOnlyList<CalendarHoleRow> Holes { get; init; }

    [Description("Holes that are left out, for there are more.")]
    public required int HolesLeftOut { get; init; }
}

/// <summary>A stretch that an archive does not have.</summary>
internal sealed record CalendarHoleRow
{
    public required DateTimeOffset From { get; init; }

    [Description("Exclusive.")]
    public required DateTimeOffset To { get; init; }

    [Description("missing: the exchange was asked, and does not have it; never asked: nobody asked for it yet.")]
    public required string State { get; init; }

    [Description("Why it is missing, for people; null where nobody asked.")]
    public required string? Reason { get; init; }
}
