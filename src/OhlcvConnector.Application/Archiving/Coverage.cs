using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>What an archive knows of a stretch of a series. It is kept when candles are, never guessed from them: candles without trades are no
/// holes.</summary>
public enum Coverage
{
    /// <summary>Nobody asked the venue for it, or it was not written.</summary>
    NeverAsked,

    /// <summary>All candles that the venue has are kept. What is not there had no trades.</summary>
    Complete,

    /// <summary>Candles that should exist were asked for, and the venue does not give them.</summary>
    Missing,

    /// <summary>The instrument was not listed yet: there can be no candles.</summary>
    BeforeListing,
}

/// <summary>A stretch of a series, and what is known of it.</summary>
/// <param name="FromMs">Open time of its first candle, inclusive, Unix epoch milliseconds UTC.</param>
/// <param name="ToMs">Its end, exclusive, Unix epoch milliseconds UTC.</param>
/// <param name="Coverage">What is known.</param>
/// <param name="Reason">Why candles are missing, for people; null where none are.</param>
public readonly record struct CoverageRange(long FromMs, long ToMs, Coverage Coverage, string? Reason = null)
{
    /// <summary>The same as <see cref="FromMs"/>, as a time.</summary>
    public DateTimeOffset From => DateTimeOffset.FromUnixTimeMilliseconds(FromMs);

    /// <summary>The same as <see cref="ToMs"/>, as a time.</summary>
    public DateTimeOffset To => DateTimeOffset.FromUnixTimeMilliseconds(ToMs);

    /// <summary>Whether both say the same of their stretches.</summary>
    internal bool SaysAs(in CoverageRange other) => Coverage == other.Coverage && Reason == other.Reason;
}

/// <summary>What is known of a stretch of one series.</summary>
/// <param name="Series">The series.</param>
/// <param name="Range">The stretch, and what is known of it.</param>
public readonly record struct SeriesCoverage(Series Series, CoverageRange Range)
{
    /// <summary>Says that all candles that the venue has of a stretch are kept.</summary>
    public static SeriesCoverage Complete(Series series, long fromMs, long toMs) => new(series, new CoverageRange(fromMs, toMs, Coverage.Complete));

    /// <summary>Says what a reader of the past was told to be missing.</summary>
    public static SeriesCoverage Of(MissingCandles missing)
    {
        ArgumentNullException.ThrowIfNull(missing);
        return new SeriesCoverage(missing.Series, new CoverageRange(
            missing.From.ToUnixTimeMilliseconds(),
            missing.To.ToUnixTimeMilliseconds(),
            missing.Kind == MissingKind.Gap ? Coverage.Missing : Coverage.BeforeListing,
            missing.Reason));
    }
}
