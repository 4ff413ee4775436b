using System.IO.Enumeration;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Notifications;

/// <summary>Which notices a channel tells. Each part looks only at what a notice has: an alert without a series passes every pattern of series.</summary>
public sealed record NoticeFilter
{
    /// <summary>The kinds; empty for all.</summary>
    public IReadOnlyList<NoticeKind> Kinds { get; init; } = [];

    /// <summary>Names of rules, with <c>*</c> and <c>?</c>; empty for all.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Series by exchange, market and symbol, with <c>*</c> and <c>?</c>; empty for all.</summary>
    public IReadOnlyList<SeriesPattern> Series { get; init; } = [];

    /// <summary>The lengths of candles; empty for all.</summary>
    public IReadOnlyList<Interval> Intervals { get; init; } = [];

    /// <summary>Directions; empty for all.</summary>
    public IReadOnlyList<NoticeDirection> Directions { get; init; } = [];

    /// <summary>The least strength, 0 to 100.</summary>
    public double MinStrength { get; init; }

    /// <summary>The least severity.</summary>
    public NoticeSeverity MinSeverity { get; init; }

    /// <summary>Whether a notice passes.</summary>
    /// <param name="notice">The notice.</param>
    public bool Passes(Notice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return notice.Kind == NoticeKind.Test
            || (Has(Kinds, notice.Kind)
                && notice.Severity >= MinSeverity
                && (notice.Strength is not { } strength || strength >= MinStrength)
                && (notice.Direction is not { } direction || Has(Directions, direction))
                && (notice.Rule is not { } rule || Rules.Count == 0 || Rules.Any(pattern => Matches(pattern, rule)))
                && (notice.Series is not { } series || Passes(series)));
    }

    private bool Passes(Series series) =>
        Has(Intervals, series.Interval) && (Series.Count == 0 || Series.Any(pattern => Matches(pattern, series)));

    private static bool Has<T>(IReadOnlyList<T> wanted, T value) => wanted.Count == 0 || wanted.Contains(value);

    private static bool Matches(SeriesPattern pattern, Series series) => Matches(pattern.Exchange, series.Exchange)
        && (pattern.Market is null || pattern.Market == series.Market)
        && (Matches(pattern.Text, series.VenueSymbol) || Matches(pattern.Text, series.Symbol) || Matches(pattern.Text, series.Instrument.Symbol));

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name);
}
