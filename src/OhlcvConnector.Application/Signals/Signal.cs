using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Signals;

/// <summary>Direction that a signal speaks for.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "Long and short are what traders call them.")]
public enum SignalDirection
{
    /// <summary>Neither: something happened.</summary>
    Neutral,

    /// <summary>Prices are expected to rise.</summary>
    Long,

    /// <summary>Prices are expected to fall.</summary>
    Short,

    /// <summary>The reason for an earlier signal is gone.</summary>
    Exit,
}

/// <summary>Part of what made a signal: one condition, or one vote of a score.</summary>
/// <param name="Text">The condition as the rule says it.</param>
/// <param name="Value">The number on its left side at the close; null when there is none.</param>
/// <param name="Score">What it said: 1 that it holds or votes long, -1 that it votes short, 0 that it does not hold.</param>
/// <param name="Weight">Its weight among the parts, from 0 to 1; all weights of a signal add up to 1.</param>
/// <param name="Group">The group of a score that it belongs to, such as <c>trend</c>; null for a condition of a plain rule.</param>
public sealed record SignalPart(string Text, double? Value, int Score, double Weight, string? Group = null);

/// <summary>A signal: what a rule said of a series at the close of a candle. Simulated, provisional and late ones say so.</summary>
public sealed record Signal
{
    /// <summary>Stable name: the same series, close time, rule and version give the same one, on every machine and after every restart.</summary>
    public required string Id { get; init; }

    /// <summary>The series.</summary>
    public required Series Series { get; init; }

    /// <summary>The end of the candle that made it, exclusive, Unix epoch milliseconds UTC.</summary>
    public required long CloseMs { get; init; }

    /// <summary>Name of the rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Version of the rule: as its author counts, or a hash of what it says.</summary>
    public required string Version { get; init; }

    /// <summary>What it means, in words for people; the rule's name when the rule says nothing better.</summary>
    public required string Title { get; init; }

    /// <summary>Direction that it speaks for.</summary>
    public required SignalDirection Direction { get; init; }

    /// <summary>Strength from 0 to 100.</summary>
    public required double Strength { get; init; }

    /// <summary>The last price of the candle, in the quote asset.</summary>
    public required decimal Price { get; init; }

    /// <summary>The parts that made it.</summary>
    public required IReadOnlyList<SignalPart> Parts { get; init; }

    /// <summary>Time until which it is meant to be acted on, Unix epoch milliseconds UTC.</summary>
    public required long ValidUntilMs { get; init; }

    /// <summary>True when the candle is still open: the signal may never come about.</summary>
    public bool IsProvisional { get; init; }

    /// <summary>True when the candle was evaluated long after its close, because nobody could evaluate it before.</summary>
    public bool IsLate { get; init; }

    /// <summary>True when it was made of simulated candles.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>The end of the candle that made it, exclusive, UTC.</summary>
    public DateTimeOffset CloseTime => DateTimeOffset.FromUnixTimeMilliseconds(CloseMs);

    /// <summary>Time until which it is meant to be acted on, UTC.</summary>
    public DateTimeOffset ValidUntil => DateTimeOffset.FromUnixTimeMilliseconds(ValidUntilMs);

    /// <summary>The length of the candles.</summary>
    public Interval Timeframe => Series.Interval;

    /// <summary>Makes the stable name of a signal.</summary>
    /// <param name="series">The series.</param>
    /// <param name="closeMs">The end of the candle, Unix epoch milliseconds UTC.</param>
    /// <param name="rule">Name of the rule.</param>
    /// <param name="version">Version of the rule.</param>
    public static string IdOf(Series series, long closeMs, string rule, string version)
    {
        ArgumentNullException.ThrowIfNull(series);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{series.Exchange}\n{series.Market.Name()}\n{series.VenueSymbol}\n{series.Interval}\n{closeMs}\n{rule}\n{version}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    /// <summary>Returns a text for messages and logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Series} {CloseTime:yyyy-MM-ddTHH:mm:ssZ} {Rule} {Direction.ToString().ToLowerInvariant()} {Strength:0} at {Price}{(IsProvisional ? " provisional" : "")}");
}
