using System.ComponentModel;
using System.Text.Json;

namespace OhlcvConnector.Server.Rest;

/// <summary>Signals, for the description; they are written as everywhere.</summary>
internal sealed record SignalsAnswer : RestAnswer
{
    public required IReadOnlyList<SignalRow> Signals { get; init; }

    [Description("Ask with it as cursor for the older ones; absent where there are none.")]
    public long? NextCursor { get; init; }
}

/// <summary>One signal.</summary>
internal sealed record SignalRow
{
    [Description("Its place among all that are kept: later ones have larger numbers. Absent where it is not kept.")]
    public long? Number { get; init; }

    [Description("The same for the same series, close, rule and version, everywhere.")]
    public required string Id { get; init; }

    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    public required string Symbol { get; init; }

    public required string VenueSymbol { get; init; }

    public required string Interval { get; init; }

    [Description("The end of the candle that made it.")]
    public required DateTimeOffset CloseTime { get; init; }

    public required string Rule { get; init; }

    public required string Version { get; init; }

    public required string Title { get; init; }

    [Description("long, short, exit or neutral.")]
    public required string Direction { get; init; }

    [Description("0 to 100.")]
    public required double Strength { get; init; }

    public required decimal Price { get; init; }

    public required DateTimeOffset ValidUntil { get; init; }

    [Description("True when the candle is still open: it may never come about. Else absent.")]
    public bool? Provisional { get; init; }

    [Description("True when it was evaluated long after the close. Else absent.")]
    public bool? Late { get; init; }

    public required IReadOnlyList<SignalPartRow> Parts { get; init; }

    [Description("The closes 1, 4 and 24 candles later, as far as they are known.")]
    public IReadOnlyDictionary<string, SignalAfterRow>? After { get; init; }

    public bool? Sandbox { get; init; }
}

/// <summary>A part of a signal.</summary>
internal sealed record SignalPartRow
{
    public required string Text { get; init; }

    public string? Group { get; init; }

    public double? Value { get; init; }

    [Description("1: it holds, or votes long; -1: it votes short; 0: it does not hold.")]
    public required int Score { get; init; }

    public required double Weight { get; init; }
}

/// <summary>A price after a signal.</summary>
internal sealed record SignalAfterRow
{
    public required decimal Price { get; init; }

    [Description("Of the signal's price: 0.01 is one per cent up.")]
    public decimal? Change { get; init; }
}

/// <summary>The rules that stand.</summary>
internal sealed record SignalRulesAnswer : RestAnswer
{
    public required IReadOnlyList<SignalRuleRow> Rules { get; init; }

    [Description("What is wrong with the file as it is now, while the rules before it stand; absent where nothing is.")]
    public string? Problem { get; init; }
}

/// <summary>The text of the rules that stand.</summary>
internal sealed record SignalRulesFileAnswer : RestAnswer
{
    [Description("A whole trading_config.json or signals.json.")]
    public required string Text { get; init; }

    [Description("The file that it is in; null for none, so that a restart forgets it.")]
    public required string? File { get; init; }

    [Description("What is wrong with the file as it is now, while the rules before it stand; null where nothing is.")]
    public required string? Problem { get; init; }
}

/// <summary>Rules that were sent, and are right.</summary>
internal sealed record SignalRulesTakenAnswer : RestAnswer
{
    [Description("How many there are, those of built-in sets that are on included.")]
    public required int Rules { get; init; }

    [Description("Whether they stand now; false with check=true.")]
    public required bool Taken { get; init; }

    [Description("The file that they were written to; null for none, so that a restart forgets them.")]
    public required string? File { get; init; }
}

/// <summary>A rule.</summary>
internal sealed record SignalRuleRow
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    [Description("The built-in set that it is of; absent for a rule of the file.")]
    public string? Set { get; init; }

    public required string Version { get; init; }

    [Description("long, short, exit or neutral; absent for a score, which gives several.")]
    public string? Direction { get; init; }

    public required IReadOnlyList<string> Conditions { get; init; }

    public required IReadOnlyList<string> Symbols { get; init; }

    [Description("Why it is evaluated no more on any series until its file changes or the server starts again; absent while it is evaluated.")]
    public string? Stopped { get; init; }

    [Description("When it was stopped on all series.")]
    public DateTimeOffset? StoppedAt { get; init; }

    [Description("The series on which it failed or cannot be evaluated, with the reason; absent where there is none.")]
    public IReadOnlyList<SignalRuleTroubleRow>? StoppedOn { get; init; }
}

/// <summary>A series on which a rule is not evaluated.</summary>
internal sealed record SignalRuleTroubleRow
{
    [Description("As exchange, market, symbol and interval.")]
    public required string Series { get; init; }

    public required string Reason { get; init; }
}

/// <summary>What is asked of rules and the past.</summary>
internal sealed record SignalQuestion
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm; absent for the exchange's own.")]
    public string? Market { get; init; }

    public required string Symbol { get; init; }

    [Description("The candles' length; 1h where it is absent.")]
    public string? Interval { get; init; }

    [Description("Signals of candles that open at or after this time.")]
    public required DateTimeOffset From { get; init; }

    [Description("Candles that open before this time; now where it is absent.")]
    public DateTimeOffset? To { get; init; }

    [Description("A rule, a list of rules, or a whole trading_config.json.")]
    public required JsonElement Rules { get; init; }
}

/// <summary>What rules would have said.</summary>
internal sealed record SignalTrialAnswer : RestAnswer
{
    public required IReadOnlyList<SignalRow> Signals { get; init; }

    [Description("How many candles were judged.")]
    public required int Candles { get; init; }

    [Description("What was wrong with the rules.")]
    public required IReadOnlyList<string> Troubles { get; init; }
}
